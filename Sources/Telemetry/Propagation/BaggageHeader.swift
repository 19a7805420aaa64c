/// The `baggage` header.
///
/// Shape:  `name=value;property,name=value`, values percent-encoded.
/// Bounds: Limits.baggageBytesMax and Limits.baggageEntriesMax, both ways.
/// Source: W3C Baggage, 3.
package enum BaggageHeader {
    static let name = "baggage"

    /// Entries that are not well-formed are left out; their neighbours stay.
    package static func parse(_ text: String) -> Baggage {
        var baggage = Baggage()
        guard text.utf8.count <= Limits.baggageBytesMax else { return baggage }
        for member in text.split(separator: ",").prefix(Limits.baggageEntriesMax) {
            let end = member.firstIndex(of: ";") ?? member.endIndex
            let pair = member[..<end]
            guard let equals = pair.firstIndex(of: "=") else { continue }
            let name = pair[..<equals].trimmed
            let value = pair[pair.index(after: equals)...].trimmed
            let properties = member[end...].trimmed
            guard HeaderText.isName(name), HeaderText.isValue(value), HeaderText.isValue(properties) else { continue }
            baggage[String(name)] = nil
            baggage.entries.append(
                Baggage.Entry(name: String(name), value: PercentCoding.decode(value), properties: String(properties)))
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
