/// What platforms and models cost, and as of when.
///
/// Units: US dollars.
public struct PriceList: Hashable, Sendable {
    /// The day on which the prices were read, as the file says it: 2026-11-24.
    public var asOf: String
    public var functions: [FunctionPrice]
    public var models: [ModelPrice]

    public struct FunctionPrice: Hashable, Sendable {
        /// As `cloud.platform` has it.
        public var platform: String
        /// As `host.arch` has it; `*` for any.
        public var architecture: String
        public var perGigabyteSecond: Double
        public var perRequest: Double
    }

    public struct ModelPrice: Hashable, Sendable {
        /// The beginning of the model's name; the longest that fits counts.
        public var prefix: String
        public var perMillionInputTokens: Double
        public var perMillionOutputTokens: Double
    }

    /// The price of this platform and architecture; one for any architecture serves where there is none of its own.
    public func function(platform: String, architecture: String) -> FunctionPrice? {
        let candidates = functions.filter { $0.platform == platform }
        return candidates.first { $0.architecture == architecture } ?? candidates.first { $0.architecture == "*" }
    }

    public func model(_ name: String) -> ModelPrice? {
        // Providers put a region or a vendor in front: eu.anthropic.claude-…
        let names = name.indices.filter { $0 == name.startIndex || name[name.index(before: $0)] == "." }.map {
            name[$0...]
        }
        return models.filter { price in names.contains { $0.hasPrefix(price.prefix) } }.max {
            $0.prefix.count < $1.prefix.count
        }
    }
}

extension PriceList {
    /// Reads lines of words: `as-of DAY`, `function PLATFORM ARCH $/GB-S $/REQUEST`, `model PREFIX $/M-IN $/M-OUT`; `#` begins a
    /// comment. Of two lines for the same thing the later counts.
    ///
    /// Source: Documentation/Formats/price-list.md.
    public init(text: String) throws(PriceListError) {
        self.init(asOf: "", functions: [], models: [])
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
            guard let keyword = words.first else { continue }
            do throws(PriceListError) {
                try read(keyword, Array(words.dropFirst()))
            } catch {
                throw PriceListError(line: index + 1, message: error.message)
            }
        }
        guard !asOf.isEmpty else {
            throw PriceListError(
                line: 1, message: "the day of the prices is missing; add a line like: as-of 2026-11-24")
        }
    }

    private mutating func read(_ keyword: String, _ words: [String]) throws(PriceListError) {
        switch (keyword, words.count) {
        case ("as-of", 1): asOf = words[0]
        case ("function", 4):
            let price = FunctionPrice(
                platform: words[0], architecture: words[1], perGigabyteSecond: try PriceList.dollars(words[2]),
                perRequest: try PriceList.dollars(words[3]))
            functions.removeAll { $0.platform == price.platform && $0.architecture == price.architecture }
            functions.append(price)
        case ("model", 3):
            let price = ModelPrice(
                prefix: words[0], perMillionInputTokens: try PriceList.dollars(words[1]),
                perMillionOutputTokens: try PriceList.dollars(words[2]))
            models.removeAll { $0.prefix == price.prefix }
            models.append(price)
        case ("as-of", _), ("function", _), ("model", _):
            throw PriceListError(
                line: 0, message: "got \(words.count) words after \(keyword); see traceview prices for the form")
        default:
            throw PriceListError(line: 0, message: "got \(keyword); must be as-of, function or model")
        }
    }

    private static func dollars(_ word: String) throws(PriceListError) -> Double {
        guard let value = Double(word), value >= 0, value.isFinite else {
            throw PriceListError(line: 0, message: "got \(word); must be a number of US dollars")
        }
        return value
    }
}

/// Why a price list cannot be read.
public struct PriceListError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    public var line: Int
    public var message: String

    public var description: String { "cannot read the price list, line \(line): \(message)" }
}
