import Glibc

/// One HTTP/1.1 connection to the runtime API, opened when it is needed and kept open.
///
/// Reading waits as long as it takes: the platform freezes the process in the middle of it, and says when there is work by
/// answering.
struct RuntimeConnection: ~Copyable {
    private let host: String
    private let port: String
    private var socket: Int32 = -1

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// `address` is `host:port`, as `AWS_LAMBDA_RUNTIME_API` has it.
    init(address: String) {
        let colon = address.lastIndex(of: ":")
        host = colon.map { String(address[..<$0]) } ?? address
        port = colon.map { String(address[address.index(after: $0)...]) } ?? "80"
    }

    deinit {
        if socket >= 0 { Glibc.close(socket) }
    }

    /// Sends one request and returns its answer.
    ///
    /// A kept connection may have been closed meanwhile. Asking for work again does no harm; an answer is sent again too:
    /// the API knows it by its id and refuses the second.
    mutating func exchange(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) throws(Failure) -> RuntimeResponse {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nUser-Agent: telemetry-swift\r\n"
        for header in headers { head += "\(header.name): \(header.value)\r\n" }
        if method != "GET" { head += "Content-Length: \(body.count)\r\n" }
        let request = Array((head + "\r\n").utf8) + body
        if socket >= 0 {
            do throws(Failure) { return try exchangeOnce(request) } catch { close() }
        }
        try open()
        do throws(Failure) {
            return try exchangeOnce(request)
        } catch {
            close()
            throw error
        }
    }

    // MARK: A request in pieces

    /// Begins a request whose body comes in chunks, on a connection of its own: that one ends with it.
    mutating func beginChunks(_ path: String, headers: [(name: String, value: String)]) throws(Failure) {
        close()
        var head = "POST \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nUser-Agent: telemetry-swift\r\n"
        for header in headers { head += "\(header.name): \(header.value)\r\n" }
        try open()
        try sendOrClose(Array((head + "Transfer-Encoding: chunked\r\n\r\n").utf8))
    }

    mutating func sendChunk(_ bytes: [UInt8]) throws(Failure) {
        try sendOrClose(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8))
    }

    /// Ends the body, with fields behind it, and returns the answer.
    mutating func endChunks(trailers: [(name: String, value: String)]) throws(Failure) -> RuntimeResponse {
        let fields = trailers.map { "\($0.name): \($0.value)\r\n" }.joined()
        try sendOrClose(Array("0\r\n\(fields)\r\n".utf8))
        defer { close() }
        return try receive()
    }

    private mutating func sendOrClose(_ bytes: [UInt8]) throws(Failure) {
        guard socket >= 0 else { throw failure("write to", "the connection was closed") }
        do throws(Failure) {
            try send(bytes)
        } catch {
            close()
            throw error
        }
    }

    private mutating func exchangeOnce(_ request: [UInt8]) throws(Failure) -> RuntimeResponse {
        try send(request)
        let response = try receive()
        if !response.keepsConnection { close() }
        return response
    }

    private mutating func open() throws(Failure) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, port, &hints, &found)
        guard code == 0 else { throw failure("find", String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(found) }
        var reason = "it has no address"
        var address = found
        while let candidate = address?.pointee {
            socket = Glibc.socket(
                candidate.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            if socket >= 0, connect(socket, candidate.ai_addr, candidate.ai_addrlen) == 0 {
                var on: Int32 = 1
                setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout.size(ofValue: on)))
                return
            }
            reason = String(cString: strerror(errno))
            close()
            address = candidate.ai_next
        }
        throw failure("reach", reason)
    }

    private func send(_ bytes: [UInt8]) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                // Without the flag a peer that is gone would end the process with SIGPIPE.
                Glibc.send(socket, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else if errno != EINTR { throw failure("write to") }
        }
    }

    private func receive() throws(Failure) -> RuntimeResponse {
        var parser = RuntimeResponseParser()
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read from")
            }
            do throws(RuntimeResponseParser.Malformed) {
                if let response = try count == 0 ? parser.end() : parser.append(chunk[..<count]) { return response }
            } catch {
                throw failure("read from", error.reason)
            }
        }
    }

    private mutating func close() {
        if socket >= 0 { Glibc.close(socket) }
        socket = -1
    }

    private func failure(_ verb: String, _ reason: String = String(cString: strerror(errno))) -> Failure {
        Failure(description: "cannot \(verb) the runtime API at \(host):\(port): \(reason)")
    }
}
