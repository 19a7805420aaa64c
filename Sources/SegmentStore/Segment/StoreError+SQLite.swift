import GRDB
import Glibc
import OTLP
import TelemetryStore

extension StoreError {
    init(_ error: any Error, at path: String?) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as WireError:
            self.init(.corrupt, "cannot read what is stored: \(error)", place: path)
        case let error as DatabaseError:
            let reason = error.message ?? "no reason given"
            switch error.resultCode.primaryResultCode {
            case .SQLITE_FULL:
                self.init(.full, "cannot write: the disk is full; make room", place: path)
            case .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_LOCKED:
                self.init(.unavailable, "cannot use the segment: \(reason)", place: path)
            // The questions are always the same: one that the file does not understand meets a damaged schema.
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_FORMAT, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH:
                self.init(.corrupt, "cannot read the segment: \(reason)", place: path)
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
                self.init(.unreadable, "cannot open the segment: \(reason); check the permissions", place: path)
            default:
                self.init(.unavailable, "cannot use the segment: \(reason)", place: path)
            }
        default:
            self.init(.unavailable, "cannot use the store: \(error)", place: path)
        }
    }
}

extension StoreError {
    /// What the last call to the system failed with.
    init(failingTo action: String, at path: String) {
        let error = errno
        self.init(
            error == ENOSPC || error == EDQUOT ? .full : .unavailable,
            "cannot \(action): \(String(cString: strerror(error)))", place: path)
    }
}
