// SPDX-License-Identifier: Apache-2.0

/// An event of the vocabulary on its way into a queue: what `daybook.record(.orderFilled(orderID: …))`
/// takes. The fields are written from the call's own values into their place in the queue, and into
/// no memory before: for that the compiler has to see the call and the event together, so make it
/// where you record it. To keep an event, make one of the types of the same name, ``OrderFilled``, or
/// an ``Event``.
public struct EventInPlace {
    @usableFromInline package let kind: StaticString
    @usableFromInline package let level: Level
    @usableFromInline package let timestamp: Timestamp?
    /// Writes the fields: the same ones each time it is called.
    @usableFromInline package let put: (inout FieldPen) -> Void

    /// - Parameters:
    ///   - kind: a name of the vocabulary that is no communication and not for Daybook alone.
    ///   - level: the level of that kind.
    @inlinable @inline(__always)
    package init(
        _ kind: StaticString, _ level: Level, _ timestamp: Timestamp?,
        _ put: @escaping (inout FieldPen) -> Void
    ) {
        self.kind = kind
        self.level = level
        self.timestamp = timestamp
        self.put = put
    }

    /// Level and flags as an entry has them.
    @inlinable @inline(__always)
    package var levelAndFlags: UInt64 {
        UInt64(level.rawValue) | EventLayout.hasKindAddress << 8
    }
}
