// SPDX-License-Identifier: Apache-2.0

package import Records

/// One value of a result: what groups are made of and what is sorted and counted.
///
/// Equal numbers are equal however they are written; texts are equal byte by byte.
package enum Cell: Sendable, Hashable {
    /// The field is missing or null.
    case none
    case number(Decimal)
    case instant(Timestamp)
    case text([UInt8])

    package init(text: String) { self = .text(Array(text.utf8)) }

    /// Bytes of memory, about.
    package var memoryBytes: Int {
        if case .text(let bytes) = self { 48 + bytes.count } else { 32 }
    }
}

extension Cell: Comparable {
    /// Numbers, then instants, then texts byte by byte; what is missing comes last.
    package static func < (left: Cell, right: Cell) -> Bool {
        switch (left, right) {
        case (.number(let a), .number(let b)): a < b
        case (.instant(let a), .instant(let b)): a < b
        case (.text(let a), .text(let b)): a.lexicographicallyPrecedes(b)
        default: left.rank < right.rank
        }
    }

    private var rank: Int {
        switch self {
        case .number: 0
        case .instant: 1
        case .text: 2
        case .none: 3
        }
    }
}

/// A value as a record holds it.
package struct RecordValue: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case string, number, boolean, null
        /// An array or an object.
        case container
    }

    package let kind: Kind
    /// A string's text with its escapes decoded; of anything else its JSON.
    package let bytes: [UInt8]

    package init(_ kind: Kind, _ bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }

    /// What it is grouped and counted by: numbers and instants by value in fields of these kinds,
    /// everything else by its text.
    package func group(_ kind: FieldKind) -> Cell {
        guard self.kind != .null else { return .none }
        switch kind {
        case .decimal, .integer: return number(kind).map { .number($0.normalized) } ?? .text(bytes)
        case .instant: return instant.map { .instant($0) } ?? .text(bytes)
        case .text, .open: return .text(bytes)
        }
    }

    /// What it is sorted and calculated by: numbers by value in fields of unknown kind too.
    package func sortable(_ kind: FieldKind) -> Cell {
        if kind == .open, let number = number(.open) { return .number(number) }
        return group(kind)
    }

    func number(_ kind: FieldKind) -> Decimal? {
        guard self.kind == .string || self.kind == .number else { return nil }
        return bytes.withUnsafeBufferPointer { kind.number($0) }
    }

    private var instant: Timestamp? {
        guard kind == .string else { return nil }
        return bytes.withUnsafeBufferPointer { Timestamp.parse($0)?.timestamp }
    }
}
