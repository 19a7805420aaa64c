import OTLP

/// Platforms say megabytes and mean 1,048,576 bytes.
enum Megabytes {
    static func bytes(_ megabytes: Int) -> Int? {
        (1...(1 << 30)).contains(megabytes) ? megabytes << 20 : nil
    }
}

extension [Attribute] {
    /// Nothing for what is not known.
    mutating func add(_ key: String, _ text: String?) {
        if let text { append(Attribute(key, .string(text))) }
    }

    mutating func add(_ key: String, _ number: Int?) {
        if let number { append(Attribute(key, .int(Int64(number)))) }
    }
}
