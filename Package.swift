// swift-tools-version: 6.2
import PackageDescription

/// Every target is built the same way: imports are internal unless said otherwise, existentials spelled out, no warnings.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "serverless-telemetry",
    products: [
        .library(name: "OTLP", targets: ["OTLP"])
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")
    ],
    targets: [
        .target(name: "OTLP", swiftSettings: settings),
        .target(name: "TelemetryStore", dependencies: ["OTLP"], swiftSettings: settings),
        .target(name: "SegmentStore", dependencies: ["TelemetryStore", "OTLP", "CZstd", grdb], swiftSettings: settings),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .testTarget(name: "OTLPTests", dependencies: ["OTLP"], exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "SegmentStoreTests", dependencies: ["SegmentStore", "TelemetryStore", "OTLP"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
