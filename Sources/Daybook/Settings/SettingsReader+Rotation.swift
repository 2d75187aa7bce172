// SPDX-License-Identifier: Apache-2.0

internal import Book

extension SettingsReader {
    /// The `rotate` mapping of a book.
    mutating func rotation(_ place: Place, _ settings: inout BookSettings) {
        let members = members(of: place, known: ["daily", "zone", "roll_at", "max_size"])
        let isDaily = members["daily"].map { flag($0) ?? true } ?? true
        let zone = members["zone"].flatMap { self.zone($0) } ?? "UTC"
        let roll = members["roll_at"].flatMap { self.minutes($0) } ?? 0
        if let member = members["max_size"], let bytes = size(member) {
            settings.rotateBytes = bytes
        }
        if !isDaily, members["max_size"] == nil, let member = members["daily"] {
            note(member, "without a daily rotation the file needs a `max_size`, such as 1GB")
        }
        if !isDaily, let member = members["roll_at"] {
            note(member, "there is nothing to roll without a daily rotation; drop one of them")
        }
        guard let calendar = ZoneCalendar(zone: zone, rollMinutes: roll, isDaily: isDaily) else {
            return
        }
        settings.calendar = calendar.isPlainUTC ? UTCCalendar() : calendar
    }

    private mutating func zone(_ place: Place) -> String? {
        let expected = "a time zone of the IANA list, such as Europe/Berlin"
        guard let name = text(place, expected: expected) else { return nil }
        guard ZoneCalendar.isZone(name) else {
            let hint = Spelling.nearest(name, among: ZoneCalendar.zones())
            note(place, "expected \(expected)" + (hint.map { "; did you mean \"\($0)\"?" } ?? ""))
            return nil
        }
        return name
    }

    /// Minutes after midnight of "17:00".
    private mutating func minutes(_ place: Place) -> Int? {
        let expected = "a time of day in quotes, from \"00:00\" to \"23:59\""
        guard let text = text(place, expected: expected) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = Self.number(parts[0]), let rest = Self.number(parts[1]),
            hours < 24, rest < 60
        else {
            note(place, "expected \(expected)")
            return nil
        }
        return hours * 60 + rest
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...2).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
        else { return nil }
        return Int(text)
    }

    mutating func size(_ place: Place) -> Int? {
        let expected = "a size, such as 500MB or 1GiB"
        guard let text = text(place, expected: expected) else { return nil }
        guard let bytes = ByteSize.parse(text) else {
            note(place, "expected \(expected)")
            return nil
        }
        guard bytes >= DaybookLimits.rotateBytesMin else {
            note(place, "expected at least \(DaybookLimits.rotateBytesMin) bytes")
            return nil
        }
        return bytes
    }
}

/// Sizes as people write them.
package enum ByteSize {
    /// Bytes of "1GB" (10^9), "1GiB" (2^30), "500 MB", "1.5GB", "1048576"; nil when it is none.
    package static func parse(_ text: String) -> Int? {
        let trimmed = text.filter { $0 != " " && $0 != "_" }
        let number = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = trimmed.dropFirst(number.count).lowercased()
        guard let factor = factors[unit] else { return nil }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int(parts[0]) else { return nil }
        let (bytes, isTooLarge) = whole.multipliedReportingOverflow(by: factor)
        guard !isTooLarge else { return nil }
        guard parts.count == 2 else { return bytes }
        // Tenths to millionths, in whole bytes.
        guard (1...6).contains(parts[1].count), let digits = Int(parts[1]) else { return nil }
        var scale = 1
        for _ in parts[1] { scale *= 10 }
        let (product, overflow) = digits.multipliedReportingOverflow(by: factor)
        let (sum, sumOverflow) = bytes.addingReportingOverflow(product / scale)
        return overflow || sumOverflow ? nil : sum
    }

    private static let factors: [String: Int] = [
        "": 1, "b": 1,
        "k": 1000, "kb": 1000, "m": 1_000_000, "mb": 1_000_000,
        "g": 1_000_000_000, "gb": 1_000_000_000, "t": 1_000_000_000_000, "tb": 1_000_000_000_000,
        "ki": 1 << 10, "kib": 1 << 10, "mi": 1 << 20, "mib": 1 << 20,
        "gi": 1 << 30, "gib": 1 << 30, "ti": 1 << 40, "tib": 1 << 40,
    ]
}
