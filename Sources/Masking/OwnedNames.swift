// SPDX-License-Identifier: Apache-2.0

import Records

/// What a name means at the top level of a record, besides what it says about secrets.
enum TopLevelRole: UInt8, Sendable {
    case none
    /// The record's own instant.
    case timestamp
    /// An instant under another program's name for it.
    case timeLike
    /// A name that Daybook gives: from outside it becomes `claimed_…`.
    case claimed
    /// The kind of the record.
    case event
}

/// The fields of a record that Daybook owns.
enum OwnedNames {
    static func role(of name: Text) -> TopLevelRole {
        if name.hasExact("timestamp", at: 0), name.count == 9 { return .timestamp }
        if isExactly(name, "event") || isExactly(name, "event_type") { return .event }
        if isExactly(name, "time") || isExactly(name, "ts") || isExactly(name, "@timestamp")
            || isExactly(name, "asctime") || isExactly(name, "datetime")
            || isExactly(name, "date_time")
        {
            return .timeLike
        }
        // `claimed_source` from outside gets one more `claimed_`: so no two names meet.
        var rest = name
        var claims = 0
        while rest.hasExact("claimed_", at: 0) {
            rest = rest.slice(8, rest.count)
            claims += 1
        }
        let owned =
            isExactly(rest, "recorded") || isExactly(rest, "source")
            || isExactly(rest, "timestamp_text") || isExactly(rest, "daybook_notes")
            || isExactly(rest, "sealed")
            || claims > 0 && (isExactly(rest, "event") || isExactly(rest, "event_type"))
        return owned ? .claimed : .none
    }

    private static func isExactly(_ name: Text, _ literal: StaticString) -> Bool {
        name.count == literal.utf8CodeUnitCount && name.hasExact(literal, at: 0)
    }

    /// Whether only Daybook may write a record of this kind: record keeping, and the pieces of
    /// a split record.
    static func isReservedKind(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        isExactly(Text(name), "record_piece") || EventKind.isRecordKeeping(name: name)
    }
}
