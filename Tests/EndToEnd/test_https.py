"""Export over TLS to a real TLS server, with certificates of the test's own making, named as OTEL_EXPORTER_OTLP_… say."""

import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from programs import ROOT, RUN_DEADLINE

PROBE = ROOT / ".build/release/https-probe"


class TLSCollector:
    """Takes every request and keeps what it was."""

    def __init__(self, context):
        collector = self
        self.paths = []
        self.clients = []
        self.connections = 0

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.clients.append(self.connection.getpeercert())
                collector.paths.append((self.path, len(body) > 0, self.headers["api-key"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def process_request(self, *request):
                collector.connections += 1
                super().process_request(*request)

            def handle_error(self, *_):
                """A handshake that fails is what some of the tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def authority_file(authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    return str(tmp_path / "authority.pem")


@pytest.fixture
def serve(authority):
    running = []

    def serve_one(name="localhost", client_authority=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        if client_authority:
            context.verify_mode = ssl.CERT_REQUIRED
            client_authority.configure_trust(context)
        running.append(TLSCollector(context))
        return running[-1]

    yield serve_one
    for collector in running:
        collector.stop()


def send(port, scheme="https", **variables):
    environment = {"OTEL_SERVICE_NAME": "probe", "OTEL_EXPORTER_OTLP_ENDPOINT": f"{scheme}://localhost:{port}", **variables}
    return subprocess.run([PROBE], env=environment, capture_output=True, text=True, timeout=RUN_DEADLINE)


def client_files(authority, folder):
    certificate = authority.issue_cert("probe@functions.example")
    certificate.cert_chain_pems[0].write_to_path(folder / "client.pem")
    certificate.private_key_pem.write_to_path(folder / "client.key")
    return {
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": str(folder / "client.pem"),
        "OTEL_EXPORTER_OTLP_CLIENT_KEY": str(folder / "client.key"),
    }


def test_everything_arrives_where_the_named_authority_has_signed(serve, authority_file):
    collector = serve()
    result = send(
        collector.port, OTEL_EXPORTER_OTLP_CERTIFICATE=authority_file, OTEL_EXPORTER_OTLP_HEADERS="api-key=k1"
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert sorted(collector.paths) == [
        ("/v1/logs", True, "k1"), ("/v1/metrics", True, "k1"), ("/v1/traces", True, "k1"),
    ]  # fmt: skip


def test_one_signal_can_have_an_authority_of_its_own(serve, authority_file, tmp_path):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    collector = serve()
    result = send(
        collector.port, OTEL_EXPORTER_OTLP_CERTIFICATE=str(other), OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE=authority_file
    )
    assert result.returncode == 1
    assert [path for path, _, _ in collector.paths] == ["/v1/traces"]


def test_an_authority_that_is_not_known_is_a_clear_message(serve):
    collector = serve()
    result = send(collector.port)
    assert result.returncode == 1
    assert "the collector's certificate is not trusted; name the authority that signed it in OTEL_EXPORTER_OTLP_CERTIFICATE" in result.stderr
    assert collector.paths == []


def test_a_handshake_that_fails_is_not_repeated_until_the_flush_gives_up(serve, authority_file):
    collector = serve(name="elsewhere.example")
    result = send(collector.port, OTEL_EXPORTER_OTLP_CERTIFICATE=authority_file)
    assert (result.returncode, collector.connections) == (1, 1)


def test_a_certificate_for_another_host_is_a_clear_message(serve, authority_file):
    collector = serve(name="elsewhere.example")
    result = send(collector.port, OTEL_EXPORTER_OTLP_CERTIFICATE=authority_file)
    assert result.returncode == 1
    assert "the collector's certificate is for another host" in result.stderr
    assert collector.paths == []


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_a_file_that_holds_no_certificate_is_named_once_and_nothing_is_sent(serve, tmp_path, content):
    collector = serve()
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_text(content)
    result = send(collector.port, OTEL_EXPORTER_OTLP_CERTIFICATE=str(file))
    assert result.returncode == 0
    assert result.stderr == (
        f"telemetry: cannot use OTEL_EXPORTER_OTLP_CERTIFICATE: got {file}; must be a file of certificates in PEM that can "
        "be read; nothing is sent that needs it\n"
    )
    assert '"message":"secured"' in result.stdout
    assert collector.paths == []


def test_a_collector_that_asks_who_is_there_is_shown_the_clients_certificate(serve, authority, authority_file, tmp_path):
    collector = serve(client_authority=authority)
    result = send(collector.port, OTEL_EXPORTER_OTLP_CERTIFICATE=authority_file, **client_files(authority, tmp_path))
    assert (result.returncode, result.stderr) == (0, "")
    assert len(collector.paths) == 3 and all(collector.clients)


def test_a_client_without_its_certificate_is_told_what_is_missing(serve, authority, authority_file):
    collector = serve(client_authority=authority)
    result = send(collector.port, OTEL_EXPORTER_OTLP_CERTIFICATE=authority_file)
    assert result.returncode == 1
    assert "name a certificate and key that it trusts in OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE" in result.stderr
    assert collector.paths == []


def test_a_client_certificate_that_the_collector_does_not_trust_is_said(serve, authority, authority_file, tmp_path):
    collector = serve(client_authority=authority)
    result = send(collector.port, OTEL_EXPORTER_OTLP_CERTIFICATE=authority_file, **client_files(trustme.CA(), tmp_path))
    assert result.returncode == 1
    assert "the collector does not trust the certificate in OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE" in result.stderr
    assert collector.paths == []


def test_a_key_without_its_certificate_is_said(serve, authority_file, tmp_path):
    result = send(serve().port, OTEL_EXPORTER_OTLP_CERTIFICATE=authority_file, OTEL_EXPORTER_OTLP_CLIENT_KEY=str(tmp_path / "key"))
    assert result.returncode == 0
    assert result.stderr.startswith("telemetry: cannot use OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: got none beside ")


def test_a_collector_without_tls_is_a_clear_message(collector):
    result = send(collector.addresses["otlp-http"].rpartition(":")[2])
    assert result.returncode == 1
    assert "the collector does not speak TLS here; is it http?" in result.stderr


def test_plain_http_goes_through_the_same_exporter(collector):
    result = send(collector.addresses["otlp-http"].rpartition(":")[2], scheme="http")
    assert (result.returncode, result.stderr) == (0, "")


def test_grpc_is_answered_with_what_is_sent_instead_once(serve, authority_file):
    collector = serve()
    result = send(collector.port, OTEL_EXPORTER_OTLP_CERTIFICATE=authority_file, OTEL_EXPORTER_OTLP_PROTOCOL="grpc")
    assert result.returncode == 0
    assert result.stderr == (
        "telemetry: cannot use OTEL_EXPORTER_OTLP_PROTOCOL: gRPC is not spoken here; http/protobuf is sent instead, so the "
        "endpoint must be one for OTLP over HTTP (port 4318 where gRPC has 4317)\n"
    )
    assert len(collector.paths) == 3
