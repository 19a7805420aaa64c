/// Every bound of the storage port, with its reason and what happens there.
public enum Limits {
    /// How many traces one request may join. A loop of redrives must not load the whole store; later ones are left out.
    public static let tracesPerRequestMax = 256
    /// How many ids an ambiguous prefix lists.
    public static let candidatesMax = 20
    /// The shortest prefix that is looked up; a shorter one is not found.
    public static let prefixLengthMin = 6
    /// Records on a page of a search. More are asked for with the cursor.
    public static let pageRecordsMax = 10_000
    /// Groups of an aggregation. Rows of further groups are counted under a key of `nil`s.
    public static let aggregateRowsMax = 100_000
    /// Rows that a question in SQL returns when it does not say otherwise.
    public static let sqlRowsMax = 10_000
    /// Rows that a question in SQL may ask a collector for; more would only wait in its memory.
    public static let sqlRowsAskedMax = 1_000_000
    /// How long a question in SQL may run when it does not say otherwise.
    public static let sqlTimeout = Duration.seconds(30)
}
