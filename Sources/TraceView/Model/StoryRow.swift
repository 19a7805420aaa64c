import TraceAssembly

/// One line below the axis.
struct StoryRow {
    var content: Content
    /// 0 for a root; what stands under a span is one deeper.
    var depth: Int
    /// The lines of the tree in front of it, two cells for each level.
    var guides: String
    /// Spans below a node of which none has a row.
    var hiddenBelow = Hidden()

    enum Content {
        case node(Int)
        case log(Story.StoryLog, repeats: Int)
        /// What a failed span says of itself, where no log of its own does.
        case failure(String, node: Int)
        case similar(SimilarSpans)
        /// Spans that there is no room for.
        case hidden(Hidden)
        /// How long the work of an asynchronous span waited before it began.
        case waiting(node: Int, nanoseconds: UInt64)
        /// A function that was invoked and sent nothing.
        case silentFunction(String)
        case strayLog(Story.StoryLog)
        case moreStrayLogs(count: Int)
    }

    /// Spans without a row, and how many of them failed.
    struct Hidden {
        var spanCount = 0
        var errorCount = 0
    }
}

/// Siblings that do the same, told in one row.
struct SimilarSpans {
    /// In order of time.
    var nodes: [Int]
    /// What they are all called; parts in which they differ are a star.
    var name: String
    /// With their families.
    var spanCount: Int
    var errorCount: Int
    var medianNanoseconds: UInt64
    var maxNanoseconds: UInt64
}
