public import TraceAssembly

/// Who calls whom: one line for each pair of services, the busiest first.
public struct MapScreen: Sendable {
    let map: ServiceMap
    let options: ScreenOptions

    public init(_ map: ServiceMap, _ options: ScreenOptions) {
        self.map = map
        self.options = options
    }

    public func lines() -> [String] {
        let weights = [("CALLS", 0), ("ERRORS", 0), ("P50", 2), ("P95", 1)]
        var table = TextTable(
            columns: [
                TextTable.Column(title: "CALLER"), TextTable.Column(title: "", isWhole: true),
                TextTable.Column(title: "CALLEE"),
            ] + weights.map { TextTable.Column(title: $0, isRight: true, leaves: $1) })
        table.rows = map.calls.map { call in
            let errors =
                call.errorCount == 0 ? "" : "✗ " + Units.percent(UInt64(call.errorCount), of: UInt64(call.count))
            return [
                TextTable.Cell(call.caller.isEmpty ? "(outside)" : VisibleText.visible(call.caller)),
                TextTable.Cell(call.isAsynchronous ? "~→" : "→", .faint),
                TextTable.Cell(VisibleText.visible(call.callee)), TextTable.Cell(Units.grouped(call.count)),
                TextTable.Cell(errors, .failed), TextTable.Cell(Units.duration(call.duration(quantile: 0.5))),
                TextTable.Cell(Units.duration(call.duration(quantile: 0.95))),
            ]
        }
        return table.lines(options)
    }
}
