import OTLP

/// AWS Lambda's runtime API, as one of the loops of a custom runtime uses it: ask for an event, answer it.
///
/// Errors: `Failure` ends the runtime; the platform starts another one.
/// Source: AWS Lambda developer guide, Using the Lambda runtime API for custom runtimes, version 2018-06-01.
actor RuntimeAPI {
    private let executor = BlockingExecutor()
    private var connection: RuntimeConnection

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    struct Event: Sendable {
        var id: String
        var deadline: ContinuousClock.Instant?
        var functionARN: String?
        var traceHeader: String?
        var clientContext: String?
        var payload: [UInt8]
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    init(address: String) {
        connection = RuntimeConnection(address: address)
    }

    deinit { executor.stop() }

    /// Waits for the next event; the process is frozen meanwhile.
    func next() throws -> Event {
        let response = try connection.exchange("GET", Self.root + "/invocation/next")
        guard response.status == 200 else {
            throw Failure(description: "cannot get an event: the runtime API answered \(response.status)")
        }
        // The id becomes part of a path.
        guard let id = response.field("lambda-runtime-aws-request-id"), !id.isEmpty, id.utf8.count <= 256,
            id.utf8.allSatisfy({ HeaderText.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") })
        else { throw Failure(description: "cannot get an event: the runtime API gave it no usable id") }
        return Event(
            id: id, deadline: response.field("lambda-runtime-deadline-ms").flatMap { Int64($0) }.flatMap(Self.instant),
            functionARN: response.field("lambda-runtime-invoked-function-arn"),
            traceHeader: response.field("lambda-runtime-trace-id"),
            clientContext: response.field("lambda-runtime-client-context"), payload: response.body)
    }

    /// Answers an event. What is too large to be an answer becomes an error.
    func respond(to id: String, with body: [UInt8]) throws {
        let response = try connection.exchange("POST", Self.root + "/invocation/\(id)/response", body: body)
        guard response.status == 413 else { return try check(response, "answer an event") }
        let tooLarge = RuntimeError(
            type: "Function.ResponseSizeTooLarge",
            message: "cannot answer with \(body.count) bytes: the platform does not take so many")
        try fail(id, tooLarge)
    }

    // MARK: An answer in pieces

    func beginResponse(to id: String, contentType: String) throws {
        try connection.beginChunks(
            Self.root + "/invocation/\(id)/response",
            headers: [
                ("Content-Type", contentType), ("Lambda-Runtime-Function-Response-Mode", "streaming"),
                ("Trailer", "\(Self.errorTypeName), \(Self.errorBodyName)"),
            ])
    }

    func write(_ bytes: [UInt8]) throws {
        try connection.sendChunk(bytes)
    }

    /// Ends the answer; an error that came too late to stand in its place is told behind it.
    func endResponse(_ error: RuntimeError?) throws {
        var trailers: [(name: String, value: String)] = []
        if let error {
            var body: [UInt8] = []
            Base64.append(error.json, to: &body)
            trailers = [
                (Self.errorTypeName, error.headerType), (Self.errorBodyName, String(decoding: body, as: UTF8.self)),
            ]
        }
        try check(try connection.endChunks(trailers: trailers), "end an answer")
    }

    // MARK: Errors

    func fail(_ id: String, _ error: RuntimeError) throws {
        try check(post("/invocation/\(id)/error", error), "report an error")
    }

    /// The function could not be made ready for its first event.
    func failInitialization(_ error: RuntimeError) throws {
        try check(post("/init/error", error), "report an error")
    }

    private func post(_ path: String, _ error: RuntimeError) throws -> RuntimeResponse {
        try connection.exchange(
            "POST", Self.root + path,
            headers: [("Content-Type", "application/json"), (Self.errorTypeName, error.headerType)],
            body: error.json)
    }

    /// A refusal concerns one event (it was answered already, or too late) and the loop goes on; only 500 says that this
    /// runtime is to end.
    private func check(_ response: RuntimeResponse, _ verb: String) throws {
        switch response.status {
        case 200..<300: return
        case 500: throw Failure(description: "cannot \(verb): the runtime API answered 500, which ends this process")
        default: Diagnostics.say("cannot \(verb): the runtime API answered \(response.status)")
        }
    }

    private static let root = "/2018-06-01/runtime"
    private static let errorTypeName = "Lambda-Runtime-Function-Error-Type"
    private static let errorBodyName = "Lambda-Runtime-Function-Error-Body"

    /// The deadline is told by the wall clock, and kept by one that does not jump.
    private static func instant(_ milliseconds: Int64) -> ContinuousClock.Instant? {
        let now = Int64(Clock.unixNanoseconds / 1_000_000)
        guard (0...4_102_444_800_000).contains(milliseconds) else { return nil }
        return .now + .milliseconds(milliseconds - now)
    }
}
