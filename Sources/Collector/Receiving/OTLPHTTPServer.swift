import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
public import ServiceLifecycle
public import TelemetryStore

/// OTLP/HTTP: three paths on SwiftNIO's HTTP/1 pipeline, with nothing in between.
///
/// Source: OTLP specification 1.x, "OTLP/HTTP".
public struct OTLPHTTPServer: Service {
    private let channel: any Channel
    private let quiescing: ServerQuiescingHelper
    private let group: MultiThreadedEventLoopGroup

    /// Where it listens; the port is the real one, also when 0 was asked for.
    public let address: HostPort

    /// Binds, and accepts connections at once.
    public static func bind(
        _ address: HostPort, store: any TelemetryStore, metrics: CollectorMetrics, limits: Limits
    ) async throws -> OTLPHTTPServer {
        let group = MultiThreadedEventLoopGroup.singleton
        let quiescing = ServerQuiescingHelper(group: group)
        let ingestor = Ingestor(store: store, metrics: metrics, limits: limits)
        let budget = ByteBudget(limits.bodyBytesInFlightMax)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Limits.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(DrainDeadline())
                    // The headers of answers are our own words: nothing of a request goes into them.
                    try pipeline.configureHTTPServerPipeline(
                        withPipeliningAssistance: true, withErrorHandling: true, withOutboundHeaderValidation: false)
                    try pipeline.addHandler(IdleStateHandler(readTimeout: TimeAmount(limits.idleTimeout)))
                    let executor = EventLoopTaskExecutor(channel.eventLoop)
                    try pipeline.addHandler(OTLPHTTPHandler(ingestor: ingestor, budget: budget, executor: executor))
                }
            }
            .bind(host: address.host, port: address.port)
            .get()
        return OTLPHTTPServer(
            channel: channel, quiescing: quiescing, group: group, address: address.bound(to: channel.localAddress))
    }

    /// Returns after a graceful shutdown has answered what was under way.
    public func run() async throws {
        let stopped = channel.eventLoop.makePromise(of: Void.self)
        await withGracefulShutdownHandler {
            try? await stopped.futureResult.get()
        } onGracefulShutdown: {
            quiescing.initiateShutdown(promise: stopped)
        }
    }
}

/// Closes a connection whose request has not come to its end some time after the daemon was told to stop.
///
/// Stands in front of NIO's HTTP handlers, which wait for that end however long it takes, and keep the event to themselves.
private final class DrainDeadline: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            let channel = context.channel
            context.eventLoop.scheduleTask(in: TimeAmount(Limits.drainTimeout)) { channel.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }
}
