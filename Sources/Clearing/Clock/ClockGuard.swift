// SPDX-License-Identifier: Apache-2.0

package import Daybook
package import Records

/// What the machine says of its clock.
package struct ClockFacts: Sendable, Hashable {
    package var now: Timestamp
    /// Which start of the machine this is; nil where it does not tell.
    package var boot: String?
    /// Seconds since that start, time asleep included; no setting of the clock changes them.
    package var uptimeSeconds: Int64
    /// Whether something keeps the clock right; nil where the machine does not tell.
    package var isSynchronised: Bool?

    package init(now: Timestamp, boot: String?, uptimeSeconds: Int64, isSynchronised: Bool?) {
        self.now = now
        self.boot = boot
        self.uptimeSeconds = uptimeSeconds
        self.isSynchronised = isSynchronised
    }
}

/// What an earlier look at the clock was recorded as.
package struct ClockMark: Sendable, Hashable {
    package var facts: ClockFacts
    /// Whether somebody said that the clock is right.
    package var isConfirmation: Bool

    package init(facts: ClockFacts, isConfirmation: Bool) {
        self.facts = facts
        self.isConfirmation = isConfirmation
    }
}

/// Whether the clock may be believed when it says that something is due. Decides in values.
///
/// Nothing can tell a wrong clock from a right one for certain. So what is doubtful suspends
/// clearing, which harms nobody, until someone looks and says `daybook clock confirm`.
package struct ClockGuard: Sendable {
    package enum Verdict: Sendable, Hashable {
        case right(String)
        case doubtful(String)

        package var isRight: Bool { if case .right = self { true } else { false } }

        /// Why, for people and records.
        package var text: String {
            switch self {
            case .right(let text), .doubtful(let text): text
            }
        }
    }

    /// Seconds by which the clock may move against the uptime: more than a service that corrects
    /// it slowly does in months.
    package static let stepSeconds: Int64 = 120
    /// Days for which a machine may have been off without anybody vouching for its clock.
    package static let unvouchedDays: Int64 = 30
    /// Days after which not even a synchronised clock is believed: nobody leaves clearing alone for
    /// longer, and time servers can be forged.
    package static let vouchedDays: Int64 = 400

    private static let daySeconds: Int64 = 86_400

    package let choice: ClockChoice

    package init(_ choice: ClockChoice) { self.choice = choice }

    /// - Parameters:
    ///   - mark: the newest recorded look at which the clock was right, or was said to be.
    ///   - newest: when the newest record was recorded.
    package func verdict(_ facts: ClockFacts, mark: ClockMark?, newest: Timestamp?) -> Verdict {
        if let doubt = synchronisation(facts, mark) { return .doubtful(doubt) }
        if let mark {
            if let doubt = step(facts, since: mark) { return .doubtful(doubt) }
            // Someone who confirmed knew of records from a time that never was.
            if mark.isConfirmation { return .right("confirmed, and steady since") }
        }
        if let newest {
            if seconds(from: facts.now, to: newest) > Self.stepSeconds {
                return .doubtful(
                    "the newest record is of \(newest), and the clock says \(facts.now)")
            }
            if mark == nil, let doubt = gap(from: newest, to: facts) { return .doubtful(doubt) }
        }
        return .right(
            facts.isSynchronised == true ? "synchronised, and steady" : "steady since the last look"
        )
    }

    private func synchronisation(_ facts: ClockFacts, _ mark: ClockMark?) -> String? {
        switch choice {
        case .never: return nil
        case .always:
            return facts.isSynchronised == true ? nil : "the clock is not synchronised"
        case .automatic:
            // A machine that never was, such as a container, is judged by its steps alone.
            guard facts.isSynchronised == false, mark?.facts.isSynchronised == true,
                mark?.isConfirmation == false
            else { return nil }
            return "the clock is no longer synchronised"
        }
    }

    private func step(_ facts: ClockFacts, since mark: ClockMark) -> String? {
        let passed = seconds(from: mark.facts.now, to: facts.now)
        if let boot = facts.boot, boot == mark.facts.boot {
            let stepped = passed - (facts.uptimeSeconds - mark.facts.uptimeSeconds)
            guard abs(stepped) > Self.stepSeconds else { return nil }
            return "the clock was set \(Self.text(abs(stepped))) "
                + (stepped > 0 ? "forward" : "back") + " since \(mark.facts.now)"
        }
        if passed < -Self.stepSeconds {
            return "the clock says \(facts.now), and said \(mark.facts.now) before"
        }
        return gap(from: mark.facts.now, to: facts)
    }

    private func gap(from start: Timestamp, to facts: ClockFacts) -> String? {
        let days = seconds(from: start, to: facts.now) / Self.daySeconds
        let most = facts.isSynchronised == true ? Self.vouchedDays : Self.unvouchedDays
        guard days > most else { return nil }
        return "\(days) days seem to have passed since \(start), and nothing vouches for them"
    }

    private func seconds(from start: Timestamp, to end: Timestamp) -> Int64 {
        (end.microseconds - start.microseconds) / 1_000_000
    }

    private static func text(_ seconds: Int64) -> String {
        switch seconds {
        case ..<7200: "\(seconds / 60) minutes"
        case ..<(3 * daySeconds): "\(seconds / 3600) hours"
        default: "\(seconds / daySeconds) days"
        }
    }
}
