// SPDX-License-Identifier: Apache-2.0

package import Records

/// When the closed days of a book would be pruned, if nothing more were recorded and nothing changed.
///
/// `PruneDecision` says what goes now; this looks ahead by the same rules. A size that is exceeded
/// prunes now; which days a growing book will lose to it nobody knows yet.
package struct PruneForecast: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let day: KeptDay
        /// The first moment at which it may go; never earlier than the day before it.
        package let when: Timestamp
    }

    /// Oldest first.
    package private(set) var entries: [Entry] = []
    /// What keeps the day after the last entry, although its period will be over; nil when no period
    /// ends there.
    package private(set) var blocker: PruneDecision.Blocker?

    /// O(days).
    package init(
        _ policy: DayPolicy, _ days: [KeptDay], pins: Pins = Pins(), book: String = "",
        now: Timestamp
    ) {
        let due = PruneDecision(policy, days, pins: pins, book: book, now: now)
        entries = due.days.map { Entry(day: $0.day, when: now) }
        var earliest = now
        for day in days.dropFirst(due.days.count) {
            guard let newest = day.newest, let end = policy.keep.end(of: newest) else {
                if entries.count == due.days.count { blocker = due.blocker }
                return
            }
            if let reason = pins.keeper(of: day, in: book) {
                blocker = .init(record: day.end - 1, date: day.date, reason: reason)
                return
            }
            var when = max(earliest, end)
            if let floor = policy.keepAtLeast {
                guard let until = floor.end(of: newest) else {
                    blocker = .init(
                        record: day.end - 1, date: day.date,
                        reason: .keptAtLeast(floor, until: .max))
                    return
                }
                when = max(when, until)
            }
            entries.append(Entry(day: day, when: when))
            earliest = when
        }
    }
}
