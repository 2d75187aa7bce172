// SPDX-License-Identifier: Apache-2.0

package import Book
import Daybook
import Masking
package import Records
import Vault

extension Ground {
    /// Keeps one of Daybook's own records in the book `audit`, synced: all of them are written here.
    ///
    /// - Parameter names: the members that could identify somebody (who did it, what was looked for,
    ///   paths, reasons): they are sealed under the house's own key. Counts, dates, indexes and the
    ///   names of rules stay in the line.
    /// - Returns: its index.
    @discardableResult
    package func keepHouse(_ kind: EventKind, _ members: JSONObject, sealing names: [String]) throws
        -> UInt64
    {
        let audit = try open("audit")
        defer { try? audit.close() }
        var session = MaskingSession(masker)
        var records = MaskedRecords()
        session.append(
            object: Self.record(kind, members), from: .daybook,
            sealing: names.isEmpty ? .none : .house(names), to: &records)
        return try audit.append(records, .synced)
    }

    private static func record(_ kind: EventKind, _ members: JSONObject) -> JSONObject {
        var object: JSONObject = [
            "event": .string(kind.rawValue), "event_type": .string(kind.rawValue),
            "level": .string(kind.level.name),
        ]
        for member in members { object[member.key] = member.value }
        return object
    }

    /// What opens the envelopes of Daybook's own records, and of any other that is asked for; nil
    /// while there is no vault, since nothing is sealed then.
    package var houseOpener: (any EnvelopeOpening)? { door.hasVault ? door : nil }

    /// What opens the sealed records of a book for a reader; nil when the book has none, or when this
    /// reader has no keys, which is said once.
    ///
    /// - Parameter evenDetails: also of a book whose own records alone have sealed details, or had.
    package func opener(for book: String, evenDetails: Bool = false) throws
        -> (any EnvelopeOpening)?
    {
        guard door.hasVault else { return nil }
        guard try evenDetails || !settings.choice(for: book).settings.seal.isNone else {
            return nil
        }
        do throws(VaultError) {
            _ = try door.vault(create: false)
            return door
        } catch {
            guard error.code == .keys else { throw error.asBookError }
            voice.complain("what is sealed in \(book) stays closed. \(error.message)")
            return nil
        }
    }
}
