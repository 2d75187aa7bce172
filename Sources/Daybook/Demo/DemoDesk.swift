// SPDX-License-Identifier: Apache-2.0

public import Records

/// The events of a simulated trading desk: to try Daybook with, to test and to measure with.
///
/// Six assets on random walks, four strategies, and orders that live every life of the vocabulary:
/// accepted, filled in parts, rejected for a reason, canceled, modified, expired. Now and then a
/// feed is lost, a circuit breaker trips, the kill switch is tried.
///
/// The same seed and start give the same events with the same instants, on every machine. Prices
/// are exact decimals. A sequence never ends unless `events` says so; then its first is
/// `system_startup` and its last `system_shutdown`.
///
/// ```swift
/// for event in DemoDesk(events: 1000) { try daybook.append(event) }
/// ```
public struct DemoDesk: Sequence, Sendable {
    /// What the random numbers come from.
    public let seed: UInt64
    /// The first instant of the desk's clock.
    public let start: Timestamp
    /// How many events there are; nil for without end.
    public let events: Int?
    /// How many times longer than usual the desk's pauses are.
    public let slowness: Int
    /// The number of the first order and of the first execution.
    public let firstOrder: Int

    /// A desk.
    ///
    /// - Parameters:
    ///   - seed: what the random numbers come from.
    ///   - start: the first instant of the desk's clock, which runs about 100 events a second.
    ///   - events: how many events there are; nil for without end.
    ///   - slowness: how many times longer the desk's pauses are: 10 makes ten events a second.
    ///   - firstOrder: the number of the first order and execution: a desk that goes on after
    ///     another takes a higher one, so that no two orders have the same id.
    public init(
        seed: UInt64 = 1, start: Timestamp = DemoDesk.usualStart, events: Int? = nil,
        slowness: Int = 1, firstOrder: Int = 1
    ) {
        self.seed = seed
        self.start = start
        self.events = events.map { Swift.max(0, $0) }
        self.slowness = Swift.max(1, slowness)
        self.firstOrder = Swift.max(1, firstOrder)
    }

    /// 2026-11-20T14:30:00Z, when New York opens.
    public static let usualStart = Timestamp(microseconds: 1_795_185_000_000_000)

    /// The events from the beginning.
    public func makeIterator() -> Iterator { Iterator(self) }

    /// The desk at work.
    public struct Iterator: IteratorProtocol, Sendable {
        private let limit: Int?
        private var count = 0
        private var simulation: DemoSimulation

        init(_ desk: DemoDesk) {
            limit = desk.events
            simulation = DemoSimulation(
                seed: desk.seed, start: desk.start, slowness: Int64(desk.slowness),
                firstOrder: desk.firstOrder)
        }

        /// The next event. Takes about a microsecond.
        public mutating func next() -> Event? {
            if let limit {
                guard count < limit else { return nil }
                count += 1
                if count == limit, limit > 1 { return simulation.shutdown() }
            }
            return simulation.next()
        }
    }
}
