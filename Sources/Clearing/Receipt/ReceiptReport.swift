// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import TransparencyLog
import Vault

/// What is known at the end of a clear, and the record that says it.
struct ReceiptReport {
    var pending: PendingClear
    /// Envelopes that the erasure took, sorted.
    var erased: [Commitment]
    var shredded: ShredOutcome
    /// What was chosen, in words; sealed.
    var selectors: String?
    /// When a person's request came in.
    var received: Timestamp?
    /// Of the envelopes erased, how many still open.
    var hits = 0
    /// Exports that were made before and cover some of what was erased.
    var exports: [ExportCopy] = []

    /// Members that could identify somebody.
    static let sealed = ["run_by", "selectors", "copy_places"]

    /// What a receipt says where the daemon knew both people. It cannot know who may become the user
    /// that it runs as.
    private static let separated =
        "approved by another person whom the daemon knew; as far as nobody else acts as the daemon's "
        + "user"

    /// Classes and exports that a record says one by one.
    private static let listed = 200

    func members(runBy user: String, at now: Timestamp) -> JSONObject {
        let records = pending.classes.reduce(0) {
            $0 + ($1.decision == "erase" ? $1.records : 0)
        }
        var object: JSONObject = [
            "plan_digest": .string(pending.plan.hex), "record_count": .number(String(records)),
            "freed_bytes": .number(String(max(0, shredded.bytesBefore - shredded.bytesAfter))),
            "erasure": .string(pending.erasure), "purpose": .string(pending.purpose.word),
        ]
        if case .erasure(let request?) = pending.purpose {
            object["request_id"] = .string(request)
        }
        object["received"] = received.map { .string($0.description) }
        object["started"] = .string(pending.started.description)
        object["envelopes"] = .number(String(shredded.erased))
        object["commitments_digest"] = .string(digest)
        object["books"] = .array(
            pending.books.map { book in
                .object([
                    "book": .string(book.name), "origin": .string(book.origin),
                    "size": .number(String(book.treeSize)),
                    "records": .number(String(book.erase.count)),
                ])
            })
        object["classes"] = .array(
            pending.classes.prefix(Self.listed).map { .object($0.json) })
        addShredded(to: &object)
        object["requery_hits"] = .number(String(hits))
        if !exports.isEmpty {
            object["exports"] = .array(exports.suffix(Self.listed).map(\.json))
        }
        object["approver_fingerprints"] = .array(pending.approvals.map { .string($0) })
        if pending.approvers > 0 {
            object["approvers"] = .number(String(pending.approvers))
        }
        object["duties"] = .string(duties)
        object["method"] = .string(
            "keys destroyed and ciphertext removed; rendered unreadable, as far as no copy of keys "
                + "named here remains")
        object["run_by"] = .string(user)
        object["selectors"] = selectors.map { .string($0) }
        return object
    }

    private var digest: String {
        Digest(shredded.digest)?.hex ?? CommitmentDigest.of(sorted: erased).hex
    }

    private var duties: String {
        if pending.approvers > 0 { return Self.separated }
        if pending.isSeparated { return "approved by another user of the operating system" }
        return pending.approvals.isEmpty
            ? "no separation of duties"
            : "no separation of duties: the approver's key was used by the user who ran it"
    }

    private func addShredded(to object: inout JSONObject) {
        let counts: [(String, Int)] = [
            ("bytes_before", shredded.bytesBefore), ("bytes_after", shredded.bytesAfter),
            ("erased_before", shredded.alreadyErased), ("missing_before", shredded.missing),
            ("redacted", shredded.redacted),
            ("people_forgotten", shredded.peopleForgotten),
            ("groups_destroyed", shredded.groupsDestroyed),
            ("groups_punctured", shredded.groupsPunctured), ("epoch_from", shredded.epochFrom),
            ("epoch_to", shredded.epochTo), ("rewrapped", shredded.keysRewrapped),
        ]
        for (name, count) in counts { object[name] = .number(String(count)) }
        object["roster_before"] = Digest(shredded.rosterBefore).map { .string($0.hex) }
        object["roster_after"] = Digest(shredded.rosterAfter).map { .string($0.hex) }
        guard !shredded.copies.isEmpty else { return }
        object["copies"] = .array(
            shredded.copies.map { copy in
                .object([
                    "made": .string(copy.made.description),
                    "expires": .string(copy.expires.description),
                    "epoch": .number(String(copy.epoch)),
                ])
            })
        object["copy_places"] = .array(shredded.copies.map { .string($0.place) })
    }
}
