package import OTLP

/// No platform: a program on a machine, or in a container of its own.
package struct LocalProcess: FunctionPlatform {
    package init(environment variable: (String) -> String? = { _ in nil }) {}

    package var resourceAttributes: [Attribute] { [] }
    package var functionName: String? { nil }
    package var memoryLimitBytes: Int? { ControlGroup.memoryLimitBytes }
    package var timeout: Duration? { nil }
    package var startsOnDemand: Bool { true }
    package var freezesBetweenInvocations: Bool { false }
}
