package import OTLP

/// A value for some of the signals: three places, because a dictionary's type would have to be made at a cold start.
package struct SignalTable<Value: Sendable>: Sendable {
    private var traces: Value?
    private var logs: Value?
    private var metrics: Value?

    package init() {}

    package subscript(signal: Signal) -> Value? {
        get {
            switch signal {
            case .traces: traces
            case .logs: logs
            case .metrics: metrics
            }
        }
        set {
            switch signal {
            case .traces: traces = newValue
            case .logs: logs = newValue
            case .metrics: metrics = newValue
            }
        }
    }

    /// Those that have a value.
    var signals: [Signal] { Signal.allCases.filter { self[$0] != nil } }
}
