public import OTLP

extension Aggregation {
    /// `{"signal", filter…, "groupBy": ["service", "attribute:KEY", …], "bucketNano"}`
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("signal", signal == .logs ? "logs" : "traces")
            filter.encode(into: &writer)
            writer.array("groupBy") { for key in groupBy { $0.value(key.text) } }
            if let bucketNanoseconds {
                writer.key("bucketNano")
                writer.value(quoting: bucketNanoseconds)
            }
        }
        return writer.bytes
    }

    public init(json bytes: [UInt8]) throws(JSONError) {
        self.init(.traces)
        var reader = JSONReader(bytes)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "signal": signal = try reader.string() == "logs" ? .logs : .traces
            case "groupBy":
                groupBy = []
                for text in try reader.texts() {
                    guard let key = GroupKey(text) else {
                        throw JSONError(
                            .unknownName, at: 0, path: "groupBy",
                            "got an unknown key; must be service, name, kind, status, severity or attribute:…")
                    }
                    groupBy.append(key)
                }
            case "bucketNano":
                let width = try reader.nanoseconds()
                bucketNanoseconds = width > 0 ? width : nil
            default: if try !filter.read(key, &reader) { try reader.skip() }
            }
        }
        try reader.end()
    }
}

extension Aggregation.GroupKey {
    fileprivate var text: String {
        switch self {
        case .service: "service"
        case .name: "name"
        case .kind: "kind"
        case .status: "status"
        case .severity: "severity"
        case .attribute(let key): "attribute:" + key
        }
    }

    fileprivate init?(_ text: String) {
        switch text {
        case "service": self = .service
        case "name": self = .name
        case "kind": self = .kind
        case "status": self = .status
        case "severity": self = .severity
        default:
            guard text.hasPrefix("attribute:") else { return nil }
            self = .attribute(String(text.dropFirst("attribute:".count)))
        }
    }
}

extension [AggregateRow] {
    /// `{"rows": [{"key": […], "bucketStart", "count", "errorCount", "durations": {bucket: count}}]}`
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("rows") { writer in
                for row in self { writer.object(row.encode) }
            }
        }
        return writer.bytes
    }

    public init(json bytes: [UInt8]) throws(JSONError) {
        self.init()
        var reader = JSONReader(bytes)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            guard key == "rows" else {
                try reader.skip()
                continue
            }
            try reader.beginArray()
            while try reader.nextElement() { append(try AggregateRow(from: &reader)) }
        }
        try reader.end()
    }
}

extension AggregateRow {
    fileprivate func encode(into writer: inout JSONWriter) {
        writer.array("key") { for part in key { if let part { $0.value(part) } else { $0.null() } } }
        writer.key("bucketStart")
        writer.value(quoting: bucketStart)
        writer.member("count", count)
        writer.member("errorCount", errorCount)
        writer.object("durations") { writer in
            for (bucket, count) in durations.counts.enumerated() where count > 0 { writer.member("\(bucket)", count) }
        }
    }

    fileprivate init(from reader: inout JSONReader) throws(JSONError) {
        self.init(key: [])
        try reader.beginObject()
        while let member = try reader.nextKey() {
            switch member {
            case "key":
                try reader.beginArray()
                while try reader.nextElement() {
                    if try reader.nextKind() == .null {
                        try reader.null()
                        key.append(nil)
                    } else {
                        key.append(try reader.string())
                    }
                }
            case "bucketStart": bucketStart = try reader.nanoseconds()
            case "count": count = Int(clamping: try reader.nanoseconds())
            case "errorCount": errorCount = Int(clamping: try reader.nanoseconds())
            case "durations":
                try reader.beginObject()
                while let text = try reader.nextKey() {
                    let number = try reader.nanoseconds()
                    if let bucket = Int(text) { durations.add(Int(clamping: number), toBucket: bucket) }
                }
            default: try reader.skip()
            }
        }
    }
}
