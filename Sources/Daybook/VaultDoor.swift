// SPDX-License-Identifier: Apache-2.0

package import Book
package import Masking
internal import Synchronization
package import Vault

/// The way to the vault of a directory of books, for all books that a process opens there: opened
/// when the first record needs it, so that a program without personal records never opens it.
///
/// Safe to use from many threads.
package final class VaultDoor: EnvelopeSealing, EnvelopeOpening {
    /// The directory of the books.
    package let logs: String
    /// The directory of keys.
    package let keys: String
    /// Who guards the keys of a vault that is made here.
    private let provider: KeyProvider
    private let opened = Mutex<Vault?>(nil)

    package init(logs: String, keys: String, provider: KeyProvider = .file) {
        self.logs = logs
        self.keys = keys
        self.provider = provider
    }

    /// Whether there is a vault. Costs one look at the file system.
    package var hasVault: Bool {
        PosixDisk().kind(of: logs + "/vault/envelopes.sqlite") == .file
    }

    /// The vault, opened now if it is not yet.
    ///
    /// - Parameter create: makes it when there is none.
    /// - Returns: nil when there is none and none is to be made.
    /// - Throws: what `Vault.open` throws; the next call tries again.
    package func vault(create: Bool) throws(VaultError) -> Vault? {
        if let vault = opened.withLock({ $0 }) { return vault }
        // Not under the lock, since it may take as long as another process's erasure. Two threads
        // may both open it; one of the two is kept.
        let made = try Vault.open(logs: logs, keys: keys, create: create, provider: provider)
        guard let vault = made else { return nil }
        return opened.withLock { known in
            if let known { return known }
            known = vault
            return vault
        }
    }

    package func seal(_ records: inout MaskedRecords) throws(BookError) {
        guard let vault = try onVault({ () throws(VaultError) in try vault(create: true) }) else {
            throw BookError(.missingKey, "There is no vault in \(logs), and none could be made.")
        }
        try vault.sealer.seal(&records)
    }

    package func session() throws(BookError) -> any EnvelopeOpeningSession {
        guard let vault = try onVault({ () throws(VaultError) in try vault(create: false) }) else {
            return NoEnvelopes()
        }
        return try vault.opener.session()
    }

    private func onVault<Value>(_ body: () throws(VaultError) -> Value) throws(BookError) -> Value {
        do throws(VaultError) {
            return try body()
        } catch {
            throw error.asBookError
        }
    }
}

/// Where there is no vault, each envelope is missing.
private final class NoEnvelopes: EnvelopeOpeningSession {
    func open(
        _ commitments: [Commitment],
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(BookError) {
        for place in commitments.indices { body(place, .missing, .init(start: nil, count: 0)) }
    }
}
