// SPDX-License-Identifier: Apache-2.0

import Records

/// An instant as a program printed it.
///
/// The record carries the printed text; where it names no zone, the offset that was taken for it is
/// added: `2026-11-21 02:43:42,707` becomes `2026-11-21 02:43:42,707+01:00`. Masking turns it into
/// the canonical instant and keeps this text beside it, as it does for every record, so that what
/// the program said and what was assumed can both be read.
struct EventTime {
    /// The printed text, with an offset.
    let text: String
    /// The printed text, without.
    let printed: String
    /// The place after it.
    let end: Int

    /// Reads `2026-11-21 02:43:42,707`, with `T` or a space, a fraction or none, a zone or none, at
    /// `start`. Without a zone it is local time.
    static func read(_ cursor: Cursor, at start: Int, _ zone: Intake.Zone) -> EventTime? {
        guard let (end, hasZone) = extent(cursor, start) else { return nil }
        return read(cursor, start..<end, hasZone: hasZone, zone)
    }

    /// Reads an instant that fills all of `text`.
    static func read(_ text: String, _ zone: Intake.Zone) -> EventTime? {
        let cursor = Cursor(Array(text.utf8))
        guard let time = read(cursor, at: 0, zone), time.end == cursor.end else { return nil }
        return time
    }

    private static func read(
        _ cursor: Cursor, _ range: Range<Int>, hasZone: Bool, _ zone: Intake.Zone
    ) -> EventTime? {
        let parsed = cursor.bytes.withUnsafeBufferPointer { bytes in
            Timestamp.parse(UnsafeBufferPointer(rebasing: bytes[range]))
        }
        guard let local = parsed?.0.microseconds else { return nil }
        let printed = cursor.text(range)
        let end = range.upperBound
        if hasZone { return EventTime(text: printed, printed: printed, end: end) }
        let (offset, overflow) = local.subtractingReportingOverflow(zone(local))
        let minutes = offset / 60_000_000
        guard !overflow, offset % 60_000_000 == 0, abs(minutes) < 24 * 60 else {
            // No zone has such an offset: the provider does not know. Say the instant it gave.
            let utc = Timestamp(microseconds: zone(local)).description
            return EventTime(text: utc, printed: printed, end: end)
        }
        return EventTime(text: printed + suffix(minutes), printed: printed, end: end)
    }

    /// `+01:00`
    private static func suffix(_ minutes: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let size = abs(minutes)
        return (minutes < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60)
    }

    /// Where the instant at `start` ends, and whether it names its zone.
    private static func extent(_ cursor: Cursor, _ start: Int) -> (Int, hasZone: Bool)? {
        var reader = cursor.at(start..<cursor.end)
        let pattern: StaticString = "0000-00-00 00:00:00"
        for offset in 0..<pattern.utf8CodeUnitCount {
            guard let byte = reader.peek(offset) else { return nil }
            let wanted = pattern.utf8Start[offset]
            switch wanted {
            case 0x30: guard byte.isDigit else { return nil }
            case .space: guard byte == .space || byte | 0x20 == 0x74 else { return nil }
            default: guard byte == wanted else { return nil }
            }
        }
        reader.advance(pattern.utf8CodeUnitCount)
        if let mark = reader.peek(), mark == .point || mark == .comma,
            reader.peek(1)?.isDigit == true
        {
            reader.advance()
            guard reader.take(while: \.isDigit).count <= 18 else { return nil }
        }
        if let z = reader.peek(), z | 0x20 == 0x7A, reader.peek(1)?.isNameByte != true {
            return (reader.position + 1, true)
        }
        if let end = zoneEnd(reader) { return (end, true) }
        // `[2026-11-21 02:43:42 +0000]`, as gunicorn prints it.
        var blank = reader
        if blank.skip(.space), let end = zoneEnd(blank),
            cursor.at(end..<cursor.end).peek() == .closeBracket
        {
            return (end, true)
        }
        return (reader.position, false)
    }

    /// The end of `+01:00` or `+0100`.
    private static func zoneEnd(_ cursor: Cursor) -> Int? {
        guard let sign = cursor.peek(), sign == 0x2B || sign == .hyphen else { return nil }
        func areDigits(_ first: Int, _ second: Int) -> Bool {
            cursor.peek(first)?.isDigit == true && cursor.peek(second)?.isDigit == true
        }
        guard areDigits(1, 2) else { return nil }
        if cursor.peek(3) == .colon, areDigits(4, 5) { return cursor.position + 6 }
        return areDigits(3, 4) ? cursor.position + 5 : nil
    }
}

extension JSONObject {
    /// Puts the instant last. A field of that name that the program printed itself stays under
    /// another one.
    mutating func append(_ time: EventTime?) {
        guard let time else { return }
        if let own = remove("timestamp") { add("timestamp", own, taken: true) }
        append("timestamp", .string(time.text))
    }

    /// Adds a field that a program printed; when its name is taken, as `field_<name>`. Nothing that
    /// was printed goes.
    mutating func add(_ name: String, _ value: JSONValue, taken: Bool = false) {
        var name = taken ? "field_" + name : name
        // Daybook's own name for the printed instant, which no program can claim.
        if name == "timestamp_text" { name = "field_" + name }
        while contains(name) { name = "field_" + name }
        append(name, value)
    }
}
