import Glibc

/// The fastest collector there can be: takes every request and answers 200 without looking at it.
final class Sink: Sendable {
    let port: UInt16
    private let listener: Int32

    init() {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(listener, pointer, size) == 0, listen(listener, 16) == 0,
                    getsockname(listener, pointer, &size) == 0
                else { fatalError("cannot listen on loopback") }
            }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Serves one connection after the other, for ever, on a thread of its own.
    func start() {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                let sink = Unmanaged<Sink>.fromOpaque(raw).takeRetainedValue()
                while true { sink.serve(accept(sink.listener, nil, nil)) }
            }, Unmanaged.passRetained(self).toOpaque())
    }

    private func serve(_ connection: Int32) {
        var waiting: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while case let count = recv(connection, &chunk, chunk.count, 0), count > 0 {
            waiting += chunk[..<count]
            while let length = requestLength(waiting), waiting.count >= length {
                waiting.removeFirst(length)
                let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
                send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            }
        }
        close(connection)
    }

    private func requestLength(_ bytes: [UInt8]) -> Int? {
        let text = String(decoding: bytes.prefix(1_024), as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n"), let name = text.firstRange(of: "Content-Length: ") else {
            return nil
        }
        guard let body = Int(text[name.upperBound...].prefix { $0.isNumber }) else { return nil }
        return text.utf8.distance(from: text.startIndex, to: end.upperBound) + body
    }
}
