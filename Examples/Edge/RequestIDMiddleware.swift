import HTTPTypes
import Hummingbird
import Telemetry
import Tracing

/// Tells the caller under which id to ask for this request, whatever becomes of it.
struct RequestIDMiddleware<Context: RequestContext>: RouterMiddleware {
    private let name = HTTPField.Name("x-request-id")

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let name, let id = InstrumentationContext.current?.requestID else {
            return try await next(request, context)
        }
        do {
            var response = try await next(request, context)
            response.headers[name] = id
            return response
        } catch var error as HTTPError {
            error.headers[name] = id
            throw error
        }
    }
}
