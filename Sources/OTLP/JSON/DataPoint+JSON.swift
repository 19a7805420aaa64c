extension NumberDataPoint: JSONDataPoint {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "attributes": attributes = try json.attributes(&rejection)
            case "startTimeUnixNano": startTimeUnixNano = try json.integer()
            case "timeUnixNano": timeUnixNano = try json.integer()
            case "asDouble": value = .double(try json.double())
            case "asInt": value = .int(try json.integer())
            case "exemplars": exemplars = try json.exemplars(&rejection)
            case "flags": flags = try json.integer()
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.attributes("attributes", attributes)
        writer.int64("startTimeUnixNano", startTimeUnixNano)
        writer.int64("timeUnixNano", timeUnixNano)
        writer.number(value)
        writer.exemplars(exemplars)
        writer.int32("flags", flags)
    }
}

extension HistogramDataPoint: JSONDataPoint {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "attributes": attributes = try json.attributes(&rejection)
            case "startTimeUnixNano": startTimeUnixNano = try json.integer()
            case "timeUnixNano": timeUnixNano = try json.integer()
            case "count": count = try json.integer()
            case "sum": sum = try json.exactDouble()
            case "bucketCounts": bucketCounts = try json.counts()
            case "explicitBounds":
                explicitBounds = []
                try json.beginArray()
                while try json.nextElement() { explicitBounds.append(try json.exactDouble()) }
            case "exemplars": exemplars = try json.exemplars(&rejection)
            case "flags": flags = try json.integer()
            case "min": min = try json.exactDouble()
            case "max": max = try json.exactDouble()
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.attributes("attributes", attributes)
        writer.int64("startTimeUnixNano", startTimeUnixNano)
        writer.int64("timeUnixNano", timeUnixNano)
        writer.int64("count", count)
        writer.optionalDouble("sum", sum)
        writer.int64s("bucketCounts", bucketCounts)
        writer.doubles("explicitBounds", explicitBounds)
        writer.exemplars(exemplars)
        writer.int32("flags", flags)
        writer.optionalDouble("min", min)
        writer.optionalDouble("max", max)
    }
}

extension ExponentialHistogramDataPoint: JSONDataPoint {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "attributes": attributes = try json.attributes(&rejection)
            case "startTimeUnixNano": startTimeUnixNano = try json.integer()
            case "timeUnixNano": timeUnixNano = try json.integer()
            case "count": count = try json.integer()
            case "sum": sum = try json.exactDouble()
            case "scale": scale = try json.integer()
            case "zeroCount": zeroCount = try json.integer()
            case "positive": positive = try Buckets(from: &json)
            case "negative": negative = try Buckets(from: &json)
            case "flags": flags = try json.integer()
            case "exemplars": exemplars = try json.exemplars(&rejection)
            case "min": min = try json.exactDouble()
            case "max": max = try json.exactDouble()
            case "zeroThreshold": zeroThreshold = try json.exactDouble()
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.attributes("attributes", attributes)
        writer.int64("startTimeUnixNano", startTimeUnixNano)
        writer.int64("timeUnixNano", timeUnixNano)
        writer.int64("count", count)
        writer.optionalDouble("sum", sum)
        writer.int32("scale", scale)
        writer.int64("zeroCount", zeroCount)
        if let positive { writer.object("positive", positive.encode) }
        if let negative { writer.object("negative", negative.encode) }
        writer.int32("flags", flags)
        writer.exemplars(exemplars)
        writer.optionalDouble("min", min)
        writer.optionalDouble("max", max)
        writer.double("zeroThreshold", zeroThreshold)
    }
}

extension ExponentialHistogramDataPoint.Buckets {
    init(from json: inout JSONReader) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "offset": offset = try json.integer()
            case "bucketCounts": bucketCounts = try json.counts()
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.int32("offset", offset)
        writer.int64s("bucketCounts", bucketCounts)
    }
}

extension SummaryDataPoint: JSONDataPoint {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "attributes": attributes = try json.attributes(&rejection)
            case "startTimeUnixNano": startTimeUnixNano = try json.integer()
            case "timeUnixNano": timeUnixNano = try json.integer()
            case "count": count = try json.integer()
            case "sum": sum = try json.exactDouble()
            case "quantileValues":
                quantileValues = []
                try json.beginArray()
                while try json.nextElement() { quantileValues.append(try QuantileValue(from: &json)) }
            case "flags": flags = try json.integer()
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.attributes("attributes", attributes)
        writer.int64("startTimeUnixNano", startTimeUnixNano)
        writer.int64("timeUnixNano", timeUnixNano)
        writer.int64("count", count)
        writer.double("sum", sum)
        writer.messages("quantileValues", quantileValues) { quantile, writer in
            writer.double("quantile", quantile.quantile)
            writer.double("value", quantile.value)
        }
        writer.int32("flags", flags)
    }
}

extension SummaryDataPoint.QuantileValue {
    init(from json: inout JSONReader) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "quantile": quantile = try json.exactDouble()
            case "value": value = try json.exactDouble()
            default: try json.skip()
            }
        }
    }
}

extension JSONReader {
    fileprivate mutating func exactDouble() throws(JSONError) -> ExactDouble {
        ExactDouble(try double())
    }

    fileprivate mutating func counts() throws(JSONError) -> [UInt64] {
        var counts: [UInt64] = []
        try beginArray()
        while try nextElement() { counts.append(try integer()) }
        return counts
    }
}
