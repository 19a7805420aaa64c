"""Sets the OpenTelemetry SDK up as a service would, and writes down every request that its exporters send."""

import os
import struct
from importlib import import_module

from opentelemetry import baggage, metrics, trace
from opentelemetry._logs import get_logger, set_logger_provider
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.metrics import get_meter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

ENCODERS = {"traces": encode_spans, "logs": encode_logs, "metrics": encode_metrics}


class Instrumentation:
    """The three signals of one process.

    The environment says where to: PROTOCOL (http or grpc), COMPRESSION (none or gzip), OTLP_ADDRESS, and CAPTURE, the
    folder for what was sent.
    """

    def __init__(self, service_name):
        resource = Resource(
            {
                "service.name": service_name,
                "service.version": "1.0.0",
                "process.pid": os.getpid(),
                "faas.max_memory": 2**40,
                "deployment.zones": ["a", "b"],
                "empty": "",
            },
            schema_url="https://opentelemetry.io/schemas/1.38.0",
        )
        self.tracer_provider = TracerProvider(resource=resource)
        self.tracer_provider.add_span_processor(RequestIDProcessor())
        self.tracer_provider.add_span_processor(BatchSpanProcessor(exporter("traces", service_name)))
        trace.set_tracer_provider(self.tracer_provider)
        self.tracer = trace.get_tracer(
            service_name, "2.0", schema_url="https://example.org/schema", attributes={"scope.attribute": [1, 2]}
        )

        self.logger_provider = LoggerProvider(resource=resource)
        self.logger_provider.add_log_record_processor(BatchLogRecordProcessor(exporter("logs", service_name)))
        set_logger_provider(self.logger_provider)
        self.logger = get_logger(service_name, "3.0", schema_url="https://example.org/logs")

        # An hour: what was measured goes out when the process ends, not on the timer.
        reader = PeriodicExportingMetricReader(exporter("metrics", service_name), export_interval_millis=3_600_000)
        exponential = View(instrument_name="*.exponential", aggregation=ExponentialBucketHistogramAggregation())
        self.meter_provider = MeterProvider([reader], resource=resource, views=[exponential])
        metrics.set_meter_provider(self.meter_provider)
        self.meter = get_meter(service_name, "4.0", schema_url="https://example.org/metrics")

    def shut_down(self):
        """Sends what is left; raises when something could not be sent."""
        self.tracer_provider.shutdown()
        self.logger_provider.shutdown()
        self.meter_provider.force_flush()
        self.meter_provider.shutdown()
        if failures:
            raise SystemExit(f"the exporter could not send: {failures}")


class RequestIDProcessor(SpanProcessor):
    """Stamps the request id that baggage carries on every span."""

    def on_start(self, span, parent_context=None):
        request_id = baggage.get_baggage("request.id", parent_context)
        if request_id:
            span.set_attribute("request.id", request_id)


failures = []


def exporter(signal, service_name):
    """The SDK's own exporter of a signal, which also appends each request it sends to CAPTURE/<service>.<signal>."""
    protocol, address = os.environ["PROTOCOL"], os.environ["OTLP_ADDRESS"]
    module, name = {
        "traces": ("trace_exporter", "OTLPSpanExporter"),
        "logs": ("_log_exporter", "OTLPLogExporter"),
        "metrics": ("metric_exporter", "OTLPMetricExporter"),
    }[signal]
    package = import_module(f"opentelemetry.exporter.otlp.proto.{protocol}.{module}")
    exporter_class = getattr(package, name)

    class RecordingExporter(exporter_class):
        def export(self, batch, *arguments, **options):
            request = ENCODERS[signal](batch).SerializeToString()
            result = super().export(batch, *arguments, **options)
            if result.name != "SUCCESS":
                failures.append(f"{signal}: {result}")
            with open(os.path.join(os.environ["CAPTURE"], f"{service_name}.{signal}"), "ab") as file:
                file.write(struct.pack("<I", len(request)) + request)
            return result

    compressed = os.environ["COMPRESSION"] == "gzip"
    if protocol == "http":
        from opentelemetry.exporter.otlp.proto.http import Compression

        return RecordingExporter(
            endpoint=f"http://{address}/v1/{signal}",
            compression=Compression.Gzip if compressed else Compression.NoCompression,
        )
    from grpc import Compression

    return RecordingExporter(
        endpoint=f"http://{address}", insecure=True, compression=Compression.Gzip if compressed else Compression.NoCompression
    )
