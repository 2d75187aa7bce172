// SPDX-License-Identifier: Apache-2.0

package import Book
internal import GRDB
package import Masking

/// One thread's look at envelopes: what is known of each, and the plaintext of those that are wanted,
/// in one pass over the rows. Has a connection of its own and the memory for one plaintext.
package final class EnvelopeLook: EnvelopeOpeningSession {
    private let vault: Vault
    private let includesRestricted: Bool
    private let database: VaultDatabase
    private var finder: RowFinder?
    private var keys = Keys()
    /// The group of the last envelope: the next one is often of the same.
    private var lastGroup: KeyGroup?
    private let cipher: AESGCM
    /// The plaintext of the moment; overwritten after it was shown.
    private var padded: [UInt8] = []

    init(_ vault: Vault, includesRestricted: Bool) throws(VaultError) {
        self.vault = vault
        self.includesRestricted = includesRestricted
        cipher = try AESGCM()
        database = try VaultDatabase(path: vault.path, readOnly: true)
    }

    package func open(
        _ commitments: [Commitment],
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(BookError) {
        do throws(VaultError) {
            try look(commitments, wanted: nil, body)
        } catch {
            throw error.asBookError
        }
    }

    /// Looks at envelopes in the order given; quickest in the order of their records.
    ///
    /// - Parameters:
    ///   - isWanted: whether to open the envelope at a place of which these are the facts. Asked of
    ///     each, in order, and of one that has to be looked at again more than once.
    ///   - body: called for each that is wanted, as `EnvelopeOpeningSession.open` does.
    /// - Complexity: O(rows) and O(bytes of what is wanted); no allocation for an envelope.
    package func look(
        _ commitments: [Commitment], wanted isWanted: (Int, EnvelopeFacts) -> Bool,
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(VaultError) {
        try withoutActuallyEscaping(isWanted) { isWanted throws(VaultError) in
            try look(commitments, wanted: Optional(isWanted), body)
        }
    }

    private typealias Want = (Int, EnvelopeFacts) -> Bool

    private func look(
        _ commitments: [Commitment], wanted isWanted: Want?,
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(VaultError) {
        guard !commitments.isEmpty else { return }
        // Before the rows: then keys can be gone only of rows that say so.
        keys = try vault.keyring.refreshed().keys
        lastGroup = nil
        var next = 0
        var isSure = false
        while next < commitments.count {
            let stopped = try database.read { database in
                try look(
                    commitments, from: next, isSure: isSure, wanted: isWanted, database, body)
            }
            // A row without its key: it was sealed, or shredded, since the keys were read.
            guard stopped < commitments.count else { return }
            keys = try vault.keyring.refreshed().keys
            lastGroup = nil
            isSure = next == stopped
            next = stopped
        }
    }

    /// Looks from a place on, on one state of the rows.
    ///
    /// - Parameter isSure: the first row was without its key before, with keys read since.
    /// - Returns: the place of a row that has no key; the count when there is none.
    private func look(
        _ commitments: [Commitment], from start: Int, isSure: Bool, wanted isWanted: Want?,
        _ database: Database,
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) throws -> Int {
        let finder = try self.finder ?? RowFinder(database, .ciphertext)
        self.finder = finder
        defer { finder.reset() }
        let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        for place in start..<commitments.count {
            let commitment = commitments[place]
            let isFound = try finder.find(commitment)
            var isRedacted = false
            if isFound, try finder.erasedBy != nil { isRedacted = try finder.followSubstitutes() }
            if let isWanted {
                var facts = EnvelopeFacts(commitment)
                if isFound {
                    facts.isRedacted = isRedacted
                    try facts.read(finder, size: finder.ciphertext.count) { group in
                        keyGroup(group).map { keys.holder($0) } ?? keys.holder(of: group)
                    }
                }
                guard isWanted(place, facts) else { continue }
            }
            guard isFound else {
                body(place, .missing, empty)
                continue
            }
            if let name = try finder.erasedBy {
                body(place, .erased(by: name), empty)
                continue
            }
            if !includesRestricted, let restriction = try finder.restriction {
                body(place, .restricted(until: restriction.until, rule: restriction.rule), empty)
                continue
            }
            guard let group = finder.group, let salt = finder.salt else {
                body(place, .altered, empty)
                continue
            }
            let sealed = isRedacted ? finder.commitment : Bytes32(commitment)
            guard let pseudorandom = key(group, salt, sealed) else {
                if isSure && place == start {
                    body(place, .locked, empty)
                    continue
                }
                return place
            }
            let count = EnvelopeCipher.open(
                finder.ciphertext, EnvelopeCipher.keys(pseudorandom), salt: salt,
                commitment: sealed, by: cipher, into: &padded)
            show(count, isRedacted ? .redacted : .open, place, body)
        }
        return commitments.count
    }

    /// Hands a plaintext out, and overwrites it.
    private func show(
        _ count: Int?, _ state: EnvelopeState, _ place: Int,
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        guard let count else { return body(place, .altered, empty) }
        padded.withUnsafeBytes { padded in
            let whole = UnsafeRawBufferPointer(rebasing: padded[..<count])
            if let range = EnvelopeCipher.unpadded(whole) {
                body(
                    place, state,
                    UnsafeRawBufferPointer(rebasing: whole[range])
                        .assumingMemoryBound(to: UInt8.self))
            } else {
                body(place, .altered, empty)
            }
        }
        EnvelopeCipher.overwrite(&padded, count)
    }

    private func keyGroup(_ id: UInt64) -> KeyGroup? {
        if let lastGroup, lastGroup.id == id { return lastGroup }
        guard let found = keys.groups[id] else { return nil }
        lastGroup = found
        return found
    }

    private func key(_ group: UInt64, _ salt: Bytes32, _ commitment: Bytes32) -> Bytes32? {
        if let group = keyGroup(group) {
            return EnvelopeCipher.pseudorandomKey(group: group.key, salt: salt)
        }
        return keys.punctured[group]?.survivors[Bytes16(commitment)]
    }
}

extension Vault {
    /// A look at envelopes for one thread. Costs a database connection: make few.
    package func look(includesRestricted: Bool = true) throws(VaultError) -> EnvelopeLook {
        try EnvelopeLook(self, includesRestricted: includesRestricted)
    }
}
