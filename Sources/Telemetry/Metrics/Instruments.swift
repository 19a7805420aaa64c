public import OTLP

// The typed instruments: what a function measures with when it does not go through swift-metrics, and what this library
// measures with itself. Names and units are those of the semantic conventions.

extension Telemetry {
    /// Counts what only grows: requests, errors, bytes.
    public struct Counter: Sendable {
        let stream: MetricStream<IntegerSumSeries>
        let series: IntegerSumSeries

        /// Amounts below zero are not counted.
        public func add(_ amount: Int64 = 1) {
            if amount > 0 { series.add(amount) }
        }

        /// The same counter for a set of attributes; keep it where it is used often.
        public func with(_ attributes: [Attribute]) -> Counter {
            Counter(stream: stream, series: stream.series(attributes))
        }
    }

    /// Counts what grows and shrinks: requests under way, items in a queue.
    public struct UpDownCounter: Sendable {
        let stream: MetricStream<IntegerSumSeries>
        let series: IntegerSumSeries

        public func add(_ amount: Int64) { series.add(amount) }

        public func with(_ attributes: [Attribute]) -> UpDownCounter {
            UpDownCounter(stream: stream, series: stream.series(attributes))
        }
    }

    /// Keeps the last value: a temperature, a memory size.
    public struct Gauge: Sendable {
        let stream: MetricStream<GaugeSeries>
        let series: GaugeSeries

        public func record(_ value: Double) { series.set(.double(value)) }
        public func record(_ value: Int64) { series.set(.int(value)) }

        public func with(_ attributes: [Attribute]) -> Gauge {
            Gauge(stream: stream, series: stream.series(attributes))
        }
    }

    /// Keeps a distribution: durations, sizes.
    public struct Histogram: Sendable {
        let stream: MetricStream<AnyHistogramSeries>
        let series: AnyHistogramSeries

        /// What is not finite is not recorded.
        public func record(_ value: Double) { series.record(value) }

        public func with(_ attributes: [Attribute]) -> Histogram {
            Histogram(stream: stream, series: stream.series(attributes))
        }
    }
}

extension MetricRegistry {
    package func counter(_ name: String, unit: String = "", description: String = "") -> Telemetry.Counter {
        let stream = integerSum(MetricDescriptor(name: name, unit: unit, description: description, kind: .counter))
        return Telemetry.Counter(stream: stream, series: stream.plain)
    }

    package func upDownCounter(_ name: String, unit: String = "", description: String = "") -> Telemetry.UpDownCounter {
        let stream = integerSum(
            MetricDescriptor(name: name, unit: unit, description: description, kind: .upDownCounter))
        return Telemetry.UpDownCounter(stream: stream, series: stream.plain)
    }

    package func gauge(_ name: String, unit: String = "", description: String = "") -> Telemetry.Gauge {
        let stream = gauge(MetricDescriptor(name: name, unit: unit, description: description, kind: .gauge))
        return Telemetry.Gauge(stream: stream, series: stream.plain)
    }

    package func histogram(
        _ name: String, unit: String = "", description: String = "", buckets: HistogramBuckets = .standard
    ) -> Telemetry.Histogram {
        let stream = histogram(
            MetricDescriptor(name: name, unit: unit, description: description, kind: .histogram(buckets)), buckets)
        return Telemetry.Histogram(stream: stream, series: stream.plain)
    }
}

extension Telemetry {
    public func counter(_ name: String, unit: String = "", description: String = "") -> Counter {
        metrics.counter(name, unit: unit, description: description)
    }

    public func upDownCounter(_ name: String, unit: String = "", description: String = "") -> UpDownCounter {
        metrics.upDownCounter(name, unit: unit, description: description)
    }

    public func gauge(_ name: String, unit: String = "", description: String = "") -> Gauge {
        metrics.gauge(name, unit: unit, description: description)
    }

    public func histogram(
        _ name: String, unit: String = "", description: String = "", buckets: HistogramBuckets = .standard
    ) -> Histogram {
        metrics.histogram(name, unit: unit, description: description, buckets: buckets)
    }
}
