public import NIOHTTP1
public import Tracing

/// Header fields of NIO. What is written replaces what was there; what came more than once is read as one, joined with
/// commas.
public struct HTTPHeadersCarrier: Extractor, Injector {
    public init() {}

    public func extract(key: String, from headers: HTTPHeaders) -> String? {
        let values = headers[key]
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    public func inject(_ value: String, forKey key: String, into headers: inout HTTPHeaders) {
        headers.replaceOrAdd(name: key, value: value)
    }
}

extension HTTPHeaders {
    /// Takes out what somebody injected before: the names are those that the tracer would write now.
    mutating func removeContext(of tracer: any Tracer) {
        guard let context = InstrumentationContext.current else { return }
        var written = HTTPHeaders()
        tracer.inject(context, into: &written, using: HTTPHeadersCarrier())
        for (name, _) in written { remove(name: name) }
    }
}
