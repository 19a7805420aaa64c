/// Every bound of the storage port, with its reason and what happens there.
public enum Limits {
    /// How many traces one request may join. A loop of redrives must not load the whole store; later ones are left out.
    public static let tracesPerRequestMax = 256
    /// How many ids an ambiguous prefix lists.
    public static let candidatesMax = 20
    /// The shortest prefix that is looked up; a shorter one is not found.
    public static let prefixLengthMin = 6
}
