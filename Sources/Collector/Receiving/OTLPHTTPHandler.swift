import NIOCore
import NIOExtras
import NIOHTTP1
import OTLP

/// One connection's requests, one at a time: gather the body, hand it on, answer.
///
/// The pipelining handler in front holds back the next request until the answer is written.
final class OTLPHTTPHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let ingestor: Ingestor
    private let budget: ByteBudget
    private let executor: EventLoopTaskExecutor

    private var state = State.idle

    private enum State {
        case idle
        /// A body is coming in.
        case receiving(Receiving)
        /// The answer stands; what is left of the body is thrown away.
        case discarding(Answer)
        /// The store has the body.
        case ingesting
    }

    private struct Receiving {
        var signal: Signal
        var type: ContentType
        var encoding: ContentEncoding
        var isKeepAlive: Bool
        var body: [UInt8] = []
    }

    private struct Answer: Sendable {
        var status: HTTPResponseStatus
        var type: ContentType
        var body: [UInt8]
        var isKeepAlive: Bool
        var allow: String?
    }

    init(ingestor: Ingestor, budget: ByteBudget, executor: EventLoopTaskExecutor) {
        self.ingestor = ingestor
        self.budget = budget
        self.executor = executor
    }

    func channelActive(context: ChannelHandlerContext) {
        ingestor.metrics.connectionOpened()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        ingestor.metrics.connectionClosed()
        if case .receiving(let receiving) = state { budget.giveBack(receiving.body.count) }
        state = .idle
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let bytes): append(bytes, context)
        case .end: end(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is IdleStateHandler.IdleStateEvent:
            // While the store works the sender is right to be silent.
            if case .ingesting = state { return }
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that resets its connection is no news; HTTP that cannot be parsed was answered by NIO's own handler.
        context.close(promise: nil)
    }

    // MARK: A request, part by part

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        switch OTLPRequest(head, limits: ingestor.limits) {
        case .export(let signal, let type, let encoding):
            var receiving = Receiving(signal: signal, type: type, encoding: encoding, isKeepAlive: head.isKeepAlive)
            // What the sender says is believed only so far; memory that is not filled is not taken either.
            let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            receiving.body.reserveCapacity(max(0, min(length, Limits.reservedBytesMax)))
            state = .receiving(receiving)
            if head.headers[canonicalForm: "expect"].contains("100-continue") {
                let proceed = HTTPResponseHead(version: head.version, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(proceed)), promise: nil)
            }
        case .refusal(let status, let reason, let signal, let allow):
            ingestor.metrics.refused(reason.code, of: signal)
            let type = ContentType(header: head.headers.first(name: "content-type")) ?? .json
            // A body that is too large is not read to its end: the connection goes with it.
            let isKeepAlive = head.isKeepAlive && status != .payloadTooLarge
            let answer = Answer(
                status: status, type: type, body: reason.encoded(as: type), isKeepAlive: isKeepAlive, allow: allow)
            refuse(answer, context)
        }
    }

    private func append(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard case .receiving(var receiving) = state else { return }
        let count = bytes.readableBytes
        guard receiving.body.count + count <= ingestor.limits.requestBytesMax else {
            return abandon(receiving, .tooLarge(ingestor.limits), context)
        }
        guard budget.take(count) else {
            let reason = RPCStatus(.unavailable, "too many bytes of other requests are in memory; try again")
            return abandon(receiving, reason, context)
        }
        state = .idle  // Leaves `receiving` the only owner of the body, so that it grows in place.
        receiving.body.append(contentsOf: bytes.readableBytesView)
        state = .receiving(receiving)
    }

    private func end(_ context: ChannelHandlerContext) {
        switch state {
        case .idle, .ingesting: break
        case .discarding(let answer):
            state = .idle
            write(answer, context)
        case .receiving(let receiving):
            state = .ingesting
            ingest(receiving, context)
        }
    }

    private func abandon(_ receiving: Receiving, _ reason: RPCStatus, _ context: ChannelHandlerContext) {
        budget.giveBack(receiving.body.count)
        ingestor.metrics.refused(reason.code, of: receiving.signal)
        refuse(
            Answer(
                status: reason.code.httpStatus, type: receiving.type, body: reason.encoded(as: receiving.type),
                isKeepAlive: false),
            context)
    }

    /// Answers at once when the connection is to end, else after the rest of the body.
    private func refuse(_ answer: Answer, _ context: ChannelHandlerContext) {
        if answer.isKeepAlive {
            state = .discarding(answer)
        } else {
            state = .idle
            write(answer, context)
        }
    }

    private func ingest(_ receiving: Receiving, _ context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let (ingestor, budget) = (ingestor, budget)
        let start = ContinuousClock.now
        Task(executorPreference: executor) {
            let answer: Answer
            do throws(RPCStatus) {
                let accepted = try await ingestor.ingest(
                    receiving.body, of: receiving.signal, type: receiving.type, encoding: receiving.encoding)
                answer = Answer(
                    status: .ok, type: receiving.type, body: accepted.encoded(as: receiving.type, receiving.signal),
                    isKeepAlive: receiving.isKeepAlive)
            } catch {
                answer = Answer(
                    status: error.code.httpStatus, type: receiving.type, body: error.encoded(as: receiving.type),
                    isKeepAlive: receiving.isKeepAlive)
            }
            budget.giveBack(receiving.body.count)
            ingestor.metrics.answered(after: ContinuousClock.now - start)
            // The executor is the connection's own event loop.
            let (handler, context) = loopBound.value
            handler.state = .idle
            handler.write(answer, context)
        }
    }

    // MARK: The answer

    private func write(_ answer: Answer, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        var headers = HTTPHeaders()
        headers.add(name: "content-type", value: answer.type.rawValue)
        headers.add(name: "content-length", value: String(answer.body.count))
        if let allow = answer.allow { headers.add(name: "allow", value: allow) }
        if answer.status == .serviceUnavailable {
            headers.add(name: "retry-after", value: String(Limits.retryAfterSeconds))
        }
        if !answer.isKeepAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !answer.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if !answer.isKeepAlive {
            let channel = context.channel
            written.whenComplete { _ in channel.close(mode: .all, promise: nil) }
        }
    }
}
