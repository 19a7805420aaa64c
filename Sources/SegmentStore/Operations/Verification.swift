import OTLP
public import TelemetryStore

/// What `segments verify` has read, and what of it is bad.
public struct Verification: Hashable, Sendable {
    public var segments = 0
    public var blocks = 0
    public var records = 0
    /// By segment, block, part and column.
    public var damages: [StoreError] = []

    public var isWhole: Bool { damages.isEmpty }
}

extension SegmentStore {
    /// Reads all that a folder, or one segment file, holds: SQLite's pages, every checksum, every column, every row, the indexes.
    ///
    /// Errors: `.unreadable` when there is nothing to read. What is damaged is no error but a finding.
    public static func verify(_ path: String) throws(StoreError) -> Verification {
        var verifier = Verifier()
        if StoreFolder.isFile(path) {
            try verifier.verify(path, SegmentName(0...0, generation: 1))
        } else {
            let folder = StoreFolder(path: path)
            for name in try folder.segments() { try verifier.verify(folder.path(name), name) }
            guard verifier.result.segments > 0 else {
                throw StoreError(
                    .unreadable,
                    "cannot verify the data folder: it holds no segments; is it the collector's --data-dir?",
                    place: path)
            }
        }
        return verifier.result
    }
}

/// 1. SQLite checks its own pages.
/// 2. Every part of every block is read against its checksum, and every column of it inflated and decoded by itself, so that
///    a bad one has a name.
/// 3. Every row is decoded, as an export would; every trace id and correlation is looked up in the indexes as a query would.
private struct Verifier {
    var result = Verification()

    mutating func verify(_ path: String, _ name: SegmentName) throws(StoreError) {
        do throws(StoreError) {
            let segment = try Segment.open(readOnly: path, name: name, keys: CorrelationKey.indexedAttributes)
            result.segments += 1
            for problem in try segment.integrityProblems() {
                result.damages.append(StoreError(.corrupt, "SQLite: \(problem)", place: path))
            }
            var found: [StoreError] = []
            let blocks = try segment.blocks { found.append($0) }
            result.damages += found
            for block in blocks { try verify(block) }
        } catch {
            // What a compaction has replaced since the folder was listed is in the segment that came for it.
            guard StoreFolder.isFile(path) else { return }
            guard error.code == .corrupt || error.code == .unreadable else { throw error }
            result.segments += 1
            result.damages.append(StoreError(.corrupt, error.message, place: error.place ?? path))
        }
    }

    private mutating func verify(_ stored: StoredBlock) throws(StoreError) {
        result.blocks += 1
        result.records += stored.counts.total
        let place = stored.description
        func name(_ part: Int) -> String { "\(place), \(BlockPart.name(part))" }
        let opened = try check(name(BlockPart.head)) { () throws(StoreError) in try stored.open() }
        if let id = stored.id {
            for number in try stored.segment.partNumbers(ofBlock: id) {
                try check(name(number)) { () throws(StoreError) in _ = try ColumnSet(try stored.part(number)) }
            }
        }
        guard let block = opened else { return }
        try check(name(BlockPart.traceIDs)) { () throws(StoreError) in _ = try block.traceIDs() }
        try check(name(BlockPart.idFilter)) { () throws(StoreError) in _ = try stored.mayHave(id: 0) }
        try check(name(BlockPart.valueFilters)) { () throws(StoreError) in
            var filters = try block.valueFilters()
            for group in block.groups.indices { try filters.read(group) { _, _ in } }
        }
        try check(name(BlockPart.correlations)) { () throws(StoreError) in
            var index = try block.correlations()
            _ = try index.runs([], isPrefix: true, limit: .max)
        }
        for group in block.groups.indices {
            for signal in Signal.allCases where block.groups[group].counts[signal] > 0 {
                try verify(signal, group, of: block, name(BlockPart.rows(of: signal, group: group)))
            }
        }
    }

    private mutating func verify(
        _ signal: Signal, _ group: Int, of block: BlockReader, _ place: String
    ) throws(StoreError) {
        let opened = try check(place) { () throws(StoreError) in try block.rows(of: signal, group: group) }
        guard var rows = opened else { return }
        var isReadable = true
        for number in rows.columnNumbers {
            let values = try check("\(place), column \(block.name(ofColumn: number))") { () throws(StoreError) in
                try rows.values(number)
            }
            if values == nil { isReadable = false }
        }
        // Rows of a column that was named already would only be named again.
        guard isReadable else { return }
        try check(place) { () throws(StoreError) in
            let body = try ExportQuery.body(of: signal, group: group, in: block)
            _ = try storeErrors(at: nil) { try ExportBatch(body, of: signal) }
        }
    }

    /// Does a piece of reading; damage becomes a finding, and any other failure is thrown.
    @discardableResult
    private mutating func check<Value>(
        _ place: String, _ work: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value? {
        do throws(StoreError) {
            return try work()
        } catch {
            guard error.code == .corrupt else { throw error }
            let damage = StoreError(.corrupt, error.message, place: place)
            if !result.damages.contains(damage) { result.damages.append(damage) }
            return nil
        }
    }
}
