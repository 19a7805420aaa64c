/// How the width is shared out: two cells of margin, label, time, self time, cost, marks, bar, attributes.
struct WaterfallLayout {
    let label: Int
    let time = 7
    let selfTime: Int
    let cost: Int
    let marks: Int
    /// 0 where there is no room for bars.
    let bar: Int
    let attributes: Int

    static let margin = 2

    /// - Parameter labels: the cells that the longest label would take.
    init(width: Int, labels: Int) {
        selfTime = width >= Limits.selfTimeWidthMin ? 8 : 0
        cost = width >= Limits.attributesWidthMin ? 10 : 0
        marks = width >= Limits.selfTimeWidthMin ? 4 : 3
        let fixed = WaterfallLayout.margin + 1 + time + selfTime + cost + marks
        guard width >= Limits.barsWidthMin else {
            label = width - fixed
            bar = 0
            attributes = 0
            return
        }
        let free = width - fixed
        label = min(max(labels, 16), width >= Limits.attributesWidthMin ? free * 2 / 5 : free / 2)
        attributes = width >= Limits.attributesWidthMin ? (free - label) * 2 / 5 : 0
        bar = free - label - 1 - (attributes > 0 ? attributes + 2 : 0)
    }
}
