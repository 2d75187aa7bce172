// SPDX-License-Identifier: Apache-2.0

package import Records
import Segments

/// What a field's values are compared as. It depends on the name alone, so that a query means the
/// same over lines and over columns.
package enum FieldKind: Sendable, Equatable {
    /// Exact numbers: JSON numbers, and strings that are decimal numbers.
    case decimal
    /// Whole numbers; compared as `decimal` is.
    case integer
    /// Instants.
    case instant
    /// Names and ids: compared byte by byte, so that order 7 is not order 07.
    case text
    /// A field that the vocabulary does not know: numbers where both sides are numbers as JSON
    /// writes them, text otherwise.
    case open

    /// The kind of a field of this name.
    package init(of name: String) {
        self =
            switch SegmentVocabulary.type(of: name) {
            case .decimal: .decimal
            case .instant: .instant
            case .integer: .integer
            case .text: Self.texts.contains(name) || name.hasSuffix("_id") ? .text : .open
            }
    }

    /// Whether bare words look at fields of this kind: numbers and instants are no text.
    package var isSearchedForWords: Bool { self == .text || self == .open }

    /// The number that a value's text is, in a field of this kind.
    package func number(_ text: UnsafeBufferPointer<UInt8>) -> Decimal? {
        switch self {
        case .decimal, .integer: Decimal(parsing: text)
        case .open: Self.isJSONNumber(text) ? Decimal(parsing: text) : nil
        case .instant, .text: nil
        }
    }

    /// Whether a text is a number as JSON writes them: no leading zeros, no `+`, no bare point.
    /// `0700` is the code of a share, not a number.
    static func isJSONNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        func digits() -> Int {
            let start = position
            while position < text.count, text[position] &- 0x30 < 10 { position += 1 }
            return position - start
        }
        if position < text.count, text[position] == UInt8(ascii: "-") { position += 1 }
        let whole = position
        let count = digits()
        guard count > 0, count == 1 || text[whole] != UInt8(ascii: "0") else { return false }
        if position < text.count, text[position] == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { return false }
        }
        if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < text.count,
                text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            guard digits() > 0 else { return false }
        }
        return position == text.count
    }
}

extension FieldKind {
    /// Fields of the record vocabulary that hold names, besides all that end in `_id`.
    fileprivate static let texts: Set<String> = [
        "account", "asset", "broker", "command", "component", "conversation", "counterparty",
        "currency", "digest", "event", "event_type", "feed", "file", "file_name", "from_account",
        "level", "message", "mode", "model", "operator", "order_type", "origin", "path", "person",
        "platform", "policy", "program", "reason", "recipient", "rejection_code",
        "rejection_reason", "route", "rule", "sender", "session", "side", "source", "strategy",
        "stream", "symbol", "text", "time_in_force", "to_account", "venue",
    ]
}
