import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OTLP
public import ServiceLifecycle
public import TelemetryStore

/// The query port: health, metrics, and the records of a request for `traceview --collector`.
///
/// Source: Documentation/Formats/query-api.md.
public struct QueryServer: Service {
    private let application: Application<RouterResponder<BasicRequestContext>>
    private let bound: AsyncStream<HostPort>

    public init(
        _ address: HostPort, store: any TelemetryStore, metrics: CollectorMetrics, readiness: Readiness,
        size: @escaping @Sendable () -> StoreSize, compact: @escaping @Sendable () async throws(StoreError) -> Void
    ) {
        let (bound, continuation) = AsyncStream.makeStream(of: HostPort.self)
        self.bound = bound
        var logger = Logger(label: "query")
        logger.logLevel = .critical
        let router = Router()
        router.get("healthz") { _, _ in "ok\n" }
        router.get("readyz") { _, _ in
            let isReady = readiness.isReady
            return Response(
                status: isReady ? .ok : .serviceUnavailable, headers: [.contentType: "text/plain; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: isReady ? "ready\n" : "not ready\n")))
        }
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.exposition(size()))))
        }
        router.get("api/v1/requests/{id}") { _, context in
            let id = try context.parameters.require("id")
            return await Response(RequestAnswer.request(id, store))
        }
        router.get("api/v1/traces/{id}") { _, context in
            let id = try context.parameters.require("id")
            return await Response(RequestAnswer.trace(id, store))
        }
        router.post("api/v1/segments/compact") { _, _ in
            await Response(RequestAnswer.compaction(compact))
        }
        for (path, answer) in QueryServer.questions {
            router.post("api/v1/\(path)") { request, _ in
                let body = try await request.body.collect(upTo: Limits.questionBytesMax)
                return await Response(answer(Array(body.readableBytesView), store))
            }
        }
        application = Application(
            responder: router.buildResponder(),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: "collector"),
            onServerRunning: { channel in
                continuation.yield(address.bound(to: channel.localAddress))
                continuation.finish()
            }, logger: logger)
    }

    private typealias Question = @Sendable ([UInt8], any TelemetryStore) async -> RequestAnswer

    private static let questions: [(path: String, answer: Question)] = [
        ("search/spans", RequestAnswer.spans), ("search/logs", RequestAnswer.logs),
        ("search/aggregate", RequestAnswer.aggregate), ("sql", RequestAnswer.sql),
    ]

    /// Waits until the socket is bound and tells its address.
    public func address() async -> HostPort? {
        await bound.first { _ in true }
    }

    public func run() async throws {
        try await application.run()
    }
}

extension Response {
    init(_ answer: RequestAnswer) {
        self.init(
            status: HTTPResponse.Status(code: answer.status), headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
