import AsyncHTTPClient
import NIOSSL
import Synchronization
import Telemetry

/// An HTTP client for each set of certificates, and one where there are none.
///
/// A client lives as long as the process: it must be shut down before it goes, and an exporter never hears that it is over.
/// Bounds: as many as there are different settings, three at most for each configuration.
enum Clients {
    private static let made = Mutex<[Telemetry.Certificates: HTTPClient]>([:])

    static func client(for certificates: Telemetry.Certificates) throws(UnusableCertificate) -> HTTPClient {
        let tls = try certificates.tlsConfiguration()
        return made.withLock { made in
            if let client = made[certificates] { return client }
            var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
            // Somebody may wait for the flush: a connection that fails is told at once, and it is for the export to try again.
            configuration.connectionPool.retryConnectionEstablishment = false
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            made[certificates] = client
            return client
        }
    }
}

extension Telemetry.Certificates {
    /// Reads all files, so that one that is missing or broken is known before anything is sent.
    func tlsConfiguration() throws(UnusableCertificate) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let authoritiesFile {
            tls.trustRoots = .certificates(try Self.certificates(in: authoritiesFile, "OTEL_EXPORTER_OTLP_CERTIFICATE"))
        }
        switch (clientChainFile, clientKeyFile) {
        case (nil, nil): break
        case (let chainFile?, let keyFile?):
            tls.certificateChain = try Self.certificates(in: chainFile, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE")
                .map { .certificate($0) }
            tls.privateKey = .privateKey(try Self.privateKey(in: keyFile))
        case (let chainFile?, nil):
            throw UnusableCertificate("OTEL_EXPORTER_OTLP_CLIENT_KEY", "got none beside \(chainFile)", "the key's file")
        case (nil, let keyFile?):
            throw UnusableCertificate(
                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "got none beside \(keyFile)", "the certificate's file")
        }
        return tls
    }

    private static func certificates(
        in file: String, _ name: String
    ) throws(UnusableCertificate) -> [NIOSSLCertificate] {
        let found = try? NIOSSLCertificate.fromPEMFile(file)
        guard let found, !found.isEmpty else {
            throw UnusableCertificate(name, "got \(file)", "a file of certificates in PEM that can be read")
        }
        return found
    }

    private static func privateKey(in file: String) throws(UnusableCertificate) -> NIOSSLPrivateKey {
        guard let key = try? NIOSSLPrivateKey(file: file, format: .pem) else {
            throw UnusableCertificate(
                "OTEL_EXPORTER_OTLP_CLIENT_KEY", "got \(file)",
                "a file of a key in PEM, without a passphrase, that can be read")
        }
        return key
    }
}

/// A file that is named for TLS and does not serve.
struct UnusableCertificate: Error, CustomStringConvertible {
    let description: String

    init(_ name: String, _ found: String, _ wanted: String) {
        description = "cannot use \(name): \(found); must be \(wanted); nothing is sent that needs it"
    }
}
