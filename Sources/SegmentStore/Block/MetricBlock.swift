import OTLP
import TelemetryStore

/// Metrics in the order in which they came, each as the bytes of its message.
enum MetricBlock {
    static func append(
        _ locations: ArraySlice<RecordLocation>, of bodies: [[UInt8]], to block: inout BlockBuilder
    ) {
        for location in locations {
            block.beginRow(of: location)
            let bytes = bodies[location.body]
            block.append(location.range, in: bytes.span, to: .metric)
        }
    }

    static func read(
        _ payload: [UInt8], _ receive: (Metric, BlockReader.Origin) -> Void
    ) throws(StoreError) {
        var block = try BlockReader(payload)
        var reader = MetricReader()
        do throws(WireError) {
            for _ in 0..<block.rowCount {
                let origin = try block.nextOrigin()
                _ = try reader.read(try block.strings.range(try block[.metric].next()), in: block.strings.bytes.span)
                receive(reader.metric, origin)
            }
        } catch {
            throw StoreError(.corrupt, "cannot read a block of metrics: a column is damaged (\(error.code.rawValue))")
        }
    }
}
