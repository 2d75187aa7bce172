// SPDX-License-Identifier: Apache-2.0

import Records

/// `key=value` pairs as structlog and logfmt print them. Values are Python reprs, strings in double
/// quotes, or bare words.
enum Pairs {
    /// Keys that a line of nothing but pairs begins with.
    private static let leaders: [StaticString] = [
        "timestamp=", "event=", "event_type=", "level=", "time=", "ts=", "logger=", "msg=",
    ]

    /// Whether the line may consist of pairs, by its first key.
    static func leads(_ probe: Probe) -> Bool { leaders.contains { probe.has($0) } }

    /// Reads pairs to the end of `cursor`; nil when anything else stands there.
    static func read(_ start: Cursor) -> [(String, JSONValue)]? {
        guard start.rest.count <= Limits.pairsBytesMax else { return nil }
        var reader = start
        var pairs: [(String, JSONValue)] = []
        reader.skipSpaces()
        while !reader.isAtEnd {
            guard let key = takeKey(&reader) else { return nil }
            let name = reader.text(key)
            pairs.append((name, DecimalFields.adjust(name, takeValue(&reader))))
            reader.skipSpaces()
        }
        return pairs
    }

    /// The place of the first ` key=` at or after the cursor.
    static func start(in cursor: Cursor) -> Int? {
        var reader = cursor
        while let equals = reader.find(.equals) {
            var at = equals
            while at > cursor.position, cursor.bytes[at - 1].isKeyByte { at -= 1 }
            if at < equals, !cursor.bytes[at].isDigit,
                at == cursor.position || cursor.bytes[at - 1] == .space
            {
                return at
            }
            reader.move(to: equals + 1)
        }
        return nil
    }

    private static func takeKey(_ reader: inout Cursor) -> Range<Int>? {
        guard let key = reader.takeName(\.isKeyByte), reader.skip(.equals) else { return nil }
        return key
    }

    private static func takeValue(_ reader: inout Cursor) -> JSONValue {
        let start = reader.position
        if let first = reader.peek(), first == .space { return .string("") }
        var repr = PythonRepr(reader)
        if let value = repr.value(), ends(repr.cursor) {
            let end = repr.cursor.position
            reader.move(to: end)
            return typed(value, reader, start..<end)
        }
        // Not a repr: bare text up to the next ` key=`. Older structlog prints blanks bare.
        let end = Self.next(after: reader)
        reader.move(to: end)
        return .string(reader.text(reader.trimmed(start..<end)))
    }

    /// `true`, `false` and `null` of logfmt; all else as the repr says.
    private static func typed(
        _ value: JSONValue, _ reader: Cursor, _ range: Range<Int>
    ) -> JSONValue {
        if reader.equals(range, "true") { return .bool(true) }
        if reader.equals(range, "false") { return .bool(false) }
        if reader.equals(range, "null") { return .null }
        return value
    }

    /// Whether a value ends here: at the end, or before a blank and the next pair.
    private static func ends(_ cursor: Cursor) -> Bool {
        var reader = cursor
        if reader.isAtEnd { return true }
        guard reader.peek() == .space else { return false }
        reader.skipSpaces()
        return reader.isAtEnd || takeKey(&reader) != nil
    }

    private static func next(after cursor: Cursor) -> Int {
        var reader = cursor
        while let space = reader.find(.space) {
            reader.move(to: space)
            reader.skipSpaces()
            var key = reader
            if takeKey(&key) != nil { return space }
        }
        return cursor.end
    }
}

extension UInt8 {
    /// A byte of the key of a pair.
    var isKeyByte: Bool { isNameByte || self == .hyphen }
}
