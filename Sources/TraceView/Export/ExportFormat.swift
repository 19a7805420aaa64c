public import TraceAssembly

/// The forms that a story can leave in, for other tools.
public enum ExportFormat: String, CaseIterable, Sendable {
    case otlp, jaeger, zipkin, perfetto, folded, mermaid, html

    /// What the file is for.
    public var purpose: String {
        switch self {
        case .otlp: "OTLP/JSON lines, as collector export writes them"
        case .jaeger: "Jaeger JSON, for its UI's upload"
        case .zipkin: "Zipkin v2 JSON"
        case .perfetto: "Chrome trace JSON, for ui.perfetto.dev and chrome://tracing"
        case .folded: "folded stacks of self time in µs, for flame graphs"
        case .mermaid: "a Mermaid sequence diagram"
        case .html: "one self-contained page, sensitive values masked"
        }
    }
}

extension ExportFormat {
    /// The bytes of every form but OTLP, which the records themselves write.
    public func encode(_ story: Story, _ options: ScreenOptions) -> [UInt8] {
        switch self {
        case .otlp: []
        case .jaeger: JaegerExport.encode(story)
        case .zipkin: ZipkinExport.encode(story)
        case .perfetto: PerfettoExport.encode(story)
        case .folded: FoldedExport.encode(story)
        case .mermaid: MermaidExport.encode(story)
        case .html: HTMLExport.encode(story, options)
        }
    }

    /// Log records that have no place in this form: all where it knows of spans alone, else those without a span.
    public func leftOutLogCount(of story: Story) -> Int {
        switch self {
        case .otlp, .html: 0
        case .jaeger, .zipkin, .perfetto: story.strayLogs.count
        case .folded, .mermaid: 0
        }
    }
}
