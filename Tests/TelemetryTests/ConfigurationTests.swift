import Logging
import OTLP
import Telemetry
import Testing

@Suite struct ConfigurationTests {
    private func configuration(_ variables: [String: String]) -> Telemetry.Configuration {
        Telemetry.Configuration { variables[$0] }
    }

    private func endpoint(_ settings: Telemetry.SignalSettings) -> Telemetry.Endpoint? {
        if case .collector(let endpoint) = settings.destination { endpoint } else { nil }
    }

    @Test func anEmptyEnvironmentSendsToACollectorBesideTheFunction() {
        let configuration = configuration([:])
        #expect(configuration.serviceName == "unknown_service")
        #expect(endpoint(configuration.traces) == Telemetry.Endpoint.localCollector.appending(.traces))
        #expect(configuration.traces.timeout == .seconds(10))
        #expect(configuration.propagators == ["tracecontext", "baggage"])
        #expect(!configuration.reportsDeltas)
        #expect(configuration.logLevel == .info)
        #expect(!configuration.isDisabled)
    }

    @Test func theVariablesOfTheSpecificationAreHeard() {
        let configuration = configuration([
            "OTEL_SERVICE_NAME": "tutor",
            "OTEL_RESOURCE_ATTRIBUTES": "service.name=ignored,deployment.environment.name=st%20age",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://[::1]:5318/otlp/",
            "OTEL_EXPORTER_OTLP_HEADERS": "api-key=se%20cret,bad name=x",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "250", "OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_BSP_MAX_QUEUE_SIZE": "16",
            "OTEL_SDK_DISABLED": "TRUE", "OTEL_LOG_LEVEL": "warn", "OTEL_PROPAGATORS": "b3, tracecontext",
            "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://logs:9/in", "OTEL_EXPORTER_OTLP_LOGS_HEADERS": "a=b",
            "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION": "gzip", "OTEL_METRICS_EXPORTER": "none",
            "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "7", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "9",
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta", "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE": "3",
            "TELEMETRY_LOG_LEVELS": "db=error", "TELEMETRY_LOG_FIELD_NAMES": "cloudwatch",
        ])
        #expect(configuration.serviceName == "tutor")
        #expect(configuration.resourceAttributes["deployment.environment.name"] == "st age")
        #expect(
            endpoint(configuration.traces) == Telemetry.Endpoint(host: "[::1]", port: 5318, path: "/otlp/v1/traces"))
        #expect(endpoint(configuration.logs) == Telemetry.Endpoint(host: "logs", port: 9, path: "/in"))
        #expect(configuration.traces.headers.map(\.name) == ["api-key"])
        #expect(configuration.traces.headers.map(\.value) == ["se cret"])
        #expect(configuration.logs.headers.map(\.name) == ["a"])
        #expect(configuration.logs.compression == .gzip)
        #expect(endpoint(configuration.metrics) == nil)
        #expect(configuration.traces.timeout == .milliseconds(250))
        #expect(configuration.traces.interval == .milliseconds(100))
        #expect(configuration.traces.waitingRecordsMax == 16)
        #expect(configuration.traces.batchRecordsMax == 16)
        #expect(configuration.logs.batchRecordsMax == 3)
        #expect(configuration.spanLimits.attributesMax == 7)
        #expect(configuration.spanLimits.valueLengthMax == 9)
        #expect(configuration.logValueLengthMax == 9)
        #expect(configuration.propagators == ["b3", "tracecontext"])
        #expect(configuration.reportsDeltas)
        #expect(configuration.logLevels == ["db": .error])
        #expect(configuration.logFieldNames == .cloudwatch)
        #expect(configuration.isDisabled)
        #expect(configuration.logLevel == .warning)
    }

    @Test func aFunctionReportsDeltasUnlessItsCodeSaysOtherwise() {
        var function = configuration(["AWS_LAMBDA_FUNCTION_NAME": "tutor"])
        #expect(function.reportsDeltas)
        function.usesDeltaMetrics = false
        #expect(!function.reportsDeltas)
        let cumulative = configuration([
            "AWS_LAMBDA_FUNCTION_NAME": "tutor",
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "cumulative",
        ])
        #expect(!cumulative.reportsDeltas)
        var inCode = Telemetry.Configuration(serviceName: "tutor", endpoint: nil)
        inCode.usesDeltaMetrics = false
        inCode.adopt(PlatformDetection.platform { ["AWS_LAMBDA_FUNCTION_NAME": "tutor"][$0] })
        #expect(!inCode.reportsDeltas)
    }

    @Test func certificatesAreNamedForAllSignalsOrForOne() {
        let configuration = configuration([
            "OTEL_EXPORTER_OTLP_CERTIFICATE": "/etc/ca.pem", "OTEL_EXPORTER_OTLP_CLIENT_KEY": "/etc/key.pem",
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": "/etc/chain.pem",
            "OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE": "/etc/logs-ca.pem",
        ])
        let common = Telemetry.Certificates(
            authoritiesFile: "/etc/ca.pem", clientChainFile: "/etc/chain.pem", clientKeyFile: "/etc/key.pem")
        #expect(configuration.traces.certificates == common)
        #expect(configuration.metrics.certificates == common)
        #expect(configuration.logs.certificates.authoritiesFile == "/etc/logs-ca.pem")
    }

    @Test func gRPCIsNotSpokenAndProtobufOverHTTPTakesItsPlace() {
        let configuration = configuration(["OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"])
        #expect(configuration.traces.encoding == .protobuf)
        #expect(endpoint(configuration.traces) == Telemetry.Endpoint.localCollector.appending(.traces))
    }

    @Test func whatCannotBeUsedLeavesTheDefault() {
        let configuration = configuration([
            "OTEL_EXPORTER_OTLP_TIMEOUT": "soon", "OTEL_BSP_MAX_QUEUE_SIZE": "-1", "OTEL_LOG_LEVEL": "loud",
            "OTEL_SERVICE_NAME": "",
        ])
        #expect(configuration.traces.timeout == .seconds(10))
        #expect(configuration.traces.waitingRecordsMax == 2048)
        #expect(configuration.logLevel == .info)
        #expect(configuration.serviceName == "unknown_service")
    }

    @Test(arguments: [
        "ftp://collector:4318", "collector:4318", "http://", "http://a:b", "http://a:99999", "http://user@host",
        "http://a/p?q", "http://a\r\nb",
    ])
    func anEndpointThatIsNotHTTPIsRefused(url: String) {
        #expect(Telemetry.Endpoint(url) == nil)
    }
}
