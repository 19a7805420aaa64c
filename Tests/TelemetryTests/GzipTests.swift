import Telemetry
import Testing

@Suite struct GzipTests {
    /// Inflates what `Gzip` writes: one block with fixed codes (RFC 1951, 3.2.6), by the specification and not by the encoder.
    private func inflate(_ bytes: [UInt8]) -> [UInt8]? {
        var place = 10 * 8
        func bit() -> Int {
            defer { place += 1 }
            return place / 8 < bytes.count ? Int(bytes[place / 8] >> (place % 8)) & 1 : 0
        }
        func bits(_ count: Int) -> Int { (0..<count).reduce(0) { $0 | bit() << $1 } }
        func code(_ count: Int) -> Int { (0..<count).reduce(0) { value, _ in value << 1 | bit() } }
        guard bytes.count > 18, bytes[0] == 0x1F, bytes[1] == 0x8B, bits(3) == 0b011 else { return nil }
        var output: [UInt8] = []
        while place / 8 < bytes.count {
            var symbol = code(7)
            if symbol <= 0b0010111 {
                symbol += 256
            } else {
                symbol = symbol << 1 | bit()
                if symbol >= 0b11001000 {
                    symbol = (symbol << 1 | bit()) - 0b110010000 + 144
                } else if symbol >= 0b11000000 {
                    symbol += 280 - 0b11000000
                } else {
                    symbol -= 0b00110000
                }
            }
            if symbol == 256 { return output }
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            let index = symbol - 257
            let lengthExtra = index < 8 || index == 28 ? 0 : index / 4 - 1
            let length =
                index == 28 ? 258 : index < 8 ? 3 + index : 3 + (4 + index % 4) << lengthExtra + bits(lengthExtra)
            let distanceCode = code(5)
            let distanceExtra = max(0, distanceCode / 2 - 1)
            let distance =
                distanceCode < 2 ? 1 + distanceCode : 1 + (2 + distanceCode % 2) << distanceExtra + bits(distanceExtra)
            guard distance <= output.count else { return nil }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
        return nil
    }

    @Test func whatIsCompressedComesBackAndIsSmaller() {
        let text = Array(String(repeating: "lesson completed in eu-west-1, attempt 3; ", count: 200).utf8)
        let compressed = Gzip.compress(text)
        #expect(inflate(compressed) == text)
        #expect(compressed.count * 10 < text.count)
    }

    @Test func anythingComesBack() {
        var random = SystemRandomNumberGenerator()
        for size in [0, 1, 3, 4, 5, 255, 1_000, 70_000] {
            let noise = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            let few = (0..<size).map { _ in UInt8.random(in: 0...2, using: &random) }
            #expect(inflate(Gzip.compress(noise)) == noise)
            #expect(inflate(Gzip.compress(few)) == few)
            #expect(inflate(Gzip.compress([UInt8](repeating: 7, count: size))) == [UInt8](repeating: 7, count: size))
        }
    }
}
