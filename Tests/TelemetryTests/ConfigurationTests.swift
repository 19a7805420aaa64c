import Logging
import Telemetry
import Testing

@Suite struct ConfigurationTests {
    private func configuration(_ variables: [String: String]) -> Telemetry.Configuration {
        Telemetry.Configuration { variables[$0] }
    }

    @Test func anEmptyEnvironmentSendsToACollectorBesideTheFunction() {
        let configuration = configuration([:])
        #expect(configuration.serviceName == "unknown_service")
        #expect(configuration.endpoint == .localCollector)
        #expect(configuration.exportTimeout == .seconds(10))
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
            "OTEL_SDK_DISABLED": "TRUE", "OTEL_LOG_LEVEL": "warn",
        ])
        #expect(configuration.serviceName == "tutor")
        #expect(configuration.resourceAttributes == ["deployment.environment.name": "st age"])
        #expect(configuration.endpoint == Telemetry.Endpoint(host: "[::1]", port: 5318, path: "/otlp"))
        #expect(configuration.headers.map(\.name) == ["api-key"])
        #expect(configuration.headers.map(\.value) == ["se cret"])
        #expect(configuration.exportTimeout == .milliseconds(250))
        #expect(configuration.exportInterval == .milliseconds(100))
        #expect(configuration.waitingRecordsMax == 16)
        #expect(configuration.isDisabled)
        #expect(configuration.logLevel == .warning)
    }

    @Test func whatCannotBeUsedLeavesTheDefault() {
        let configuration = configuration([
            "OTEL_EXPORTER_OTLP_TIMEOUT": "soon", "OTEL_BSP_MAX_QUEUE_SIZE": "-1", "OTEL_LOG_LEVEL": "loud",
            "OTEL_SERVICE_NAME": "",
        ])
        #expect(configuration.exportTimeout == .seconds(10))
        #expect(configuration.waitingRecordsMax == 2048)
        #expect(configuration.logLevel == .info)
        #expect(configuration.serviceName == "unknown_service")
    }

    @Test(arguments: [
        "https://collector:4318", "collector:4318", "http://", "http://a:b", "http://a:99999", "http://user@host",
        "http://a/p?q", "http://a\r\nb",
    ])
    func anEndpointThatIsNotPlainHTTPIsRefused(url: String) {
        #expect(Telemetry.Endpoint(url) == nil)
    }
}
