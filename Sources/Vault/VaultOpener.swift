// SPDX-License-Identifier: Apache-2.0

internal import Book
internal import Foundation
internal import GRDB
internal import Masking

struct VaultOpener: EnvelopeOpening {
    let vault: Vault
    let includesRestricted: Bool

    func session() throws(BookError) -> any EnvelopeOpeningSession {
        do throws(VaultError) {
            return VaultSession(
                vault: vault, includesRestricted: includesRestricted,
                database: try VaultDatabase(path: vault.path, readOnly: true))
        } catch {
            throw error.asBookError
        }
    }
}

/// One thread's connection.
private final class VaultSession: EnvelopeOpeningSession {
    private let vault: Vault
    private let includesRestricted: Bool
    private let database: VaultDatabase
    private var finder: RowFinder?
    private var keys = Keys()
    /// The group of the last envelope: the next one is often of the same.
    private var lastGroup: KeyGroup?

    init(vault: Vault, includesRestricted: Bool, database: VaultDatabase) {
        self.vault = vault
        self.includesRestricted = includesRestricted
        self.database = database
    }

    func open(
        _ commitments: [Commitment],
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(BookError) {
        guard !commitments.isEmpty else { return }
        do throws(VaultError) {
            // Before the rows: then keys can be gone only of rows that say so.
            keys = try vault.keyring.refreshed().keys
            lastGroup = nil
            var next = 0
            var isSure = false
            while next < commitments.count {
                let stopped = try database.read { database in
                    try open(commitments, from: next, isSure: isSure, database, body)
                }
                // A row without its key: it was sealed, or shredded, since the keys were read.
                guard stopped < commitments.count else { return }
                keys = try vault.keyring.refreshed().keys
                lastGroup = nil
                isSure = next == stopped
                next = stopped
            }
        } catch {
            throw error.asBookError
        }
    }

    /// Opens from a place on, on one state of the rows.
    ///
    /// - Parameter isSure: the first row was without its key before, with keys read since.
    /// - Returns: the place of a row that has no key; the count when there is none.
    private func open(
        _ commitments: [Commitment], from start: Int, isSure: Bool, _ database: Database,
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) throws -> Int {
        let finder = try self.finder ?? RowFinder(database, .ciphertext)
        self.finder = finder
        defer { finder.reset() }
        let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        for place in start..<commitments.count {
            let commitment = commitments[place]
            guard try finder.find(commitment) else {
                body(place, .missing, empty)
                continue
            }
            var isRedacted = false
            if try finder.erasedBy != nil {
                isRedacted = try finder.followSubstitutes()
                if let name = try finder.erasedBy {
                    body(place, .erased(by: name), empty)
                    continue
                }
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
            let padded = EnvelopeCipher.open(
                finder.ciphertext, EnvelopeCipher.keys(pseudorandom), salt: salt,
                commitment: sealed)
            show(padded, isRedacted ? .redacted : .open, place, body)
        }
        return commitments.count
    }

    /// Hands a plaintext out, and overwrites it.
    private func show(
        _ padded: Data?, _ state: EnvelopeState, _ place: Int,
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        guard var padded else { return body(place, .altered, empty) }
        padded.withUnsafeMutableBytes { padded in
            if let range = EnvelopeCipher.unpadded(UnsafeRawBufferPointer(padded)) {
                body(
                    place, state,
                    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(padded)[range])
                        .assumingMemoryBound(to: UInt8.self))
            } else {
                body(place, .altered, empty)
            }
            padded.initializeMemory(as: UInt8.self, repeating: 0)
        }
    }

    private func key(_ group: UInt64, _ salt: Bytes32, _ commitment: Bytes32) -> Bytes32? {
        if lastGroup?.id != group { lastGroup = keys.groups[group] ?? lastGroup }
        if let lastGroup, lastGroup.id == group {
            return EnvelopeCipher.pseudorandomKey(group: lastGroup.key, salt: salt)
        }
        return keys.punctured[group]?.survivors[Bytes16(commitment)]
    }
}
