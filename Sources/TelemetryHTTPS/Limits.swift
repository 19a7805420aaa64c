/// Every bound of the exporter, with its unit, its reason and what happens there.
enum Limits {
    /// Bytes of an answer to an export. Beyond: the export is tried again.
    static let answerBytesMax = 64 << 10
    /// How long before an export's deadline the client gives up, so that it can still say what kept it.
    static let lead = Duration.milliseconds(10)
}
