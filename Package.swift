// swift-tools-version: 6.2
import PackageDescription

/// Every target is built the same way: imports are internal unless said otherwise, existentials spelled out, no warnings.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grpcCore = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport = Target.Dependency.product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "serverless-telemetry",
    products: [
        .library(name: "Telemetry", targets: ["Telemetry"]),
        .library(name: "TelemetryAsyncHTTPClient", targets: ["TelemetryAsyncHTTPClient"]),
        .library(name: "TelemetryHummingbird", targets: ["TelemetryHummingbird"]),
        .library(name: "TelemetryHTTPS", targets: ["TelemetryHTTPS"]),
        .library(name: "TelemetryTesting", targets: ["TelemetryTesting"]),
        .library(name: "OTLP", targets: ["OTLP"]),
        .library(name: "SegmentStore", targets: ["SegmentStore", "TelemetryStore"]),
        .executable(name: "collector", targets: ["CollectorCommand"]),
        .executable(name: "traceview", targets: ["TraceViewCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Pure: bytes and values.
        .target(name: "OTLP", swiftSettings: settings),
        .target(name: "TraceAssembly", dependencies: ["OTLP"], swiftSettings: settings),

        // What a function links: four small API packages and the wire, no Foundation, no NIO.
        .target(
            name: "Telemetry", dependencies: ["OTLP", "CExecinfo", "CSystemCall", log, metrics, tracing],
            swiftSettings: settings),
        .systemLibrary(name: "CExecinfo"),
        .systemLibrary(name: "CSystemCall"),

        // Conveniences, each for one framework: who does not use it does not link it.
        .target(
            name: "TelemetryAsyncHTTPClient", dependencies: [asyncHTTPClient, tracing, log, nioCore, nioHTTP1],
            swiftSettings: settings),
        .target(
            name: "TelemetryHummingbird", dependencies: ["Telemetry", hummingbird, httpTypes, tracing],
            swiftSettings: settings),

        // What a function's tests link, and what a function links that sends over TLS.
        .target(
            name: "TelemetryTesting", dependencies: ["Telemetry", "OTLP", log, metrics, tracing],
            swiftSettings: settings),
        .target(
            name: "TelemetryHTTPS", dependencies: ["Telemetry", "OTLP", asyncHTTPClient, nioCore, nioHTTP1, nioSSL],
            swiftSettings: settings),

        // The storage port and its adapters.
        .target(name: "TelemetryStore", dependencies: ["OTLP"], swiftSettings: settings),
        .target(
            name: "SegmentStore", dependencies: ["TelemetryStore", "OTLP", "CZstd", grdb, sqlite],
            swiftSettings: settings),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CMalloc"),

        // The daemon.
        .target(
            name: "Collector",
            dependencies: [
                "OTLP", "TelemetryStore", "CZstd", "CZlib",
                nioCore, nioExtras, nioHTTP1, nioPosix, hummingbird, httpTypes, grpcCore, grpcTransport,
                serviceLifecycle, log,
            ],
            swiftSettings: settings),

        // The viewer.
        .target(name: "TraceView", dependencies: ["OTLP", "TraceAssembly"], swiftSettings: settings),

        // The gate.
        .target(
            name: "DeployGate", dependencies: ["OTLP", "TelemetryStore", "TraceAssembly", yams],
            resources: [
                .embedInCode("Data/aws.yaml"), .embedInCode("Data/azure.yaml"), .embedInCode("Data/google-cloud.yaml"),
                .embedInCode("Data/semantic-conventions.tsv"),
            ],
            swiftSettings: settings),

        // The programs: parse, choose adapters, run.
        .target(
            name: "Program", dependencies: [argumentParser, asyncHTTPClient], path: "Sources/Commands/Program",
            swiftSettings: settings),
        .executableTarget(
            name: "CollectorCommand",
            dependencies: [
                "CMalloc", "Collector", "Program", "SegmentStore", "TelemetryStore", "OTLP", argumentParser, yams,
                serviceLifecycle, unixSignals, log, asyncHTTPClient, nioCore, nioHTTP1,
            ],
            path: "Sources/Commands/Collector", swiftSettings: settings),
        .executableTarget(
            name: "TraceViewCommand",
            dependencies: [
                "TraceView", "TraceAssembly", "DeployGate", "SegmentStore", "TelemetryStore", "OTLP", "Program",
                argumentParser, asyncHTTPClient, nioCore, nioHTTP1, nioPosix,
            ],
            path: "Sources/Commands/TraceView", swiftSettings: settings),

        // Three functions of a learning platform: what the demo runs, and a tutorial.
        .target(
            name: "FunctionEvents", dependencies: [hummingbird], path: "Examples/FunctionEvents",
            swiftSettings: settings),
        .executableTarget(
            name: "edge",
            dependencies: [
                "Telemetry", "TelemetryHummingbird", "FunctionEvents", hummingbird, httpTypes, asyncHTTPClient, log,
                tracing, nioCore, nioHTTP1,
            ],
            path: "Examples/Edge", swiftSettings: settings),
        .executableTarget(
            name: "tutor",
            dependencies: [
                "Telemetry", "TelemetryHummingbird", "FunctionEvents", hummingbird, httpTypes, log, tracing,
            ],
            path: "Examples/Tutor", swiftSettings: settings),
        .executableTarget(
            name: "progress",
            dependencies: [
                "Telemetry", "FunctionEvents", hummingbird, httpTypes, serviceLifecycle, log, tracing,
            ],
            path: "Examples/Progress", swiftSettings: settings),

        // What tests of several targets are made of.
        .target(
            name: "RandomTelemetry", dependencies: ["OTLP"], path: "Tests/RandomTelemetry", swiftSettings: settings),
        .executableTarget(
            name: "trace-context-service",
            dependencies: [
                "Telemetry", "TelemetryAsyncHTTPClient", "TelemetryHummingbird", hummingbird, asyncHTTPClient, log,
                nioCore,
            ],
            path: "Examples/TraceContextService", swiftSettings: settings),

        .testTarget(
            name: "OTLPTests", dependencies: ["OTLP", "RandomTelemetry"], exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "TelemetryTests", dependencies: ["Telemetry", "OTLP", log, metrics, tracing],
            swiftSettings: settings),
        .testTarget(
            name: "TelemetryTestingTests",
            dependencies: ["TelemetryTesting", "Telemetry", "OTLP", log, metrics, tracing], swiftSettings: settings),
        .testTarget(
            name: "TelemetryAsyncHTTPClientTests", dependencies: ["TelemetryAsyncHTTPClient", nioHTTP1],
            swiftSettings: settings),
        .testTarget(name: "TraceAssemblyTests", dependencies: ["TraceAssembly", "OTLP"], swiftSettings: settings),
        .testTarget(
            name: "TraceViewTests", dependencies: ["TraceView", "TraceAssembly", "OTLP"],
            exclude: ["Screens", "Traces"], swiftSettings: settings),
        .target(name: "CAllocationCounter", path: "Tests/Costs/CAllocationCounter"),
        .executableTarget(
            name: "cost-probe", dependencies: ["Telemetry", "CAllocationCounter", log, metrics, tracing],
            path: "Tests/Costs/Probe", swiftSettings: settings),
        .testTarget(
            name: "DeployGateTests", dependencies: ["DeployGate", "SegmentStore", "TelemetryStore", "OTLP"],
            swiftSettings: settings),
        .executableTarget(
            name: "linkage-probe", dependencies: ["Telemetry", log, tracing], path: "Tests/Linkage",
            swiftSettings: settings),
        .executableTarget(
            name: "bootstrap-probe", dependencies: ["Telemetry", log, metrics, tracing], path: "Tests/BootstrapProbe",
            swiftSettings: settings),
        .executableTarget(
            name: "https-probe", dependencies: ["Telemetry", "TelemetryHTTPS", log, tracing], path: "Tests/HTTPSProbe",
            swiftSettings: settings),
        .executableTarget(
            name: "lambda-probe", dependencies: ["Telemetry", "OTLP", log, tracing], path: "Tests/LambdaProbe",
            swiftSettings: settings),
        .testTarget(
            name: "SegmentStoreTests",
            dependencies: ["SegmentStore", "TelemetryStore", "OTLP", "RandomTelemetry", "CZstd", grdb],
            swiftSettings: settings),
        .testTarget(
            name: "TelemetryStoreTests", dependencies: ["SegmentStore", "TelemetryStore", "OTLP", "RandomTelemetry"],
            swiftSettings: settings),

        // Power cuts and failing disks, at the boundary between the process and the kernel.
        .target(name: "CDiskCalls", path: "Tests/Support/CDiskCalls"),
        .target(
            name: "SimulatedDisk", dependencies: ["CDiskCalls"], path: "Tests/Support/SimulatedDisk",
            swiftSettings: settings),
        .testTarget(
            name: "CrashSafetyTests", dependencies: ["SimulatedDisk", "SegmentStore", "TelemetryStore", "OTLP"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
