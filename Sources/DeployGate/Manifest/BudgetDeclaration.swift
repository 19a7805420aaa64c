/// A spending limit with who hears of it.
public struct BudgetDeclaration: Sendable {
    public var name: String
    public var place: Place
    /// A month, in US dollars.
    public var monthlyAmount: Declared<Double> = .absent
    public var isMonthly = true
    public var notifications: [Notification] = []

    public struct Notification: Sendable {
        /// On what was spent, rather than on a forecast; `nil` when it could not be resolved.
        public var isActual: Bool?
        /// Percent of the amount; `nil` when it could not be resolved or is an absolute amount.
        public var thresholdPercent: Double?
        public var subscriberCount: Int
        public var place: Place
    }
}
