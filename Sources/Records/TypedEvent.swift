// SPDX-License-Identifier: Apache-2.0

/// An event that writes itself into the queue, so that recording it allocates nothing.
///
/// The order events of the vocabulary are such types too, for a program that keeps one before it
/// records it; `daybook.record(.orderFilled(orderID: …))` goes a shorter way, by an ``EventInPlace``.
/// Make your own where a loop records often:
///
/// ```swift
/// struct Threshold: TypedEvent {
///     static let kind = EventKind(rawValue: "momentum_threshold")
///     var asset: String
///     var ticks: Int64
///
///     func put(into writer: inout EventWriter) {
///         writer.put("asset", asset)
///         writer.put("ticks", ticks)
///     }
/// }
/// ```
///
/// Acceptance: `put` writes the same fields in the same order each time it is called on one value,
/// and records nothing itself.
public protocol TypedEvent: Sendable {
    /// What happened.
    static var kind: EventKind { get }
    /// How much it matters; from the kind unless the type says otherwise.
    var level: Level { get }
    /// When it happened, when the caller knows better than the moment of recording.
    var timestamp: Timestamp? { get }
    /// Writes the fields.
    func put(into writer: inout EventWriter)
}

extension TypedEvent {
    /// The kind's own.
    @inlinable public var level: Level { Self.kind.level }
    /// The moment of recording.
    @inlinable public var timestamp: Timestamp? { nil }
}

extension EventKind {
    /// A kind with a name of your own, such as `momentum_threshold`. Keep it in a constant where a
    /// loop uses it: finding out whether the vocabulary has the name costs a look-up.
    public static func custom(_ name: String) -> EventKind { EventKind(rawValue: name) }
}
