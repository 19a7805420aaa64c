/// Every bound that reading OTLP obeys, with its reason and what happens there.
public enum Limits {
    /// How deep attribute values may nest. Real values nest two or three deep; the bound keeps recursion off the end of
    /// the stack. A record with a deeper value is rejected, its neighbours are not.
    public static let attributeNestingDepthMax = 64

    /// The largest request body that can be read, because positions in it are kept in 32 bits.
    /// A larger one is refused as malformed.
    public static let requestBytesMax = Int(Int32.max)
}
