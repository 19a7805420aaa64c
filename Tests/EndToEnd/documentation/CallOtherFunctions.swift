import AsyncHTTPClient
import NIOCore
import Telemetry
import TelemetryAsyncHTTPClient
import Tracing

let request = HTTPClientRequest(url: "http://127.0.0.1/lessons/7/hints")
let context = InstrumentationContext.current ?? .topLevel
