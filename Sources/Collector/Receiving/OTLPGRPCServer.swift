import GRPCCore
import GRPCNIOTransportHTTP2
import OTLP
public import ServiceLifecycle
public import TelemetryStore

/// OTLP/gRPC: the three Export methods, their message bytes handed on as they are.
///
/// Source: OTLP specification 1.x, "OTLP/gRPC"; opentelemetry-proto `collector/*/v1/*_service.proto`.
public struct OTLPGRPCServer: Service {
    private let server: GRPCServer<HTTP2ServerTransport.Posix>

    public init(_ address: HostPort, store: any TelemetryStore, metrics: CollectorMetrics, limits: Limits) {
        let socket: GRPCNIOTransportHTTP2.SocketAddress =
            address.host.contains(":")
            ? .ipv6(host: address.host, port: address.port)
            : .ipv4(host: address.host == "localhost" ? "127.0.0.1" : address.host, port: address.port)
        let transport = HTTP2ServerTransport.Posix(
            address: socket, transportSecurity: .plaintext,
            config: .defaults { config in
                config.compression.enabledAlgorithms = .all
                config.rpc.maxRequestPayloadSize = limits.requestBytesMax
            })
        let ingestor = Ingestor(store: store, metrics: metrics, limits: limits)
        server = GRPCServer(transport: transport, services: [ExportService(ingestor: ingestor)])
    }

    /// Waits until the socket is bound and tells its address; throws when it could not be bound.
    public func address(host: String) async throws -> HostPort {
        guard let address = try await server.listeningAddress else { return HostPort(host: host, port: 0) }
        return HostPort(host: host, port: address.ipv4?.port ?? address.ipv6?.port ?? 0)
    }

    /// Returns after a graceful shutdown has answered what was under way, or has waited long enough for it.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await server.serve() }
            tasks.addTask {
                try await gracefulShutdown()
                server.beginGracefulShutdown()
                try await Task.sleep(for: Limits.drainTimeout)
            }
            try await tasks.next()
            tasks.cancelAll()
        }
    }
}

private struct ExportService: RegistrableRPCService {
    let ingestor: Ingestor

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        for signal in Signal.allCases {
            router.registerHandler(
                forMethod: MethodDescriptor(fullyQualifiedService: signal.serviceName, method: "Export"),
                deserializer: Bytes(), serializer: Bytes()
            ) { request, _ in
                let request = try await ServerRequest(stream: request)
                return StreamingServerResponse(single: await export(request.message, of: signal))
            }
        }
    }

    private func export(_ body: [UInt8], of signal: Signal) async -> ServerResponse<[UInt8]> {
        let start = ContinuousClock.now
        defer { ingestor.metrics.answered(after: ContinuousClock.now - start) }
        do throws(RPCStatus) {
            let accepted = try await ingestor.ingest(body, of: signal, type: .protobuf, encoding: .identity)
            return ServerResponse(message: accepted.encoded(as: .protobuf, signal))
        } catch {
            var metadata = Metadata()
            if error.isRetryable {
                metadata.addBinary(error.encoded(as: .protobuf), forKey: "grpc-status-details-bin")
            }
            return ServerResponse(
                error: RPCError(code: error.code.grpcCode, message: error.message, metadata: metadata))
        }
    }

    /// Message bytes as they are.
    private struct Bytes: MessageSerializer, MessageDeserializer {
        func serialize<Buffer: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Buffer { Buffer(message) }

        func deserialize<Buffer: GRPCContiguousBytes>(_ bytes: Buffer) throws -> [UInt8] {
            bytes.withUnsafeBytes { Array($0) }
        }
    }
}

extension Signal {
    fileprivate var serviceName: String {
        switch self {
        case .traces: "opentelemetry.proto.collector.trace.v1.TraceService"
        case .logs: "opentelemetry.proto.collector.logs.v1.LogsService"
        case .metrics: "opentelemetry.proto.collector.metrics.v1.MetricsService"
        }
    }
}

extension RPCStatus.Code {
    fileprivate var grpcCode: RPCError.Code {
        switch self {
        case .invalidArgument: .invalidArgument
        case .notFound: .notFound
        case .resourceExhausted: .resourceExhausted
        case .outOfRange: .outOfRange
        case .unimplemented: .unimplemented
        case .internal: .internalError
        case .unavailable: .unavailable
        }
    }
}
