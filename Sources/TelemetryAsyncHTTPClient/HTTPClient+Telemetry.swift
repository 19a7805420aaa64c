public import AsyncHTTPClient
public import Logging
public import NIOCore
import NIOHTTP1
import Tracing

extension HTTPClient {
    /// Sends a request in a span of its own, with the context of the task in its headers: once, whoever put one there
    /// before.
    ///
    /// `template` is the pattern of the URL's path, such as `/lessons/{lesson}`: it names the span, where the path itself
    /// would make a name of every lesson. A client that traces by itself (`tracer` of its configuration, which is the
    /// default) keeps doing that, and `template` is not used: of two that inject, each would send its own `traceparent`, and
    /// W3C Trace Context says to ignore both.
    ///
    /// ```swift
    /// var configuration = HTTPClient.Configuration()
    /// configuration.tracing.tracer = nil
    /// let client = HTTPClient(configuration: configuration)
    /// let answer = try await client.execute(request, timeout: .seconds(5), template: "/lessons/{lesson}/hints")
    /// ```
    public func execute(
        _ request: HTTPClientRequest, timeout: TimeAmount, template: String?, logger: Logger? = nil
    ) async throws -> HTTPClientResponse {
        var request = request
        let tracer = InstrumentationSystem.tracer
        guard self.tracer == nil else {
            request.headers.removeContext(of: tracer)
            return try await execute(request, timeout: timeout, logger: logger)
        }
        let method = request.method.rawValue
        return try await tracer.withSpan(template.map { "\(method) \($0)" } ?? method, ofKind: .client) { span in
            request.headers.removeContext(of: tracer)
            tracer.inject(span.context, into: &request.headers, using: HTTPHeadersCarrier())
            span.attributes["http.request.method"] = method
            span.attributes["url.template"] = template
            ServerAddress(url: request.url)?.describe(span)
            do {
                let response = try await execute(request, timeout: timeout, logger: logger)
                let status = Int(response.status.code)
                span.attributes["http.response.status_code"] = status
                if status >= 400 {
                    span.attributes["error.type"] = String(status)
                    span.setStatus(SpanStatus(code: .error))
                }
                return response
            } catch {
                span.attributes["error.type"] = String(reflecting: type(of: error))
                throw error
            }
        }
    }
}
