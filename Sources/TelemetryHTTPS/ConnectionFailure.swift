import NIOSSL

/// Why a collector cannot be reached, so that whoever reads it knows what to change.
enum ConnectionFailure {
    static func describe(_ error: any Error) -> String {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return "the collector's certificate is for another host; send to a name that stands in it"
        }
        let text = String(describing: error)
        guard error is NIOSSLError || error is BoringSSLError else { return text }
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "the collector's certificate is not trusted; name the authority that signed it in "
                + "OTEL_EXPORTER_OTLP_CERTIFICATE"
        }
        if text.contains("WRONG_VERSION_NUMBER") { return "the collector does not speak TLS here; is it http?" }
        if text.contains("CERTIFICATE_REQUIRED") || text.contains("HANDSHAKE_FAILURE") {
            return "the collector does not accept this client; name a certificate and key that it trusts in "
                + "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY"
        }
        if text.contains("ALERT_UNKNOWN_CA") || text.contains("ALERT_BAD_CERTIFICATE") {
            return "the collector does not trust the certificate in OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"
        }
        return text
    }
}
