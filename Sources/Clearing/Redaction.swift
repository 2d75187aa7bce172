// SPDX-License-Identifier: Apache-2.0

package import Book
internal import Masking
internal import Records
package import Vault

/// Finds a person in what others wrote, and makes the envelopes that take the place of those: the
/// same text with the name taken out, marked `"redacted":true`.
///
/// Names and accounts are looked for as whole words, capital letters aside, in every text of an
/// envelope but those that say whose it is. What somebody is called without a name is not found: no
/// program can promise that.
package struct Redaction {
    /// What stands in the place of a name.
    package static let mark = "[redacted]"

    /// A message that names the person.
    package struct Hit: Sendable {
        package let index: UInt64
        package let derivative: ShredOrder.Derivative
    }

    private let person: PersonID
    private let redactor: NameRedactor
    private let vault: Vault

    /// Members that say who wrote and where a message stands; not words of anybody.
    private static let kept: Set<String> = [
        "platform", "sender", "sender_id", "message_id", "reply_to", "conversation_id",
    ]

    /// - Parameters:
    ///   - person: whose own envelopes are left out: they go whole.
    ///   - names: names and accounts; those without a letter would be found in prices and are left
    ///     out.
    package init(of person: PersonID, called names: [String], _ vault: Vault) {
        self.person = person
        self.vault = vault
        redactor = NameRedactor(
            names.filter { $0.contains(where: \.isLetter) }, sparing: [], mark: Self.mark)
    }

    /// A text that names the person, with the name taken out, and the envelope that holds it.
    package struct Found: Sendable {
        let commitment: Commitment
        let text: [UInt8]
    }

    /// Looks through everybody else's envelopes, of all books: whoever calls has recorded that.
    ///
    /// - Parameter progress: called with envelopes looked at and all there are, from any thread.
    /// - Complexity: O(bytes of the vault) over the threads. Only what may hold a name by its bytes is
    ///   checked and parsed. Memory grows with what is found.
    package func found(
        threads: Int = 1,
        progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(ClearingError) -> [Found] {
        let vault = vault
        let rows = try ClearingError.damaged { () throws(VaultError) in try vault.envelopeRows() }
        let pieces = stride(
            from: rows.lowerBound, to: rows.upperBound, by: Limits.scannedRows
        ).map { $0..<min($0 + Int64(Limits.scannedRows), rows.upperBound) }
        let parts = try PieceRun(pieces, threads: threads) { UInt64($0.count) }.run(
            progress: progress
        ) {
            var scan: EnvelopeScan?
            return { (rows: Range<Int64>) throws(ClearingError) in
                try ClearingError.damaged { () throws(VaultError) in
                    let open: EnvelopeScan
                    if let scan { open = scan } else { open = try vault.scan() }
                    scan = open
                    return try texts(in: rows, open)
                }
            }
        }
        let all = parts.flatMap { $0 }
        let lines = try ClearingError.damaged { () throws(VaultError) in
            try vault.commitmentsInLines(of: all.map(\.commitment))
        }
        return zip(all, lines).map { Found(commitment: $1, text: $0.text) }
    }

    private func texts(in rows: Range<Int64>, _ scan: EnvelopeScan) throws(VaultError) -> [Found] {
        var found: [Found] = []
        try scan.look(
            rows: rows, wanted: { $0 != person && $0 != .house },
            worth: { !redactor.isAbsent(from: $0) }
        ) { commitment, plaintext in
            guard let text = redacted(plaintext) else { return }
            found.append(Found(commitment: commitment, text: text))
        }
        return found
    }

    /// Those of what was found that stand in a book.
    package static func hits(
        _ found: [Found], in snapshot: BookSnapshot
    ) throws(ClearingError) -> [Hit] {
        guard !found.isEmpty else { return [] }
        let texts = Dictionary(found.map { ($0.commitment, $0.text) }) { first, _ in first }
        let places: SealedPlaces
        do throws(BookError) {
            places = try SealedPlaces(
                snapshot, in: snapshot.firstKept..<snapshot.size,
                among: CommitmentSieve(Set(texts.keys)))
        } catch {
            throw ClearingError(.damaged, error.message)
        }
        return zip(places.indexes, places.commitments).compactMap { index, commitment in
            texts[commitment].map {
                Hit(index: index, derivative: .init(original: commitment, plaintext: $0))
            }
        }
    }

    /// Those of the hits in a book that no hold and no rule keeps as they are.
    package static func free(_ hits: [Hit], in book: String, by run: ClearRun) throws
        -> [ShredOrder.Derivative]
    {
        var selectors = Selectors()
        selectors.indexes = hits.map(\.index)
        let decided = try run.plan(selectors, for: .erasure(request: nil), in: [book])
        let free = Set(decided.erase)
        return hits.map(\.derivative).filter { free.contains($0.original) }
    }

    /// The plaintext without the person's names; nil when it has none of them.
    func redacted(_ plaintext: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard
            case .object(let object)? = try? JSONValue(
                parsing: String(decoding: plaintext, as: UTF8.self))
        else { return nil }
        var isChanged = false
        var members: [(String, JSONValue)] = []
        for member in object.members where member.key != "redacted" {
            let value =
                Self.kept.contains(member.key)
                ? member.value : replaced(member.value, &isChanged)
            members.append((member.key, value))
        }
        guard isChanged else { return nil }
        members.append(("redacted", .bool(true)))
        return Array(JSONValue.object(JSONObject(members)).description.utf8)
    }

    private func replaced(_ value: JSONValue, _ isChanged: inout Bool) -> JSONValue {
        switch value {
        case .string(let text):
            let without = redactor(text)
            if without != text { isChanged = true }
            return .string(without)
        case .array(let values):
            return .array(values.map { replaced($0, &isChanged) })
        case .object(let object):
            return .object(
                JSONObject(object.members.map { ($0.key, replaced($0.value, &isChanged)) }))
        default: return value
        }
    }
}
