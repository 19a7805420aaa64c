/// What could be taken of a request, and what could not.
public struct Decoded<Data: Hashable & Sendable>: Hashable, Sendable {
    public var data: Data
    public var rejections: Rejections

    public init(data: Data, rejections: Rejections = Rejections()) {
        self.data = data
        self.rejections = rejections
    }
}
