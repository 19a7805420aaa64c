public import TraceAssembly

/// How a story is laid out.
public struct ScreenOptions: Sendable {
    /// In cells; held between 40 and 240.
    public var width: Int {
        didSet { width = min(max(width, Limits.widthMin), Limits.widthMax) }
    }
    public var style: Style
    public var clock: WallClock
    public var detail: StoryDetail
    public var prices: PriceList
    /// Commands that come to mind after this screen.
    public var next: [String]

    public init(
        width: Int, style: Style, clock: WallClock = .utc, detail: StoryDetail = StoryDetail(),
        prices: PriceList = .builtIn, next: [String] = []
    ) {
        self.width = min(max(width, Limits.widthMin), Limits.widthMax)
        self.style = style
        self.clock = clock
        self.detail = detail
        self.prices = prices
        self.next = next
    }
}
