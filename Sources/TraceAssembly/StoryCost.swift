import OTLP

/// What a request cost: for each function billed time × memory × price, and the request; for each model its tokens.
///
/// Units: US dollars.
public struct StoryCost: Equatable, Sendable {
    /// By node: invocations and model calls whose price is known.
    public private(set) var ofNode: [Int: Double] = [:]
    public private(set) var total = 0.0
    public private(set) var inputTokens: UInt64 = 0
    public private(set) var outputTokens: UInt64 = 0
    /// Invocations and model calls that something is unknown of: memory, platform, the price of the model.
    public private(set) var unknownCount = 0
    /// The day of the prices.
    public let asOf: String

    public init(of story: Story, prices: PriceList) {
        asOf = prices.asOf
        for invocation in story.invocations { add(StoryCost.price(of: invocation, in: story, prices), invocation.node) }
        addModels(story, prices)
    }

    /// `nil` when nothing of the request has a price.
    public var perMillion: Double? { ofNode.isEmpty ? nil : total * 1_000_000 }

    private mutating func add(_ dollars: Double?, _ node: Int) {
        guard let dollars else {
            unknownCount += 1
            return
        }
        ofNode[node, default: 0] += dollars
        total += dollars
    }

    /// Billed time is what the platform says; else start-up and span, to the next millisecond.
    public static func price(of invocation: Story.Invocation, in story: Story, _ prices: PriceList) -> Double? {
        guard let memory = invocation.memoryLimitBytes,
            let price = prices.function(platform: invocation.platform, architecture: invocation.architecture)
        else { return nil }
        let node = story.nodes[invocation.node]
        let nanoseconds =
            invocation.billedNanoseconds
            ?? (node.durationNanoseconds + (invocation.initNanoseconds ?? 0) + 999_999) / 1_000_000 * 1_000_000
        let gigabyteSeconds = Double(nanoseconds) / 1e9 * Double(memory) / Double(1 << 30)
        return gigabyteSeconds * price.perGigabyteSecond + price.perRequest
    }

    /// A span around others that count tokens (an agent's) repeats their sum: only the innermost count.
    private mutating func addModels(_ story: Story, _ prices: PriceList) {
        var usages: [(node: Int, usage: TokenUsage)] = []
        var repeated: Set<Int> = []
        for node in story.nodes.indices {
            guard let span = story.nodes[node].record?.span, let usage = TokenUsage(span) else { continue }
            usages.append((node, usage))
            var parent = story.nodes[node].parent
            while let above = parent, repeated.insert(above).inserted { parent = story.nodes[above].parent }
        }
        for (node, usage) in usages where !repeated.contains(node) {
            inputTokens = inputTokens.addingReportingOverflow(usage.input).partialValue
            outputTokens = outputTokens.addingReportingOverflow(usage.output).partialValue
            add(prices.model(usage.model).map(usage.price), node)
        }
    }
}

/// The tokens of one call of a model.
private struct TokenUsage {
    var model: String
    var input: UInt64
    var output: UInt64

    init?(_ span: Span) {
        func count(_ keys: String...) -> UInt64? {
            keys.lazy.compactMap { span.attributes[$0]?.int }.first.map { UInt64(max(0, $0)) }
        }
        let input = count("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")
        let output = count("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")
        guard input != nil || output != nil else { return nil }
        self.input = input ?? 0
        self.output = output ?? 0
        model = (span.attributes["gen_ai.response.model"] ?? span.attributes["gen_ai.request.model"])?.string ?? ""
    }

    func price(_ price: PriceList.ModelPrice) -> Double {
        (Double(input) * price.perMillionInputTokens + Double(output) * price.perMillionOutputTokens) / 1_000_000
    }
}
