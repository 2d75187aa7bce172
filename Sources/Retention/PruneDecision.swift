// SPDX-License-Identifier: Apache-2.0

package import Records

/// A closed day's file, as far as retention has to know it.
package struct KeptDay: Sendable, Hashable {
    package var file: String
    /// Trading date, `yyyy-mm-dd`.
    package var date: String
    /// Index of its first record.
    package var first: UInt64
    package var records: UInt64
    /// Bytes on disk, plain lines that are still there included.
    package var bytes: Int
    /// Recording time of its newest record; nil when it is not known.
    package var newest: Timestamp?
    /// Only what is sealed can be pruned.
    package var isSealed: Bool

    package init(
        file: String, date: String, first: UInt64, records: UInt64, bytes: Int,
        newest: Timestamp?, isSealed: Bool
    ) {
        self.file = file
        self.date = date
        self.first = first
        self.records = records
        self.bytes = bytes
        self.newest = newest
        self.isSealed = isSealed
    }

    package var end: UInt64 { first + records }
}

/// What a policy would prune of a book at one moment: always its oldest days, never a gap.
package struct PruneDecision: Sendable, Equatable {
    /// The days to prune, oldest first, each with the part of the policy that says so.
    package var days: [Due] = []
    /// Why the policy cannot go on to the day after them, although it wants to.
    package var blocker: Blocker?
    /// When time alone makes the next day due; nil when it never does.
    package var next: Timestamp?

    package struct Due: Sendable, Equatable {
        package var day: KeptDay
        package var rule: Rule
    }

    package enum Rule: Sendable, Equatable {
        case keep(KeepPeriod)
        case maxBytes(Int)
    }

    /// The record that stands in the way.
    package struct Blocker: Sendable, Equatable {
        /// Its index.
        package var record: UInt64
        package var date: String
        package var reason: Reason

        package enum Reason: Sendable, Equatable {
            /// A floor protects it until then.
            case keptAtLeast(KeepPeriod, until: Timestamp)
            /// Its day is not sealed yet.
            case notSealed
            /// When it was recorded is not known: its day was closed by an older version.
            case ageUnknown
            /// It was recorded later than the clock says it is now.
            case inTheFuture(Timestamp)
            /// This hold covers its day, or may.
            case held(String)
            /// Policies, holds or requests in force rest on this record.
            case needed(UInt64)
        }
    }

    /// Decides over the closed days of a book, oldest first. O(days).
    ///
    /// - Parameters:
    ///   - pins: what must stay whatever the policy says.
    ///   - book: the name of the book.
    package init(
        _ policy: DayPolicy, _ days: [KeptDay], pins: Pins = Pins(), book: String = "",
        now: Timestamp
    ) {
        var bytes = days.reduce(0) { $0 + $1.bytes }
        for day in days {
            let end = day.newest.flatMap { policy.keep.end(of: $0) }
            let rule: Rule
            if policy.keep != .forever, day.newest == nil || end.map({ $0 <= now }) == true {
                rule = .keep(policy.keep)
            } else if let maxBytes = policy.maxBytes, bytes > maxBytes {
                rule = .maxBytes(maxBytes)
            } else {
                next = end
                return
            }
            if let reason = pins.keeper(of: day, in: book) ?? Self.obstacle(day, policy, now) {
                blocker = Blocker(record: day.end - 1, date: day.date, reason: reason)
                if case .keptAtLeast(_, let until) = reason { next = until }
                return
            }
            self.days.append(Due(day: day, rule: rule))
            bytes -= day.bytes
        }
    }

    private static func obstacle(_ day: KeptDay, _ policy: DayPolicy, _ now: Timestamp)
        -> Blocker.Reason?
    {
        guard let newest = day.newest else { return day.isSealed ? .ageUnknown : .notSealed }
        // With the clock behind the records nothing is known about their age.
        if newest > now { return .inTheFuture(newest) }
        if let floor = policy.keepAtLeast {
            guard let until = floor.end(of: newest) else {
                return .keptAtLeast(floor, until: .max)
            }
            if until > now { return .keptAtLeast(floor, until: until) }
        }
        return day.isSealed ? nil : .notSealed
    }

    /// The index up to which records go; nil when none do.
    package var end: UInt64? { days.last?.day.end }
    package var records: UInt64 { days.reduce(0) { $0 + $1.day.records } }
    package var bytes: Int { days.reduce(0) { $0 + $1.day.bytes } }

    /// The parts of the policy at work, for the record of the prune: `keep 30d, max_size 1000`.
    package var ruleText: String {
        var texts: [String] = []
        for due in days where !texts.contains(due.rule.description) {
            texts.append(due.rule.description)
        }
        return texts.joined(separator: ", ")
    }
}

extension PruneDecision.Rule: CustomStringConvertible {
    package var description: String {
        switch self {
        case .keep(let period): "keep \(period)"
        case .maxBytes(let bytes): "max_size \(bytes)"
        }
    }
}

extension PruneDecision.Blocker: CustomStringConvertible {
    /// Which record, why and what to do.
    package var description: String {
        switch reason {
        case .keptAtLeast(let period, let until):
            until == .max
                ? "record \(record) of \(date) is kept for ever (keep_at_least \(period))"
                : "record \(record) of \(date) is kept until \(until) (keep_at_least \(period))"
        case .notSealed:
            "record \(record) of \(date) is in a file that is not sealed yet; `daybook seal` seals "
                + "it"
        case .ageUnknown:
            "record \(record) of \(date) has no known age: an older version closed its day"
        case .held(let hold):
            "record \(record) of \(date) is kept by hold \(hold); `daybook hold list` says more"
        case .needed(let first):
            "record \(first) says what binds now: a policy, a hold or a request; `daybook retention "
                + "apply` says it again, and then \(date) can go"
        case .inTheFuture(let instant):
            "record \(record) of \(date) was recorded at \(instant), which is still to come: the "
                + "clock is wrong now, or was then"
        }
    }
}
