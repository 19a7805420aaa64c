package import OTLP

/// AWS Lambda.
///
/// Source: AWS Lambda developer guide, defined runtime environment variables; semantic conventions for AWS Lambda.
package struct AWSLambda: FunctionPlatform {
    private let name: String
    private let version: String?
    private let region: String?
    private let logGroup: String?
    private let logStream: String?
    private let initialization: String?
    package let memoryLimitBytes: Int?

    package init?(environment variable: (String) -> String?) {
        guard let name = variable("AWS_LAMBDA_FUNCTION_NAME") else { return nil }
        self.name = name
        version = variable("AWS_LAMBDA_FUNCTION_VERSION")
        region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION")
        logGroup = variable("AWS_LAMBDA_LOG_GROUP_NAME")
        logStream = variable("AWS_LAMBDA_LOG_STREAM_NAME")
        initialization = variable("AWS_LAMBDA_INITIALIZATION_TYPE")
        memoryLimitBytes = variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
            .flatMap { Int($0) }.flatMap { Megabytes.bytes($0) }
    }

    package var resourceAttributes: [Attribute] {
        var attributes = [Attribute("cloud.provider", "aws"), Attribute("cloud.platform", "aws_lambda")]
        attributes.add("cloud.region", region)
        attributes.add("faas.name", name)
        attributes.add("faas.version", version)
        attributes.add("faas.instance", logStream)
        attributes.add("faas.max_memory", memoryLimitBytes)
        if let logGroup { attributes.append(Attribute("aws.log.group.names", .array([.string(logGroup)]))) }
        if let logStream { attributes.append(Attribute("aws.log.stream.names", .array([.string(logStream)]))) }
        return attributes
    }

    package var functionName: String? { name }

    /// Account and resource of the function that was invoked by this name: an alias stands for the version that runs.
    ///
    /// Shape: `arn:partition:lambda:region:account:function:name[:version or alias]`.
    func attributes(invokedARN arn: String) -> [Attribute] {
        var parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 7, parts[0] == "arn", parts[2] == "lambda" else { return [] }
        if parts.count == 8, let version { parts[7] = version }
        return [
            Attribute("aws.lambda.invoked_arn", .string(arn)),
            Attribute(SemanticConventions.resourceID, .string(parts.joined(separator: ":"))),
            Attribute(SemanticConventions.accountID, .string(parts[4])),
        ]
    }

    /// Each invocation brings its own deadline.
    package var timeout: Duration? { nil }

    package var startsOnDemand: Bool {
        initialization != "provisioned-concurrency" && initialization != "lambda-managed-instances"
    }

    package var freezesBetweenInvocations: Bool { true }

    package func invocationID(_ field: (String) -> String?) -> String? { field("lambda-runtime-aws-request-id") }
}
