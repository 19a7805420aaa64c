// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what it needs reaches nobody else.
let package = Package(
    name: "Benchmarks",
    dependencies: [
        // Named, because a clone may lie in a folder of any name.
        .package(name: "serverless-telemetry", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                .product(name: "OTLP", package: "serverless-telemetry"),
                .product(name: "Telemetry", package: "serverless-telemetry"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),
        .executableTarget(
            name: "StoreBenchmark",
            dependencies: [
                .product(name: "OTLP", package: "serverless-telemetry"),
                .product(name: "SegmentStore", package: "serverless-telemetry"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
