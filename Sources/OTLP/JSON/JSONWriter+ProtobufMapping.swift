// Fields as protobuf's JSON mapping and OTLP have them. Like the plain methods of `ProtobufWriter` these leave out
// default values; `always` ones, for fields with presence, write them.

extension JSONWriter {
    mutating func string(_ name: String, _ value: String) {
        if !value.isEmpty { member(name, value) }
    }

    mutating func bool(_ name: String, _ value: Bool) {
        if value { member(name, value) }
    }

    /// A 32-bit integer or an enum: a number.
    mutating func int32(_ name: String, _ value: some FixedWidthInteger) {
        if value != 0 { member(name, value) }
    }

    /// A 64-bit integer: a string.
    mutating func int64(_ name: String, _ value: some FixedWidthInteger) {
        if value != 0 { alwaysInt64(name, value) }
    }

    mutating func alwaysInt64(_ name: String, _ value: some FixedWidthInteger) {
        key(name)
        self.value(quoting: value)
    }

    /// Left out when it is 0.0; −0.0 is written.
    mutating func double(_ name: String, _ value: ExactDouble) {
        if value.bitPattern != 0 { member(name, value.value) }
    }

    mutating func optionalDouble(_ name: String, _ value: ExactDouble?) {
        if let value { member(name, value.value) }
    }

    mutating func id(_ name: String, _ id: TraceID) {
        if !id.isZero { member(name, id.hex) }
    }

    mutating func id(_ name: String, _ id: SpanID) {
        if !id.isZero { member(name, id.hex) }
    }

    /// One object for each element; nothing for none.
    mutating func messages<Element>(
        _ name: String, _ elements: [Element], _ body: (Element, inout JSONWriter) -> Void
    ) {
        guard !elements.isEmpty else { return }
        key(name)
        array { writer in
            for element in elements { writer.object { body(element, &$0) } }
        }
    }

    mutating func strings(_ name: String, _ values: [String]) {
        guard !values.isEmpty else { return }
        key(name)
        array { for value in values { $0.value(value) } }
    }

    mutating func int64s(_ name: String, _ values: [UInt64]) {
        guard !values.isEmpty else { return }
        key(name)
        array { for value in values { $0.value(quoting: value) } }
    }

    mutating func doubles(_ name: String, _ values: [ExactDouble]) {
        guard !values.isEmpty else { return }
        key(name)
        array { for value in values { $0.value(value.value) } }
    }
}
