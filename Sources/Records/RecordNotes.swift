// SPDX-License-Identifier: Apache-2.0

/// What was changed on the way from a source's text to the canonical line.
///
/// The names go into the line as the array `daybook_notes`, in the order of the bits, so that a
/// reader sees that the line is not exactly what the program wrote.
package struct RecordNotes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An object had a key twice; the later member stayed.
    package static let duplicateKey = RecordNotes(rawValue: 1 << 0)
    /// `NaN`, `Infinity` or `-Infinity` became a string.
    package static let nonFinite = RecordNotes(rawValue: 1 << 1)
    /// An escaped half of a surrogate pair became U+FFFD.
    package static let loneSurrogate = RecordNotes(rawValue: 1 << 2)
    /// Bytes that are not UTF-8 became U+FFFD.
    package static let invalidUTF8 = RecordNotes(rawValue: 1 << 3)
    /// A byte order mark before the text was dropped.
    package static let byteOrderMark = RecordNotes(rawValue: 1 << 4)

    /// Every note with its name in a line.
    package static let named: [(note: RecordNotes, name: StaticString)] = [
        (.duplicateKey, "duplicate_key"),
        (.nonFinite, "non_finite"),
        (.loneSurrogate, "lone_surrogate"),
        (.invalidUTF8, "invalid_utf8"),
        (.byteOrderMark, "byte_order_mark"),
    ]

    /// The names of the notes that are set.
    package var names: [String] {
        Self.named.filter { contains($0.note) }.map { "\($0.name)" }
    }

    /// Writes the notes as a JSON array of their names.
    package func writeArray(into buffer: inout ByteBuffer) {
        buffer.append(UInt8(ascii: "["))
        var first = true
        for (note, name) in Self.named where contains(note) {
            if !first { buffer.append(UInt8(ascii: ",")) }
            first = false
            buffer.append(UInt8(ascii: "\""))
            buffer.append(name)
            buffer.append(UInt8(ascii: "\""))
        }
        buffer.append(UInt8(ascii: "]"))
    }
}
