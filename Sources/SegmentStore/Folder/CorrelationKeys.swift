import TelemetryStore

/// Which attributes lead to their traces, as the writers of a folder were told: who reads it, or writes it later with others,
/// looks for all of them.
///
/// Shape: `FileNames.correlationKeys`, one name a line. Without it, or where it cannot be read, the standard ones are known.
/// Source: Documentation/Formats/segment.md.
extension StoreFolder {
    /// Those in `known`, and those that writers left.
    func correlationKeys(besides known: [CorrelationKey]) -> [CorrelationKey] {
        let file = path + "/" + FileNames.correlationKeys
        guard let bytes = StoreFolder.bytes(of: file, limit: Limits.correlationKeysBytesMax) else { return known }
        let names = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        return known + names.map(CorrelationKey.init(rawValue:)).filter { !known.contains($0) }
    }

    /// Leaves the keys of a writer, in the place of those that are there; a folder without keys of its own needs no file.
    /// Without one, a lookup knows fewer ids.
    func leave(_ keys: [CorrelationKey]) {
        let own = keys.filter { !CorrelationKey.indexedAttributes.contains($0) && !$0.rawValue.contains("\n") }
        guard Set(own) != Set(correlationKeys(besides: [])) else { return }
        let text = own.map { $0.rawValue + "\n" }.joined()
        try? StoreFolder.replaceFile(path + "/" + FileNames.correlationKeys, with: Array(text.utf8))
    }
}
