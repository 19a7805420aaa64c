/// The forms in which a verdict is told.
public enum ReportFormat: String, CaseIterable, Sendable {
    case human
    case json
    case jsonl
    case junit
    case sarif
    case github
    case markdown

    /// The whole report, ending with a line break.
    public func report(_ verdict: Verdict) -> [UInt8] {
        switch self {
        case .human: Array(HumanReport.text(verdict).utf8)
        case .json: JSONReport.bytes(verdict)
        case .jsonl: JSONReport.lines(verdict)
        case .junit: Array(JUnitReport.text(verdict).utf8)
        case .sarif: SARIFReport.bytes(verdict)
        case .github: Array(GitHubReport.text(verdict).utf8)
        case .markdown: Array(MarkdownReport.text(verdict).utf8)
        }
    }
}
