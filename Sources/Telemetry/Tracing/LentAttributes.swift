import Synchronization
import Tracing

/// Attributes of a span under way, lent to be changed where they lie: the host's code never runs under a lock.
///
/// 1. Who wants to change them takes them, and gives them back.
/// 2. Who comes meanwhile gets a set of its own; the two become one when the second is given back.
///
/// Cost: two atomic exchanges a change, half of what taking and giving under a lock are.
struct LentAttributes: ~Copyable {
    typealias Place = UnsafeMutablePointer<SpanAttributes>

    /// Where they lie; nowhere while they are lent, and before the first.
    private let place = Atomic<Place?>(nil)

    /// None, with room for those of a usual span: copying it costs half of what asking for the room does.
    private static let empty: SpanAttributes = {
        var attributes = SpanAttributes([:])
        attributes.reserveCapacity(6)
        return attributes
    }()

    deinit {
        if let place = place.load(ordering: .acquiring) { Self.free(place) }
    }

    func lend() -> Place {
        place.exchange(nil, ordering: .acquiring) ?? Self.make()
    }

    /// What is given back last has the last word.
    func giveBack(_ returned: Place) {
        while !place.compareExchange(expected: nil, desired: returned, ordering: .releasing).exchanged {
            guard let other = place.exchange(nil, ordering: .acquiring) else { continue }
            swap(&other.pointee, &returned.pointee)
            returned.pointee.merge(other.pointee)
            Self.free(other)
        }
    }

    /// All there are, for good.
    func take() -> SpanAttributes {
        guard let place = place.exchange(nil, ordering: .acquiring) else { return SpanAttributes([:]) }
        defer { place.deallocate() }
        return place.move()
    }

    @inline(never)
    static func make() -> Place {
        let place = Place.allocate(capacity: 1)
        place.initialize(to: empty)
        return place
    }

    static func free(_ place: Place) {
        place.deinitialize(count: 1)
        place.deallocate()
    }
}
