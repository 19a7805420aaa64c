package import Tracing

/// The `baggage` header.
///
/// Shape:  `name=value;property,name=value`, values percent-encoded, in the order in which they were set.
/// Bounds: Limits.baggageBytesMax and Limits.baggageEntriesMax, both ways: members beyond are left out whole.
/// Source: W3C Baggage, 3; OpenTelemetry specification 1.x, Baggage API, for names that stand twice.
package struct BaggagePropagator: Propagator {
    private static let name = "baggage"

    package init() {}

    package var fields: [String] { [Self.name] }

    package func extract(_ field: (String) -> String?, into context: inout InstrumentationContext) {
        guard let header = field(Self.name) else { return }
        let baggage = Self.parse(header)
        if !baggage.isEmpty { context.baggage = baggage }
    }

    package func inject(_ context: InstrumentationContext, _ set: (String, String) -> Void) {
        if let header = Self.text(context.baggage) { set(Self.name, header) }
    }

    /// Members that are not well-formed are left out; their neighbours stay. Of a name that stands twice the later value
    /// counts.
    package static func parse(_ text: String) -> Baggage {
        var baggage = Baggage()
        var taken = 0
        for member in text.split(separator: ",").prefix(Limits.baggageEntriesMax) {
            taken += member.utf8.count + 1
            guard taken <= Limits.baggageBytesMax + 1 else { break }
            let end = member.firstIndex(of: ";") ?? member.endIndex
            let pair = member[..<end]
            guard let equals = pair.firstIndex(of: "=") else { continue }
            let name = pair[..<equals].trimmed
            let value = pair[pair.index(after: equals)...].trimmed
            let properties = member[end...].trimmed
            guard HeaderText.isName(name), HeaderText.isValue(value), HeaderText.isValue(properties) else { continue }
            let entry = Baggage.Entry(
                name: String(name), value: PercentCoding.decode(value), properties: String(properties))
            if let place = baggage.entries.firstIndex(where: { $0.name == entry.name }) {
                baggage.entries[place] = entry
            } else {
                baggage.entries.append(entry)
            }
        }
        return baggage
    }

    /// `nil` when there is nothing to send.
    package static func text(_ baggage: Baggage) -> String? {
        var header = ""
        for entry in baggage.entries.prefix(Limits.baggageEntriesMax) where HeaderText.isName(entry.name) {
            let member = "\(entry.name)=\(PercentCoding.encode(entry.value))\(entry.properties)"
            guard header.utf8.count + member.utf8.count < Limits.baggageBytesMax else { continue }
            header += header.isEmpty ? member : ",\(member)"
        }
        return header.isEmpty ? nil : header
    }
}
