// SPDX-License-Identifier: Apache-2.0

import Records

/// An instant as a program printed it.
struct EventTime {
    let timestamp: Timestamp
    /// The printed text, which may say more than six digits or no zone.
    let text: String
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
        guard var timestamp = parsed?.0 else { return nil }
        if !hasZone {
            let utc = zone(timestamp.microseconds)
            timestamp = Timestamp(microseconds: utc)
        }
        return EventTime(timestamp: timestamp, text: cursor.text(range), end: range.upperBound)
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
        return zoneEnd(reader).map { ($0, true) } ?? (reader.position, false)
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
    /// Puts the instant last, with the text it was printed as right after it.
    mutating func append(_ time: EventTime?) {
        guard let time else { return }
        let canonical = time.timestamp.description
        append("timestamp", .string(canonical))
        if time.text != canonical { append("timestamp_text", .string(time.text)) }
    }
}
