// SPDX-License-Identifier: Apache-2.0

package import Records

/// Which records a query is about. Equal filters say the same in the same words.
package indirect enum Filter: Sendable, Equatable {
    case all
    case and([Filter])
    case or([Filter])
    case not(Filter)
    case field(FieldTest)
    /// Some text of the record has this word, phrase or pattern of a word.
    case word(TextPattern)
}

/// A test of one field's values: true when one of them passes.
package struct FieldTest: Sendable, Equatable {
    package let path: FieldPath
    package let test: Test

    package enum Test: Sendable, Equatable {
        /// There, and not null.
        case exists
        case equals(Literal)
        /// Equals one of these; at least two.
        case oneOf([Literal])
        /// The text has these words in this order.
        case phrase(TextPattern)
        /// The whole text has this form.
        case pattern(TextPattern)
        case compare(Comparison, Literal)
    }

    package init(_ path: FieldPath, _ test: Test) {
        self.path = path
        self.test = test
    }
}

package enum Comparison: String, Sendable, Equatable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// A value in a query, and what it can be compared as.
package struct Literal: Sendable, Equatable {
    /// The value as text, escapes decoded.
    package let text: String
    package let isQuoted: Bool
    /// The bytes of `text`.
    package let bytes: [UInt8]
    /// The number it is, for fields that may hold numbers.
    package let number: Decimal?
    /// The instants it names, first and one past the last microsecond, for fields of instants: a
    /// date is a whole day, a minute all of its microseconds.
    package let instants: Range<Int64>?

    package init(
        _ text: String, isQuoted: Bool = false, for kind: FieldKind, zone: QueryZone = .utc
    ) {
        self.text = text
        self.isQuoted = isQuoted
        bytes = Array(text.utf8)
        number = bytes.withUnsafeBufferPointer { kind.number($0) }
        instants = kind == .instant ? InstantText.interval(text, zone: zone) : nil
    }
}
