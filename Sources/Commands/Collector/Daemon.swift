import Collector
import Logging
import Program
import SegmentStore
import ServiceLifecycle
import Synchronization
import TelemetryStore
import UnixSignals

/// `collector serve`: opens the store, binds the ways in and out, runs until told to stop, then closes the store.
struct Daemon {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    func run() async throws {
        let metrics = CollectorMetrics()
        let store = try openStore(metrics)
        do {
            try await serve(store, metrics)
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    /// The one place that knows which store it is.
    private func openStore(_ metrics: CollectorMetrics) throws(ProgramError) -> SegmentStore {
        do throws(StoreError) {
            return try SegmentStore.open(
                writing: settings.dataDirectory,
                options: SegmentStore.Options(
                    keys: settings.correlationKeys, retention: settings.retention,
                    observe: StoreReport(metrics).observe))
        } catch {
            throw ProgramError.failure(error.description)
        }
    }

    private func serve(_ store: SegmentStore, _ metrics: CollectorMetrics) async throws {
        let readiness = Readiness()
        let http = try await bind("OTLP/HTTP", settings.otlpHTTP) {
            try await OTLPHTTPServer.bind(settings.otlpHTTP, store: store, metrics: metrics, limits: settings.limits)
        }
        let grpc = OTLPGRPCServer(settings.otlpGRPC, store: store, metrics: metrics, limits: settings.limits)
        let query = QueryServer(
            settings.query, store: store, metrics: metrics, readiness: readiness,
            size: {
                let size = store.size()
                return StoreSize(segmentBytes: size.segmentBytes, inboxBytes: size.inboxBytes)
            }, compact: store.compact)
        let announcement = Announcement(readiness: readiness, onStop: store.giveUpCompaction) {
            let grpcAddress = try await grpc.address(host: settings.otlpGRPC.host)
            guard let queryAddress = await query.address() else { return nil }
            return "ready otlp-http=\(http.address) otlp-grpc=\(grpcAddress) query=\(queryAddress)"
        }
        var logger = Logger(label: "collector")
        logger.logLevel = .critical
        let services: [any Service] = [http, grpc, query, announcement]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        do {
            try await group.run()
        } catch {
            throw ProgramError.failure("cannot go on serving: \(error)")
        }
    }

    private func bind<Server>(
        _ name: String, _ address: HostPort, _ work: () async throws -> Server
    ) async throws(ProgramError) -> Server {
        do {
            return try await work()
        } catch {
            throw ProgramError.failure("cannot listen on \(address) for \(name): \(error); choose another address")
        }
    }
}

/// Says that the daemon is ready once every socket is bound, and takes it back when it begins to stop: the first to be told.
private struct Announcement: Service {
    let readiness: Readiness
    let onStop: @Sendable () -> Void
    let line: @Sendable () async throws -> String?

    func run() async throws {
        guard let line = try await line() else { return }
        readiness.set(true)
        Standard.error(line)
        try await gracefulShutdown()
        readiness.set(false)
        onStop()
    }
}
