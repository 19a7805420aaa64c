import ArgumentParser
import Program
import TelemetryStore
import TraceView

/// `traceview sql`: everything that is stored, in SQL.
struct SQLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql", abstract: "Answers a question in SQL over spans, logs, metrics, resources and traces.",
        discussion: """
            Attributes are columns in double quotes: SELECT service, "http.route", count(*), quantile(duration_ms, 0.99) \
            FROM spans WHERE time > ago('1h') AND "http.response.status_code" >= 500 GROUP BY 1, 2
            EXPLAIN QUERY PLAN before a statement shows which conditions spare reading.

            Exit status: 0 answered, 1 it took too long, 2 the statement is wrong, 4 the telemetry cannot be read.
            """)

    @Argument(help: ArgumentHelp("A SELECT statement.", valueName: "statement"))
    var statement: String

    @OptionGroup var sourceOptions: SourceOptions

    @Flag(help: "Print each row as one JSON object a line.")
    var json = false

    @Flag(help: "Print comma-separated values (RFC 4180); control characters in them are shown, --json keeps them.")
    var csv = false

    @Option(
        name: [.customShort("n", allowingJoined: true), .long],
        help: ArgumentHelp("Rows to show (default: 10000).", valueName: "N"))
    var limit: Int?

    @Option(help: ArgumentHelp("Seconds to wait for the answer.", valueName: "SECONDS"))
    var timeout = 30.0

    func validate() throws {
        guard !json || !csv else { throw ValidationError("--json and --csv are two forms; give one of them") }
        if let limit, limit <= 0 { throw ValidationError("cannot show \(limit) rows; --limit must be at least 1") }
        guard timeout > 0, timeout <= 3_600 else {
            throw ValidationError("cannot wait \(timeout) seconds; --timeout must be more than 0, and 3600 at most")
        }
    }

    func run() async throws {
        var query = SQLQuery(statement, timeout: .seconds(timeout))
        if let limit { query.rowsMax = limit }
        let table = try await answer(query)
        if json {
            Standard.output(SQLTableText.jsonLines(table))
        } else if csv {
            Standard.output(Array(SQLTableText.csv(table).utf8))
        } else {
            for line in SQLTableText.lines(table) { Standard.output(line) }
        }
        if table.isTruncated {
            Standard.error("traceview: there are more rows than these \(table.rows.count); --limit shows more")
        }
    }

    private func answer(_ query: SQLQuery) async throws(ProgramError) -> SQLTable {
        let source = try sourceOptions.opened()
        do throws(StoreError) {
            return try await source.sql(query)
        } catch {
            let message = VisibleText.visible(error.description)
            switch error.code {
            case .invalid: throw .usage(message)
            case .expired: throw .failure(message)
            default: throw .unreadable(message)
            }
        }
    }
}
