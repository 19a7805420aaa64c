/// One value of a YAML or JSON file, with the line it stands on.
struct SourceNode: Sendable {
    var content: Content
    var place: Place
    /// The tag as written (`!Sub`); empty when there is none.
    var tag: String

    enum Content: Sendable {
        /// Plain scalars may be null, numbers or booleans; quoted ones are text.
        case scalar(String, isPlain: Bool)
        case sequence([SourceNode])
        case mapping([Member])
    }

    struct Member: Sendable {
        var key: String
        var keyPlace: Place
        var value: SourceNode
    }

    // MARK: Looking in

    /// The members of a mapping; none for anything else.
    var members: [Member] {
        if case .mapping(let members) = content { members } else { [] }
    }

    /// The elements of a sequence; none for anything else.
    var elements: [SourceNode] {
        if case .sequence(let elements) = content { elements } else { [] }
    }

    var isMapping: Bool {
        if case .mapping = content { true } else { false }
    }

    /// The text of a scalar that is not null.
    var text: String? {
        guard case .scalar(let text, let isPlain) = content else { return nil }
        return isPlain && ["", "~", "null", "Null", "NULL"].contains(text) ? nil : text
    }

    var isNull: Bool {
        if case .scalar = content { text == nil } else { false }
    }

    subscript(key: String) -> SourceNode? { member(key)?.value }

    subscript(path: String...) -> SourceNode? {
        path.reduce(self as SourceNode?) { $0?[$1] }
    }

    func member(_ key: String) -> Member? {
        members.first { $0.key == key }
    }

    // MARK: As declared values

    var declaredText: Declared<String> {
        text.map { .value($0, place) } ?? .unresolved("got \(kindName); must be a text", place)
    }

    var kindName: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a scalar"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension SourceNode? {
    /// What this node says, when it is there.
    var declaredText: Declared<String> { self?.declaredText ?? .absent }
}
