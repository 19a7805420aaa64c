import HTTPTypes
public import Hummingbird
import Telemetry
import Tracing

/// Makes an invocation of every request: its server span with route and status, the caller's context, the request id.
///
/// It replaces Hummingbird's `TracingMiddleware`; with both, every request has two spans. The answer carries
/// `x-request-id`, so that whoever called can ask for the request by it. An answer that is streamed ends its invocation when the
/// last byte is written.
///
/// ```swift
/// let router = Router()
/// router.add(middleware: TelemetryMiddleware())
/// ```
public struct TelemetryMiddleware<Context: RequestContext>: RouterMiddleware {
    private let requestIDName = HTTPField.Name("x-request-id")

    public init() {}

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let invocation = Telemetry.beginInvocation(Trigger(request))
        do {
            var response = try await invocation.withContext { try await next(request, context) }
            invocation.matched(method: request.method.rawValue, route: context.endpointPath)
            invocation.respond(status: Int(response.status.code))
            if let requestIDName { response.headers[requestIDName] = invocation.requestID }
            guard response.body.contentLength == nil else {
                await invocation.finish()
                return response
            }
            response.body = response.body.ending(invocation)
            return response
        } catch {
            invocation.matched(method: request.method.rawValue, route: context.endpointPath)
            let status = Int((error as? any HTTPResponseError)?.status.code ?? 500)
            invocation.respond(status: status)
            // That a request was refused is the caller's error, not this function's.
            await invocation.finish(throwing: status >= 500 ? error : nil)
            throw answer(to: error, invocation)
        }
    }
}

extension TelemetryMiddleware {
    /// The error with the request's id in its answer. One that is no answer yet becomes the one that it would become, 500:
    /// it is the request that somebody will ask for.
    private func answer(to error: any Error, _ invocation: Invocation) -> any Error {
        guard let requestIDName else { return error }
        if error is any HTTPResponseError, !(error is HTTPError) { return error }
        var answer = error as? HTTPError ?? HTTPError(.internalServerError)
        answer.headers[requestIDName] = invocation.requestID
        return answer
    }
}

extension Trigger {
    fileprivate init(_ request: Request) {
        self = .http(
            method: request.method.rawValue, path: request.uri.path, query: request.uri.query,
            fields: request.headers.map { ($0.name.rawName, $0.value) })
        if let authority = request.head.authority { setServer(authority) }
        attributes["url.scheme"] = attributes.get("url.scheme") ?? request.head.scheme.map { .string($0) }
    }
}

extension ResponseBody {
    fileprivate func ending(_ invocation: Invocation) -> ResponseBody {
        ResponseBody(contentLength: contentLength) { writer in
            do {
                try await write(writer)
                await invocation.finish()
            } catch {
                await invocation.finish(throwing: error)
                throw error
            }
        }
    }
}
