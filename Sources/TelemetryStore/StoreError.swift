/// Why a store could not do what it was asked.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The bytes are not the message they were said to be. A retry cannot help.
        case malformed
        /// No room: the disk is full or the backlog is at its bound. A retry helps once room is made.
        case full
        /// The store is shutting down, locked by another writer, or the medium failed. A retry may help.
        case unavailable
        /// What is on disk is damaged. A retry cannot help; what is readable is still served.
        case corrupt
        /// There is no store at this place, or it may not be read.
        case unreadable
        /// The question makes no sense. A retry cannot help.
        case invalid
        /// The question took longer than it was given. A narrower one may help.
        case expired
    }

    public var code: Code
    /// What happened and what to do next, without secrets or attribute values.
    public var message: String
    /// The file or folder it happened in, when there is one.
    public var place: String?

    public init(_ code: Code, _ message: String, place: String? = nil) {
        self.code = code
        self.message = message
        self.place = place
    }

    public var isRetryable: Bool {
        switch code {
        case .full, .unavailable: true
        case .malformed, .corrupt, .unreadable, .invalid, .expired: false
        }
    }

    public var description: String {
        if let place { "\(message) (\(place))" } else { message }
    }
}
