/// A double that is equal to another when all 64 bits are: NaN equals itself, −0.0 differs from 0.0.
public struct ExactDouble: Hashable, Sendable {
    public var bitPattern: UInt64

    @inlinable public init(_ value: Double) { bitPattern = value.bitPattern }
    @inlinable public init(bitPattern: UInt64) { self.bitPattern = bitPattern }

    @inlinable public var value: Double { Double(bitPattern: bitPattern) }
}

extension ExactDouble: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int64) { self.init(Double(value)) }
}
