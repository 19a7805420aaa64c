public import Tracing

/// Names and values that travel with a request through every function it crosses.
///
/// Shape:  in order of arrival; a name stands once.
/// Source: W3C Baggage; OpenTelemetry specification 1.x, Baggage API.
public struct Baggage: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var name: String
        var value: String
        /// What stood behind the value, from the first semicolon: passed on as it came.
        var properties: String = ""
    }

    var entries: [Entry] = []

    public init() {}

    public var isEmpty: Bool { entries.isEmpty }
    public var names: [String] { entries.map(\.name) }

    /// Setting `nil` removes the entry.
    public subscript(name: String) -> String? {
        get { entries.first { $0.name == name }?.value }
        set {
            let place = entries.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): entries[place] = Entry(name: name, value: value)
            case (let place?, nil): entries.remove(at: place)
            case (nil, let value?): entries.append(Entry(name: name, value: value))
            case (nil, nil): break
            }
        }
    }
}

private enum BaggageKey: InstrumentationContextKey {
    typealias Value = Baggage
    static let nameOverride: String? = "baggage"
}

extension InstrumentationContext {
    /// The baggage of the request; empty when it carries none.
    public var baggage: Baggage {
        get { self[BaggageKey.self] ?? Baggage() }
        set { self[BaggageKey.self] = newValue.isEmpty ? nil : newValue }
    }
}
