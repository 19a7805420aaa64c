import ArgumentParser
import OTLP
import Program
import TelemetryStore
import TraceAssembly
import TraceView

/// Many stories at once: files, ids, or a list of either on standard input.
struct StoriesInput {
    let arguments: [String]
    let options: SourceOptions

    /// One story for each trace of a file, or for each id.
    func stories() async throws(ProgramError) -> [Story] {
        var stories: [Story] = []
        for argument in arguments {
            let input = StoryInput(argument: argument, options: options)
            let records = try await input.records()
            stories += input.isFile ? records.storiesByTrace() : [records.story()]
        }
        return stories
    }
}

extension StoryRecords {
    /// Traces that share a request id or a link are still one story each: a file says nothing of requests.
    func storiesByTrace() -> [Story] {
        var groups: [TraceID: TracesData] = [:]
        var order: [TraceID] = []
        for group in traces.resourceSpans {
            for scope in group.scopeSpans {
                for (trace, spans) in Dictionary(grouping: scope.spans, by: \.traceID).sorted(by: { $0.key < $1.key }) {
                    if groups[trace] == nil { order.append(trace) }
                    let scope = ScopeSpans(scope: scope.scope, spans: spans, schemaURL: scope.schemaURL)
                    groups[trace, default: TracesData()].resourceSpans.append(
                        ResourceSpans(resource: group.resource, scopeSpans: [scope], schemaURL: group.schemaURL))
                }
            }
        }
        return order.map {
            StoryAssembler.assemble(traceIDs: [$0], traces: groups[$0] ?? TracesData(), logs: LogsData())
        }
    }
}
