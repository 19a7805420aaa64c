import OTLP
import SegmentStore
import TelemetryStore

/// Random spans, and random conditions that are asked twice: in SQL, and of the spans as they are.
enum SQLCorpus {
    struct Item {
        var service: String
        var span: Span
    }

    static let services = ["edge", "tutor", "progress"]
    static let routes = ["/", "/lessons", "/lessons/{id}", "[x]", "true", "1"]

    static func spans(_ random: inout SeededGenerator, count: Int) -> [Item] {
        (1...UInt64(count)).map { number in
            var span = Span(
                traceID: TraceID(high: 1, low: 1 + .random(in: 0..<80, using: &random)), spanID: SpanID(number),
                parentSpanID: SpanID(Bool.random(using: &random) ? number / 2 : 0), traceState: "", flags: 0,
                name: ["GET /", "POST /", "work", "Work"].randomElement(using: &random) ?? "",
                kind: [.internal, .server, .client].randomElement(using: &random) ?? .internal,
                startTimeUnixNano: 1_000_000_000 + .random(in: 0..<1_000, using: &random), endTimeUnixNano: 0,
                attributes: [])
            span.endTimeUnixNano = span.startTimeUnixNano + .random(in: 0..<50, using: &random)
            if .random(in: 0..<4, using: &random) == 0 { span.status = Span.Status(code: .error, message: "bad") }
            switch Int.random(in: 0..<8, using: &random) {
            case 0...3:
                span.attributes.append(Attribute("http.route", .string(routes.randomElement(using: &random) ?? "")))
            case 4: span.attributes.append(Attribute("http.route", .bool(.random(using: &random))))
            case 5: span.attributes.append(Attribute("http.route", .int(.random(in: 0..<4, using: &random))))
            case 6: span.attributes.append(Attribute("http.route", .array(["x"])))
            default: break
            }
            if Bool.random(using: &random) {
                span.attributes.append(Attribute("retry.count", .int(.random(in: 0..<5, using: &random))))
            }
            return Item(service: services.randomElement(using: &random) ?? "", span: span)
        }
    }

    static func body(_ items: [Item]) -> [UInt8] {
        let groups = Dictionary(grouping: items, by: \.service).sorted { $0.key < $1.key }
        return TracesData(resourceSpans: groups.flatMap { TracesData($1.map(\.span), service: $0).resourceSpans })
            .protobuf()
    }

    struct Predicate {
        var sql: String
        var holds: (Item) -> Bool

        static func random(_ random: inout SeededGenerator) -> Predicate {
            let terms = (0..<Int.random(in: 1...3, using: &random)).map { _ in term(&random) }
            let isOr = Int.random(in: 0..<4, using: &random) == 0
            return Predicate(
                sql: terms.map { "(\($0.sql))" }.joined(separator: isOr ? " OR " : " AND "),
                holds: { item in isOr ? terms.contains { $0.holds(item) } : terms.allSatisfy { $0.holds(item) } })
        }

        private static func term(_ random: inout SeededGenerator) -> Predicate {
            let time = 1_000_000_000 + Int64.random(in: -10..<1_010, using: &random)
            let length = Int64.random(in: -1..<51, using: &random)
            let service = services.randomElement(using: &random) ?? ""
            let route = routes.randomElement(using: &random) ?? ""
            let number = Int64.random(in: 0..<5, using: &random)
            let trace = TraceID(high: 1, low: 1 + .random(in: 0..<90, using: &random))
            func start(_ item: Item) -> Int64 { Int64(item.span.startTimeUnixNano) }
            func duration(_ item: Item) -> Int64 { Int64(item.span.endTimeUnixNano) - start(item) }
            func routeOf(_ item: Item) -> AttributeValue? { item.span.attributes["http.route"] }
            func retries(_ item: Item) -> Int64? { item.span.attributes["retry.count"]?.int }
            switch Int.random(in: 0..<22, using: &random) {
            case 0: return Predicate(sql: "time < \(time)") { start($0) < time }
            case 1: return Predicate(sql: "time <= \(time)") { start($0) <= time }
            case 2: return Predicate(sql: "time > \(time)") { start($0) > time }
            case 3: return Predicate(sql: "time >= \(time).5") { start($0) > time }
            case 4: return Predicate(sql: "time = \(time)") { start($0) == time }
            case 5: return Predicate(sql: "duration >= \(length)") { duration($0) >= length }
            case 6: return Predicate(sql: "duration < \(length)") { duration($0) < length }
            case 7: return Predicate(sql: "duration_ms = \(length) / 1e6") { duration($0) == length }
            case 8: return Predicate(sql: "service = '\(service)'") { $0.service == service }
            case 9:
                return Predicate(sql: "service IN ('\(service)', 'edge')") { [service, "edge"].contains($0.service) }
            case 10: return Predicate(sql: "service <> '\(service)'") { $0.service != service }
            case 11: return Predicate(sql: "trace_id = '\(trace.hex)'") { $0.span.traceID == trace }
            case 12: return Predicate(sql: "name = 'work'") { $0.span.name == "work" }
            case 13: return Predicate(sql: "name LIKE 'work'") { $0.span.name.lowercased() == "work" }
            case 14: return Predicate(sql: "name GLOB 'GET*'") { $0.span.name.hasPrefix("GET") }
            case 15:
                return Predicate(sql: "kind = 'server' AND status = 'error'") {
                    $0.span.kind == .server && $0.span.status?.code == .error
                }
            case 16:
                return Predicate(sql: "\"http.route\" = '\(route)'") {
                    // A structured value is compared as the JSON it reads as.
                    switch routeOf($0) {
                    case .string(let text): text == route
                    default: false
                    }
                }
            case 17:
                return Predicate(sql: "\"http.route\" = \(number)") {
                    switch routeOf($0) {
                    case .int(let value): value == number
                    case .bool(let flag): number == (flag ? 1 : 0)
                    default: false
                    }
                }
            case 18:
                return Predicate(sql: "\"http.route\" GLOB '/les*'") { routeOf($0)?.string?.hasPrefix("/les") == true }
            case 19: return Predicate(sql: "\"http.route\" IS NULL") { routeOf($0) == nil }
            case 20:
                return Predicate(sql: "\"retry.count\" BETWEEN 1 AND \(number)") {
                    retries($0).map { $0 >= 1 && $0 <= number } ?? false
                }
            default: return Predicate(sql: "\"http.route\" = '[\"x\"]'") { routeOf($0) == .array(["x"]) }
            }
        }
    }
}

/// The same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// Source: Vigna, splitmix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

extension Array {
    func chunked(by size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}

extension SegmentStore {
    /// The one row of an answer, by column.
    func row(_ statement: String) async throws -> [String: SQLValue] {
        let table = try await sql(SQLQuery(statement))
        guard table.rows.count == 1 else { return [:] }
        return Dictionary(zip(table.columns, table.rows[0])) { first, _ in first }
    }

    func value(_ statement: String) async throws -> SQLValue? { try await sql(SQLQuery(statement)).rows.first?.first }

    func failure(_ statement: String) async -> StoreError? {
        do throws(StoreError) {
            _ = try await sql(SQLQuery(statement))
            return nil
        } catch {
            return error
        }
    }
}

extension SQLValue {
    var string: String? {
        if case .text(let text) = self { text } else { nil }
    }

    var sql: String {
        switch self {
        case .text(let text): "'\(text)'"
        case .integer(let number): String(number)
        default: "NULL"
        }
    }
}
