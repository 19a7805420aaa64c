// What protobuf's JSON mapping allows beside what it writes, and what OTLP changes of it.
//
// Source: protobuf, "ProtoJSON Format"; OTLP 1.x, "JSON Protobuf Encoding".

extension JSONReader {
    /// The name of the next field that has a value, in lowerCamelCase; `nil` at the end of the message.
    /// `null` stands for the default of any field and is read over.
    mutating func nextField() throws(JSONError) -> String? {
        while let key = try nextKey() {
            if try nextKind() != .null { return JSONReader.lowerCamelCase(key) }
            try null()
        }
        return nil
    }

    /// The JSON name of a field that may be called by its name in the proto file: `trace_id` is `traceId`.
    private static func lowerCamelCase(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: "_")) else { return name }
        var result = ""
        var isAfterUnderscore = false
        for scalar in name.unicodeScalars {
            switch (isAfterUnderscore, scalar) {
            case (false, "_"): isAfterUnderscore = true
            case (true, "a"..."z"):
                result += scalar.properties.uppercaseMapping
                isAfterUnderscore = false
            case (true, _): return name
            default: result.unicodeScalars.append(scalar)
            }
        }
        return isAfterUnderscore ? name : result
    }

    /// An integer as a number or as a string of one.
    mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) throws(JSONError) -> Integer {
        let start = try valueStart()
        let number =
            switch try nextKind() {
            case .number: try number()
            case .string: try quotedNumber()
            case let other: throw wrongType(other, "an integer, as number or string")
            }
        guard let integer = number?.integer(Integer.self) else {
            throw error(.outOfRange, at: start, "got something else; must be an integer of \(Integer.bitWidth) bits")
        }
        return integer
    }

    /// A double as a number, as a string of one, or as "NaN", "Infinity" or "-Infinity".
    mutating func double() throws(JSONError) -> Double {
        let start = try valueStart()
        let double: Double?
        switch try nextKind() {
        case .number: double = try number().double
        case .string:
            let text = try string()
            double =
                switch text {
                case "NaN": .nan
                case "Infinity": .infinity
                case "-Infinity": -.infinity
                default: JSONNumber(text)?.double
                }
        case let other: throw wrongType(other, "a number, also as string")
        }
        guard let double else { throw error(.outOfRange, at: start, "got something else; must be a double") }
        return double
    }

    /// An enum as its number or its name. Numbers are kept, known or not.
    ///
    /// - Parameter names: the names after the prefix, by number.
    mutating func enumeration(_ prefix: String, _ names: [String]) throws(JSONError) -> Int32 {
        let start = try valueStart()
        guard try nextKind() == .string else { return try integer() }
        let text = try string()
        if text.hasPrefix(prefix), let number = names.firstIndex(of: String(text.dropFirst(prefix.count))) {
            return Int32(number)
        }
        guard let number = JSONNumber(text)?.integer(Int32.self) else {
            throw error(.unknownName, at: start, "got an unknown name; must be \(prefix)… or its number")
        }
        return number
    }

    /// Bytes as Base64, of either alphabet.
    mutating func base64() throws(JSONError) -> [UInt8] {
        let start = try valueStart()
        guard let bytes = Base64.bytes(of: try string()) else {
            throw error(.invalidBase64, at: start, "got something else; must be Base64")
        }
        return bytes
    }

    /// A trace id as hexadecimal text; zero when it is empty or rejected.
    mutating func traceID(
        _ field: RecordRejection.Field, _ rejection: inout RecordRejection?
    ) throws(JSONError) -> TraceID {
        let text = try string()
        if let id = text.isEmpty ? .zero : TraceID(hex: text) { return id }
        rejection = .invalidID(field)
        return .zero
    }

    /// A span id as hexadecimal text; zero when it is empty or rejected.
    mutating func spanID(
        _ field: RecordRejection.Field, _ rejection: inout RecordRejection?
    ) throws(JSONError) -> SpanID {
        let text = try string()
        if let id = text.isEmpty ? .zero : SpanID(hex: text) { return id }
        rejection = .invalidID(field)
        return .zero
    }

    private mutating func quotedNumber() throws(JSONError) -> JSONNumber? {
        JSONNumber(try string())
    }

    private mutating func valueStart() throws(JSONError) -> Int {
        _ = try peek()
        return position
    }
}

extension JSONNumber {
    /// The number that `text` is as a whole.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard JSONNumber.end(in: bytes, from: 0) == bytes.count else { return nil }
        self.init(text: bytes[...])
    }
}
