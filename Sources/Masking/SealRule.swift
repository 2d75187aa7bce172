// SPDX-License-Identifier: Apache-2.0

internal import Records

/// Which members of a record are personal, and under whose key they are sealed.
///
/// Cheap to copy and to pass; made once for a book, then with another account where a record says
/// whose it is.
package struct SealRule: Sendable, Hashable {
    /// Which top-level members go into the envelope.
    package enum Members: Sendable, Hashable {
        /// None: lines are written as they are.
        case none
        /// All but the structure: `event`, `event_type`, `level`, `source`, `timestamp`,
        /// `recorded`, `daybook_notes`. A kind that is not in the vocabulary, and a level that is
        /// none of ours, are somebody's words and are sealed too.
        case all
        /// These alone.
        case named([String])
    }

    package var members: Members
    /// Whose key.
    package var account: Account
    /// Whether the record's own `platform` and `sender_id` (else `sender`, `deleted_by`,
    /// `operator`) say whose it is, where it has them.
    package var findsAccount = false

    package init(_ members: Members, under account: Account, findsAccount: Bool = false) {
        self.members = members
        self.account = account
        self.findsAccount = findsAccount
    }

    /// Nothing is personal.
    package static let none = SealRule(.none, under: .house)

    /// All of a message is personal, and it is `account`'s.
    package static func all(under account: Account) -> SealRule {
        SealRule(.all, under: account)
    }

    /// All is personal: the sender's where the record names one, else `account`'s.
    package static func all(elseUnder account: Account) -> SealRule {
        SealRule(.all, under: account, findsAccount: true)
    }

    /// Details of a record-keeping record that could identify somebody, under the house's key.
    package static func house(_ names: [String]) -> SealRule {
        SealRule(.named(names), under: .house)
    }

    /// The same rule for somebody else's record.
    package func under(_ account: Account) -> SealRule {
        var rule = self
        rule.account = account
        rule.findsAccount = false
        return rule
    }

    package var isNone: Bool { members == .none }

    /// Whether the member of this name and value goes into the envelope.
    ///
    /// - Parameters:
    ///   - name: the key as it stands in a canonical line.
    ///   - value: a string's content as it stands in the line; nil for anything else.
    func isPersonal(_ name: Text, _ value: UnsafeBufferPointer<UInt8>?) -> Bool {
        switch members {
        case .none: return false
        case .named(let names):
            return names.contains { $0.utf8.elementsEqual(name.buffer) }
        case .all:
            if name.isExactly("event") || name.isExactly("event_type") {
                return !(value.map(Self.isKnownKind) ?? false)
            }
            if name.isExactly("level") {
                return !(value.map { Level.isName($0) } ?? false)
            }
            return
                !(name.isExactly("source") || name.isExactly("timestamp")
                || name.isExactly("recorded") || name.isExactly("daybook_notes"))
        }
    }

    /// Whether a kind is one of the vocabulary, or one that masking itself gives.
    private static func isKnownKind(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = Text(name)
        return text.isExactly("claimed_event") || text.isExactly("record_piece")
            || text.isExactly("record_masked_whole") || text.isExactly("record_too_large")
            || text.isExactly("empty_record") || EventKind.isKnown(name: name)
    }
}

extension Level {
    /// Whether these bytes are the name of a level as a line has it.
    fileprivate static func isName(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        allCases.contains { Text(bytes).isExactly($0.literal) }
    }
}

extension Text {
    func isExactly(_ literal: StaticString) -> Bool {
        count == literal.utf8CodeUnitCount && hasExact(literal, at: 0)
    }
}
