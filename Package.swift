// swift-tools-version: 6.2
import PackageDescription

/// Every target is built the same way: imports are internal unless said otherwise, existentials spelled out, no warnings.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "serverless-telemetry",
    products: [
        .library(name: "OTLP", targets: ["OTLP"])
    ],
    targets: [
        .target(name: "OTLP", swiftSettings: settings),
        .target(name: "TelemetryStore", dependencies: ["OTLP"], swiftSettings: settings),
        .testTarget(name: "OTLPTests", dependencies: ["OTLP"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
