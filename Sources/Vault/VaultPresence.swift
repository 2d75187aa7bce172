// SPDX-License-Identifier: Apache-2.0

package import Book
internal import GRDB
internal import Masking

/// Tells which envelopes are there without their keys, as an auditor with a copy of `logs/` can: one
/// with ciphertext is `locked`, the others are `erased` or `missing`.
package struct VaultPresence: EnvelopeOpening {
    private let path: String

    /// - Parameter logs: the directory of the books.
    package init(logs: String) { path = logs + "/vault/envelopes.sqlite" }

    package func session() throws(BookError) -> any EnvelopeOpeningSession {
        do throws(VaultError) {
            return PresenceSession(try VaultDatabase(path: path, readOnly: true))
        } catch {
            throw error.asBookError
        }
    }
}

private final class PresenceSession: EnvelopeOpeningSession {
    private let database: VaultDatabase
    private var finder: RowFinder?

    init(_ database: VaultDatabase) { self.database = database }

    func open(
        _ commitments: [Commitment],
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(BookError) {
        do throws(VaultError) {
            try database.read { database in
                let finder = try self.finder ?? RowFinder(database, .size)
                self.finder = finder
                defer { finder.reset() }
                for (place, commitment) in commitments.enumerated() {
                    body(place, try Self.state(commitment, finder), .init(start: nil, count: 0))
                }
            }
        } catch {
            throw error.asBookError
        }
    }

    private static func state(_ commitment: Commitment, _ finder: RowFinder) throws
        -> EnvelopeState
    {
        guard try finder.find(commitment) else { return .missing }
        if try finder.erasedBy != nil { _ = try finder.followSubstitutes() }
        if let name = try finder.erasedBy { return .erased(by: name) }
        return finder.group == nil ? .altered : .locked
    }
}
