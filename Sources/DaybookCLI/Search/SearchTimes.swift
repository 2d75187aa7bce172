// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Query
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which time a search is about.
struct SearchTimes: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "From so long ago on: 30m, 1h, 7d; or from an instant or date on.",
            valueName: "time"))
    var since: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Up to so long ago; or up to an instant, or through a date.", valueName: "time"))
    var until: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "From an instant or date on: 2026-11-20, 2026-11-20T14:25.", valueName: "time"))
    var from: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Through an instant or date: --to 2026-11-20 has all of that day.", valueName: "time"))
    var to: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The zone of dates and times without one, here and in the query. (default: UTC)",
            valueName: "zone"))
    var zone: String?

    func validate() throws {
        if since != nil, from != nil {
            throw ValidationError("--since and --from say the same thing; give one of them.")
        }
        if until != nil, to != nil {
            throw ValidationError("--until and --to say the same thing; give one of them.")
        }
    }

    /// Sets the zone of the process: call it before other threads start.
    func queryZone() throws -> QueryZone {
        guard let zone, zone != "UTC" else { return .utc }
        let local = try LocalZone(named: zone)
        return QueryZone(
            offset: { microseconds in
                var seconds = time_t(Self.floor(microseconds))
                var fields = tm()
                guard localtime_r(&seconds, &fields) != nil else { return 0 }
                return Int64(fields.tm_gmtoff) * 1_000_000
            }, instant: { local.utc(fromLocal: $0) })
    }

    private static func floor(_ microseconds: Int64) -> Int64 {
        let quotient = microseconds / 1_000_000
        return microseconds % 1_000_000 < 0 ? quotient - 1 : quotient
    }

    func range(_ zone: QueryZone, now: Timestamp = SystemClock().now()) throws -> TimeRange {
        let first =
            try since.map { try start($0, "--since", now, zone) }
            ?? from.map { try interval($0, "--from", zone).lowerBound }
        let end =
            try until.map { try self.end($0, "--until", now, zone) }
            ?? to.map { try interval($0, "--to", zone).upperBound }
        if let first, let end, first >= end {
            throw DeskFailure(.usage, "the time ends before it begins.")
        }
        return TimeRange(
            from: first.map { Timestamp(microseconds: $0) },
            to: end.map { Timestamp(microseconds: $0) })
    }

    private func start(
        _ text: String, _ option: String, _ now: Timestamp, _ zone: QueryZone
    ) throws -> Int64 {
        if let span = Span.microseconds(text) { return now.microseconds - min(span, 1 << 60) }
        return try interval(text, option, zone).lowerBound
    }

    private func end(
        _ text: String, _ option: String, _ now: Timestamp, _ zone: QueryZone
    ) throws -> Int64 {
        if let span = Span.microseconds(text) { return now.microseconds - min(span, 1 << 60) }
        return try interval(text, option, zone).upperBound
    }

    private func interval(_ text: String, _ option: String, _ zone: QueryZone) throws -> Range<
        Int64
    > {
        if let interval = InstantText.interval(text, zone: zone) { return interval }
        let spans = option == "--since" || option == "--until" ? "1h, 30m, 7d, " : ""
        throw DeskFailure(
            .usage,
            "\(option) '\(text)' is no time; expected \(spans)2026-11-20, 2026-11-20T14:25 or "
                + "2026-11-20T14:25:00Z.")
    }
}
