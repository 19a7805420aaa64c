import OTLP
import Synchronization

/// A number for an instrumentation scope, so that a record carries two bytes instead of a name.
///
/// Bounds: Limits.scopesMax names; what comes after is the library's own scope.
package struct ScopeID: Hashable, Sendable {
    let number: UInt16

    /// The library's own.
    package static let library = ScopeID(known: 0)

    private static let names = Mutex([ProcessResource.scope.name])

    package init(named name: String) {
        number = Self.names.withLock { names in
            if let place = names.firstIndex(of: name) { return UInt16(place) }
            guard names.count < Limits.scopesMax else { return 0 }
            names.append(name)
            return UInt16(names.count - 1)
        }
    }

    init(known number: UInt16) { self.number = number }

    var name: String { Self.names.withLock { $0[Int(number)] } }
}
