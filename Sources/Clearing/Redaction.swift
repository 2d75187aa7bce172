// SPDX-License-Identifier: Apache-2.0

package import Book
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

    /// Looks through a book. Opens every envelope in it that is somebody else's: whoever calls has
    /// recorded that.
    ///
    /// - Parameter progress: called with records looked at and all there are, from any thread.
    /// - Complexity: O(bytes of plaintext) over the threads. Only what may hold a name by its bytes is
    ///   parsed. Memory grows with what is found.
    package func hits(
        in snapshot: BookSnapshot, threads: Int = 1,
        progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) throws -> [Hit] {
        try StretchRun([(snapshot, nil)], threads: threads).run(progress: progress) {
            var envelopes: EnvelopeLook?
            return { stretch throws(ClearingError) in
                do throws(VaultError) {
                    let look: EnvelopeLook
                    if let envelopes { look = envelopes } else { look = try vault.look() }
                    envelopes = look
                    return try hits(in: stretch.range, of: snapshot, look)
                } catch {
                    throw ClearingError(.damaged, error.message)
                }
            }
        }.flatMap { $0 }
    }

    private func hits(
        in range: Range<UInt64>, of snapshot: BookSnapshot, _ envelopes: EnvelopeLook
    ) throws(VaultError) -> [Hit] {
        let places: SealedPlaces
        do throws(BookError) {
            places = try SealedPlaces(snapshot, in: range)
        } catch {
            throw VaultError(.damaged, error.message)
        }
        var hits: [Hit] = []
        try envelopes.look(
            places.commitments,
            wanted: { _, facts in
                facts.isPresent && facts.erasedBy == nil && facts.person != nil
                    && facts.person != person && facts.person != .house
            },
            worth: { !redactor.isAbsent(from: $0) },
            { place, state, plaintext in
                guard state == .open || state == .redacted, let text = redacted(plaintext) else {
                    return
                }
                hits.append(
                    Hit(
                        index: places.indexes[place],
                        derivative: .init(
                            original: places.commitments[place], plaintext: text)))
            })
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
