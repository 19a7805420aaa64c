import Foundation

/// Messages as SQS sends them to AWS Lambda.
public struct QueueEvent: Decodable, Sendable {
    public struct Record: Decodable, Sendable {
        public var messageId: String
        public var body: String
    }

    public var Records: [Record]

    public init(_ event: [UInt8]) throws {
        self = try JSONDecoder().decode(QueueEvent.self, from: Data(event))
    }
}
