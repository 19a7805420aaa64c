import OTLP
import Testing
import TraceAssembly

@Suite struct CostTests {
    private func invocation(_ more: [Attribute] = [], memory: Int64 = 1 << 30, arch: String = "arm64") -> TracesData {
        Spans.traces([
            (
                [
                    Attribute("service.name", "tutor"), Attribute("faas.name", "tutor"),
                    Attribute("faas.max_memory", .int(memory)), Attribute("cloud.platform", "aws_lambda"),
                    Attribute("host.arch", .string(arch)),
                ], [Spans.span(1, from: 0, to: 500, kind: .server, attributes: more)]
            )
        ])
    }

    private let prices = PriceList.builtIn

    private func cost(_ traces: TracesData) -> StoryCost {
        StoryCost(of: StoryAssembler.assemble(traces: traces, logs: LogsData()), prices: prices)
    }

    @Test func aFunctionCostsItsTimeTimesItsMemoryAndTheRequest() {
        #expect(abs(cost(invocation()).total - (0.5 * 0.0000133334 + 0.0000002)) < 1e-15)
    }

    @Test func theStartUpIsBilled() {
        let cold = cost(invocation([Attribute("faas.coldstart", true), Attribute("faas.init_duration", 0.25)]))
        #expect(abs(cold.total - (0.75 * 0.0000133334 + 0.0000002)) < 1e-15)
    }

    @Test func whatThePlatformBillsCountsMoreThanTheSpan() {
        let billed = cost(invocation([Attribute("faas.billed_duration", 2.0)]))
        #expect(abs(billed.total - (2 * 0.0000133334 + 0.0000002)) < 1e-15)
    }

    @Test func withoutMemoryThereIsNoPriceAndItIsCounted() {
        let unknown = cost(invocation(memory: 0))
        #expect(unknown.total == 0)
        #expect(unknown.unknownCount == 1)
        #expect(unknown.perMillion == nil)
    }

    @Test func innerWorkWhoseParentWasLostIsNoInvocation() {
        let orphan = Spans.traces([
            (
                [
                    Attribute("service.name", "tutor"), Attribute("faas.name", "tutor"),
                    Attribute("faas.max_memory", .int(1 << 30)),
                ],
                [Spans.span(2, under: 99, from: 0, to: 500, kind: .internal)]
            )
        ])
        let story = StoryAssembler.assemble(traces: orphan, logs: LogsData())
        #expect(story.invocations.isEmpty)
    }

    @Test func tokensOfTheInnermostSpanCountOnce() {
        func tokens(_ input: Int64, _ output: Int64) -> [Attribute] {
            [
                Attribute("gen_ai.request.model", "eu.anthropic.claude-haiku-4-5-20251001-v1:0"),
                Attribute("gen_ai.usage.input_tokens", .int(input)),
                Attribute("gen_ai.usage.output_tokens", .int(output)),
            ]
        }
        let story = cost(
            Spans.traces([
                (
                    "tutor",
                    [
                        Spans.span(1, attributes: tokens(3_000_000, 1_000_000)),
                        Spans.span(2, under: 1, attributes: tokens(1_000_000, 500_000)),
                        Spans.span(3, under: 1, attributes: tokens(2_000_000, 500_000)),
                    ]
                )
            ]))
        #expect(story.inputTokens == 3_000_000)
        #expect(story.outputTokens == 1_000_000)
        #expect(abs(story.total - (3 * 1.0 + 1 * 5.0)) < 1e-9)
    }

    @Test func theLongestPrefixOfAModelCounts() {
        #expect(prices.model("gpt-4o-mini-2024-07-18")?.perMillionInputTokens == 0.15)
        #expect(prices.model("gpt-4o-2024-08-06")?.perMillionInputTokens == 2.5)
        #expect(prices.model("nobody-knows") == nil)
    }

    @Test(arguments: [
        ("function aws_lambda arm64 1 2", "the day of the prices is missing"),
        ("as-of 2026-01-01\nfunction aws_lambda arm64 cheap 0", "got cheap; must be a number"),
        ("as-of 2026-01-01\nmodel gpt", "got 1 words after model"),
        ("as-of 2026-01-01\nmodel gpt -1 0", "got -1; must be a number"),
        ("as-of 2026-01-01\nnonsense", "got nonsense; must be as-of, function or model"),
    ])
    func aListThatIsWrongSaysWhere(text: String, message: String) {
        #expect { try PriceList(text: text) } throws: { error in
            (error as? PriceListError).map { "\($0)".contains(message) } ?? false
        }
    }

    @Test func laterLinesWinAndCommentsAreNothing() throws {
        let list = try PriceList(
            text: "as-of 2027-01-01 # new year\n\nfunction aws_lambda * 1 2\nfunction aws_lambda * 3 4 # better\n")
        #expect(list.asOf == "2027-01-01")
        #expect(list.functions.map(\.perGigabyteSecond) == [3])
    }
}
