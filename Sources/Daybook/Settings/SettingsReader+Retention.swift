// SPDX-License-Identifier: Apache-2.0

internal import Retention

extension SettingsReader {
    /// `keep`, `keep_at_least` and `max_size` of a book.
    mutating func policy(_ members: [String: Place]) -> DayPolicy {
        var policy = DayPolicy()
        if let member = members["keep"], let period = period(member) { policy.keep = period }
        if let member = members["keep_at_least"] { policy.keepAtLeast = period(member) }
        if let member = members["max_size"] { policy.maxBytes = size(member) }
        if let floor = policy.keepAtLeast, let member = members["keep_at_least"] {
            if policy.keepsEverything {
                note(
                    member,
                    "nothing is pruned without a `keep` or a `max_size`; drop it, or add one")
            } else if policy.keep.isShorter(than: floor) {
                note(member, "expected no more than `keep`, which is \(policy.keep)")
            }
        }
        return policy
    }

    /// Days or weeks that plain lines stay beside their segment; `0d` for not at all.
    mutating func plainKeep(_ place: Place) -> Duration? {
        let expected = "days or weeks, such as 7d or 2w; 0d for not at all"
        guard let text = text(place, expected: expected) else { return nil }
        if text == "0d" { return .zero }
        guard case .days(let days)? = KeepPeriod(text) else {
            note(place, "expected \(expected)")
            return nil
        }
        return .seconds(days * 86_400)
    }

    mutating func period(_ place: Place) -> KeepPeriod? {
        let expected = "a period such as 30d, 12w, 6mo or 7y, or forever"
        guard let text = text(place, expected: expected) else { return nil }
        guard let period = KeepPeriod(text) else {
            let isCount = !text.isEmpty && text.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
            // Who counted files until now means days.
            note(place, "expected \(expected)" + (isCount ? "; did you mean \(text)d?" : ""))
            return nil
        }
        return period
    }
}
