import Glibc

/// One HTTP/1.1 connection in plain text, opened when it is needed and kept open; calls block until their deadline.
struct HTTPConnection: ~Copyable {
    private let host: String
    private let port: UInt16
    private var socket: Int32 = -1

    struct Failure: Error {
        var reason: String
    }

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    deinit {
        if socket >= 0 { Glibc.close(socket) }
    }

    /// Sends one request and returns its answer.
    ///
    /// A kept connection may have died while the function was frozen: then it is opened anew, once.
    mutating func exchange(
        _ head: [UInt8], _ body: [UInt8], deadline: ContinuousClock.Instant
    ) throws(Failure) -> HTTPResponse {
        if socket >= 0 {
            do throws(Failure) {
                return try exchangeOnce(head, body, deadline)
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
            }
        }
        try open(deadline)
        return try exchangeOnce(head, body, deadline)
    }

    private mutating func exchangeOnce(
        _ head: [UInt8], _ body: [UInt8], _ deadline: ContinuousClock.Instant
    ) throws(Failure) -> HTTPResponse {
        do throws(Failure) {
            // The flag: without it the head would leave as a packet of its own.
            try send(head, deadline, flags: body.isEmpty ? 0 : Int32(MSG_MORE))
            try send(body, deadline)
            let response = try receive(deadline)
            if !response.keepsConnection { close() }
            return response
        } catch {
            close()
            throw error
        }
    }

    private mutating func open(_ deadline: ContinuousClock.Instant) throws(Failure) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        // An IPv6 address stands in brackets in a URL, and without them here.
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let code = getaddrinfo(name, String(port), &hints, &found)
        guard code == 0 else { throw Failure(reason: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(found) }
        var failure = Failure(reason: "no address")
        var address = found
        while let candidate = address {
            do throws(Failure) {
                return try connect(candidate.pointee, deadline)
            } catch {
                failure = error
            }
            address = candidate.pointee.ai_next
        }
        throw failure
    }

    private mutating func connect(_ address: addrinfo, _ deadline: ContinuousClock.Instant) throws(Failure) {
        socket = Glibc.socket(
            address.ai_family,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Self.failure() }
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout.size(ofValue: on)))
        do throws(Failure) {
            if Glibc.connect(socket, address.ai_addr, address.ai_addrlen) == 0 { return }
            guard errno == EINPROGRESS else { throw Self.failure() }
            try wait(for: POLLOUT, deadline)
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout.size(ofValue: code))
            getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
            guard code == 0 else { throw Self.failure(code) }
        } catch {
            close()
            throw error
        }
    }

    private func send(_ bytes: [UInt8], _ deadline: ContinuousClock.Instant, flags: Int32 = 0) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                // Without the flag a peer that is gone would end the host with SIGPIPE.
                Glibc.send(
                    socket, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL) | flags)
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(for: POLLOUT, deadline)
            } else if errno != EINTR {
                throw Self.failure()
            }
        }
    }

    private func receive(_ deadline: ContinuousClock.Instant) throws(Failure) -> HTTPResponse {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= Limits.responseBytesMax {
            let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count > 0 { bytes += chunk[..<count] }
            if count < 0, errno == EAGAIN {
                try wait(for: POLLIN, deadline)
                continue
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure() }
            switch HTTPResponse.parse(bytes, isComplete: count == 0) {
            case .response(let response): return response
            case .malformed: throw Failure(reason: "the answer is not HTTP")
            case .needsMore where count == 0: throw Failure(reason: "the connection was closed")
            case .needsMore: continue
            }
        }
        throw Failure(reason: "the answer is longer than \(Limits.responseBytesMax) bytes")
    }

    private func wait(for events: Int32, _ deadline: ContinuousClock.Instant) throws(Failure) {
        while true {
            let rest = deadline - .now
            guard rest > .zero else { throw Failure(reason: "no answer in time") }
            var descriptor = pollfd(fd: socket, events: Int16(events), revents: 0)
            if poll(&descriptor, 1, rest.pollMilliseconds) > 0 { return }
        }
    }

    private mutating func close() {
        if socket >= 0 { Glibc.close(socket) }
        socket = -1
    }

    private static func failure(_ code: Int32 = errno) -> Failure {
        Failure(reason: String(cString: strerror(code)))
    }
}
