public import Tracing

/// What a queue, a topic or an event bus carries beside a message: names and texts.
///
/// Names are read without regard to case: some buses write them anew.
/// Bounds: a value longer than Limits.messageAttributeBytesMax is not written: a bus would refuse the whole message for it.
public struct MessageAttributeCarrier: Extractor, Injector {
    public typealias Carrier = [String: String]

    public init() {}

    public func extract(key: String, from attributes: Carrier) -> String? {
        attributes[key] ?? attributes.first { ASCIICase.equal($0.key, key) }?.value
    }

    public func inject(_ value: String, forKey key: String, into attributes: inout Carrier) {
        guard value.utf8.count <= Limits.messageAttributeBytesMax else { return }
        attributes[key] = value
    }
}
