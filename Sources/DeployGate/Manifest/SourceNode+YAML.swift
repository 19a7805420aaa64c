import Yams

/// Reads YAML 1.1 and JSON, which is nearly a part of it.
extension SourceNode {
    /// Bounds: `Limits.fileBytesMax`, `Limits.nodesMax` with aliases written out, `Limits.depthMax`.
    /// Errors: everything that is not one document of YAML, with the line. An empty file is null.
    static func parse(_ bytes: [UInt8], file: String) throws(ManifestError) -> SourceNode {
        let documents = try parseAll(bytes, file: file)
        guard documents.count == 1 else {
            throw ManifestError("cannot read the file: it must be one document", at: documents[1].place)
        }
        return documents[0]
    }

    /// All documents of a file that are not empty, or one that is null. The bounds are those of the whole file.
    static func parseAll(_ bytes: [UInt8], file: String) throws(ManifestError) -> [SourceNode] {
        let start = Place(file: file, line: 1)
        guard bytes.count <= Limits.fileBytesMax else {
            throw ManifestError("cannot read a file of more than \(Limits.fileBytesMax >> 20) MB", at: start)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw ManifestError("cannot read the file: it must be UTF-8", at: start)
        }
        // What some editors put in front says nothing.
        let text = decoded.hasPrefix("\u{FEFF}") ? String(decoded.unicodeScalars.dropFirst()) : decoded
        guard !CollectionKeys.mayHideAliases(bytes) else {
            throw ManifestError(
                "cannot read the file: it has anchors and keys that are collections; must have plain keys", at: start)
        }
        var roots: [Node] = []
        do {
            var documents = try Yams.compose_all(yaml: text)
            while let root = documents.next() { roots.append(root) }
            if let error = documents.error { throw error }
        } catch {
            throw ManifestError(error, file: file)
        }
        var reading = Reading(file: file)
        var documents: [SourceNode] = []
        for root in roots {
            let document = try reading.node(root, depth: 0, line: 1)
            if !document.isNull { documents.append(document) }
        }
        return documents.isEmpty ? [SourceNode(content: .scalar("", isPlain: true), place: start, tag: "")] : documents
    }

    /// Copies the parser's tree and counts while it does: an alias is as large as what it stands for.
    private struct Reading {
        let file: String
        var count = 0

        mutating func node(_ node: Node, depth: Int, line: Int) throws(ManifestError) -> SourceNode {
            let place = Place(file: file, line: node.mark?.line ?? line)
            count += 1
            guard count <= Limits.nodesMax else {
                throw ManifestError(
                    "cannot read the file: its aliases stand for more than \(Limits.nodesMax) values", at: place)
            }
            guard depth < Limits.depthMax else {
                throw ManifestError("cannot read the file: it is nested more than \(Limits.depthMax) deep", at: place)
            }
            switch node {
            case .scalar(let scalar):
                return SourceNode(
                    content: .scalar(scalar.string, isPlain: scalar.style == .plain || scalar.style == .any),
                    place: place, tag: Reading.tag(node))
            case .sequence(let sequence):
                var elements: [SourceNode] = []
                for element in sequence { elements.append(try self.node(element, depth: depth + 1, line: place.line)) }
                return SourceNode(content: .sequence(elements), place: place, tag: Reading.tag(node))
            case .mapping(let mapping):
                return SourceNode(
                    content: .mapping(try members(of: mapping, depth: depth, line: place.line)), place: place,
                    tag: Reading.tag(node))
            case .alias:
                throw ManifestError("cannot read the file: it has an alias without an anchor", at: place)
            }
        }

        /// Members in order; those merged in with `<<` come after, unless they are there already.
        private mutating func members(
            of mapping: Node.Mapping, depth: Int, line: Int
        ) throws(ManifestError) -> [Member] {
            var members: [Member] = []
            var merged: [Member] = []
            for (keyNode, valueNode) in mapping {
                let keyPlace = Place(file: file, line: keyNode.mark?.line ?? line)
                guard let key = keyNode.scalar?.string else {
                    throw ManifestError("cannot read the file: a key must be a scalar", at: keyPlace)
                }
                let value = try node(valueNode, depth: depth + 1, line: keyPlace.line)
                if key == "<<" {
                    merged += value.isMapping ? value.members : value.elements.flatMap(\.members)
                } else {
                    members.append(Member(key: key, keyPlace: keyPlace, value: value))
                }
            }
            var known = Set(members.map(\.key))
            return members + merged.filter { known.insert($0.key).inserted }
        }

        private static func tag(_ node: Node) -> String {
            let tag = node.tag.rawValue
            return tag.hasPrefix("!") && tag != "!" ? tag : ""
        }
    }
}

/// Looks for keys that are collections, before anything is parsed.
///
/// The parser hashes every key to find duplicates; a key made of aliases of aliases would keep it busy for ever. Files that
/// have anchors must do without such keys.
private enum CollectionKeys {
    static func mayHideAliases(_ bytes: [UInt8]) -> Bool {
        guard hasAnchor(bytes) else { return false }
        var previous = UInt8(ascii: "\n")
        for index in bytes.indices {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: "\n")
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): continue
            case UInt8(ascii: "?") where isSpace(next) && isIndicator(previous): return true
            case UInt8(ascii: ":")
            where (previous == UInt8(ascii: "]") || previous == UInt8(ascii: "}"))
                && (isSpace(next) || isIndicator(next)):
                return true
            case UInt8(ascii: "*") where isIndicator(previous) && isKey(bytes, from: index + 1): return true
            default: break
            }
            previous = byte
        }
        return false
    }

    private static func hasAnchor(_ bytes: [UInt8]) -> Bool {
        bytes.indices.dropLast().contains { index in
            guard bytes[index] == UInt8(ascii: "&"), !isSpace(bytes[index + 1]) else { return false }
            return index == 0 || isSpace(bytes[index - 1]) || isIndicator(bytes[index - 1])
        }
    }

    /// Whether the alias that begins here is followed by a colon.
    private static func isKey(_ bytes: [UInt8], from start: Int) -> Bool {
        var index = start
        while index < bytes.count, !isSpace(bytes[index]), !isIndicator(bytes[index]) { index += 1 }
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
        return index < bytes.count && bytes[index] == UInt8(ascii: ":")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

    private static func isIndicator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "-"), UInt8(ascii: ","), UInt8(ascii: "{"),
            UInt8(ascii: "["), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: ":"),
            UInt8(ascii: "\""), UInt8(ascii: "'"):
            true
        default: false
        }
    }
}

extension ManifestError {
    fileprivate init(_ error: any Error, file: String) {
        guard let error = error as? YamlError else {
            self.init("cannot read the file: \(error)", at: Place(file: file, line: 1))
            return
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let problem =
                problem.contains("max_nest_level") ? "it is nested more than \(Limits.depthMax) deep" : problem
            self.init("cannot read the file: \(Quote.short(problem))", at: Place(file: file, line: max(1, mark.line)))
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init(
                "cannot read the file: \(Quote.list(duplicates)) is there twice",
                at: Place(file: file, line: max(1, context.mark.line)))
        case .reader(let problem, _, _, _):
            self.init("cannot read the file: \(Quote.short(problem))", at: Place(file: file, line: 1))
        default: self.init("cannot read the file: it is not YAML", at: Place(file: file, line: 1))
        }
    }
}
