// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Desk
import Records

/// The demo desk and its chat, brought to the present: a past that ends now, or what comes from now
/// on at the pace of the clock.
struct DemoClock {
    private let now = SystemClock().now()

    /// Microseconds that the events of a past are spread over: half a trading day.
    private static let past: Int64 = 4 * 3_600 * 1_000_000
    /// Events a second of a desk that is not slowed down.
    private static let usualRate = 100.0
    /// Messages of a past, and the seconds between two of them: three days of talk.
    static let messages = 200
    private static let secondsOfPast = 1_296
    private static let secondsOfLive = 45

    /// A desk whose last event is of now.
    func past(seed: UInt64, events: Int) -> DemoDesk {
        let usual = Self.length(DemoDesk(seed: seed, events: events))
        let slowness = max(1, Int(Self.past / max(usual, 1)))
        // The same events, so the same length: only the instants move.
        let length = Self.length(DemoDesk(seed: seed, events: events, slowness: slowness))
        let start = Timestamp(microseconds: now.microseconds - length)
        return DemoDesk(
            seed: seed, start: start, events: events, slowness: slowness,
            firstOrder: Self.firstOrder(at: start))
    }

    /// Microseconds from the start of a desk to its last event.
    private static func length(_ desk: DemoDesk) -> Int64 {
        var last = desk.start
        for event in desk { last = event.timestamp ?? last }
        return last.microseconds - desk.start.microseconds
    }

    /// A desk that begins now and makes about so many events a second.
    func live(seed: UInt64, events: Int, rate: Double) -> DemoDesk {
        DemoDesk(
            seed: seed, start: now, events: events,
            slowness: Int(max(1, Self.usualRate / rate)), firstOrder: Self.firstOrder(at: now))
    }

    /// A number that no desk from before has reached: none makes twenty orders a second.
    private static func firstOrder(at start: Timestamp) -> Int {
        let seconds = (start.microseconds - Self.epoch) / 1_000_000
        return Int(max(0, seconds)) * 20 + 1
    }

    /// 2026-01-01, in microseconds since 1970.
    private static let epoch: Int64 = 1_767_225_600_000_000

    /// Messages of the days before now.
    func pastChat(seed: UInt64) -> some Sequence<Event> {
        let length = Int64(Self.messages * Self.secondsOfPast) * 1_000_000
        let start = Timestamp(microseconds: now.microseconds - length)
        let now = now
        return DemoChat(
            seed: seed, start: start, messages: Self.messages, seconds: Self.secondsOfPast
        ).lazy.filter { ($0.timestamp ?? now) <= now }
    }

    /// Messages that come from now on.
    func liveChat(seed: UInt64) -> DemoChat {
        DemoChat(seed: seed &+ 1, start: now, seconds: Self.secondsOfLive)
    }

    /// Waits until an instant; false when it was interrupted before.
    static func wait(until instant: Timestamp) -> Bool {
        let clock = SystemClock()
        while !Interruption.isRequested {
            let rest = instant.microseconds - clock.now().microseconds
            guard rest > 0 else { return true }
            sleepFor(nanoseconds: UInt64(min(rest, 200_000)) * 1_000)
        }
        return false
    }
}
