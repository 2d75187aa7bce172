// SPDX-License-Identifier: Apache-2.0

package import Book
internal import Masking
internal import Query
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
    private static let batch = 4_096

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

    /// Looks through a book. Opens every envelope in it that is somebody else's: whoever calls has
    /// recorded that.
    ///
    /// - Complexity: O(bytes of plaintext). Memory grows with what is found.
    package func hits(
        in snapshot: BookSnapshot, progress: (UInt64) -> Void = { _ in }
    ) throws -> [Hit] {
        var lines = SealedPlaces()
        let plan = try QueryPlan(try Query(parsing: "sealed:*"))
        let source = QueryRun.Source(name: snapshot.place.name, snapshot: snapshot, maySpill: false)
        _ = try QueryRun(plan, over: [source]).run(into: &lines)
        let session = try vault.openerOfRestricted.session()
        var hits: [Hit] = []
        var next = 0
        while next < lines.commitments.count {
            let range = next..<min(next + Self.batch, lines.commitments.count)
            next = range.upperBound
            let facts = try vault.facts(of: Array(lines.commitments[range]))
            let others = zip(range, facts).filter {
                $1.isPresent && $1.erasedBy == nil && $1.person != nil && $1.person != person
                    && $1.person != .house
            }.map(\.0)
            try session.open(others.map { lines.commitments[$0] }) { place, state, plaintext in
                guard state == .open || state == .redacted, let text = redacted(plaintext) else {
                    return
                }
                hits.append(
                    Hit(
                        index: lines.indexes[others[place]],
                        derivative: .init(
                            original: lines.commitments[others[place]], plaintext: text)))
            }
            progress(UInt64(next))
        }
        return hits
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
        guard !redactor.isAbsent(from: plaintext),
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

/// Where the lines with envelopes stand, and what they commit to.
struct SealedPlaces: QueryOutput {
    var commitments: [Commitment] = []
    var indexes: [UInt64] = []

    mutating func begin(_ shape: ResultShape, hits: UInt64?) throws(QueryError) {}

    mutating func take(_ record: FoundRecord) throws(QueryError) -> Bool {
        if let seal = OpenedLine.seal(of: record.line) {
            commitments.append(seal.commitment)
            indexes.append(record.index)
        }
        return true
    }

    mutating func take(_ row: [RecordValue?]) throws(QueryError) -> Bool { true }
}
