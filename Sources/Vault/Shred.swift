// SPDX-License-Identifier: Apache-2.0

package import Masking
package import Records

/// What a shred is to destroy. The decision was made before: the vault does as it is told.
package struct ShredOrder: Sendable {
    /// The name of the erasure: random, and what receipts and rows say.
    package var name: String
    /// The envelopes to erase. Those that are erased already, or that the vault does not have, are
    /// counted and left.
    package var commitments: [Commitment]
    /// Persons whose names and accounts go from the table of people.
    package var forget: [PersonID]
    /// Envelopes that take the place of erased ones: all of them must be in `commitments`.
    package var derivatives: [Derivative]

    package struct Derivative: Sendable {
        package var original: Commitment
        /// Canonical JSON, as the original's with less in it.
        package var plaintext: [UInt8]

        package init(original: Commitment, plaintext: [UInt8]) {
            self.original = original
            self.plaintext = plaintext
        }
    }

    package init(
        name: String, commitments: [Commitment], forget: [PersonID] = [],
        derivatives: [Derivative] = []
    ) {
        self.name = name
        self.commitments = commitments
        self.forget = forget
        self.derivatives = derivatives
    }
}

/// Where a shred is. Tests stop it before each step.
package enum ShredStep: String, Sendable, CaseIterable {
    /// Takes ciphertext, salt and group from the rows: from here on it will be finished, by whoever
    /// opens the vault.
    case intent
    /// Writes the next epoch's keys without those that go.
    case writeKeys
    /// Opens a survivor with them.
    case checkKeys
    /// Puts them in force.
    case switchKeys
    /// Overwrites and removes the keys before.
    case destroyKeys
    /// Gives the space back and empties the journal.
    case vacuum
    /// Looks that nothing shredded opens and survivors do.
    case check
    /// Notes that it is done.
    case finish
}

/// How far a shred is, for people who wait.
package struct ShredProgress: Sendable, Hashable {
    package var step: ShredStep
    /// Rows or keys done in this step, and how many there are.
    package var done: Int
    package var of: Int
}

/// What a shred did, as measured.
package struct ShredOutcome: Sendable, Hashable {
    package var name: String
    /// Envelopes that this erasure marked, and the SHA-256 over their commitments in ascending
    /// order: what a receipt binds.
    package var erased: Int
    package var digest: [UInt8]
    /// Of those asked for, how many were erased before, and how many the vault does not have.
    package var alreadyErased: Int
    package var missing: Int
    /// Envelopes that took the place of erased ones.
    package var redacted: Int
    package var groupsDestroyed: Int
    package var groupsPunctured: Int
    package var peopleForgotten: Int
    package var epochFrom: Int
    package var epochTo: Int
    package var keysRewrapped: Int
    /// Bytes of the vault's files before and after.
    package var bytesBefore: Int
    package var bytesAfter: Int
    /// RFC 6962 roots over the groups that have keys (docs/format/keys.md).
    package var rosterBefore: [UInt8]
    package var rosterAfter: [UInt8]
    /// Copies of the keys that were made before and that still open what was erased.
    package var copies: [KeyCopy]
}

/// A copy of the keys that somebody made.
package struct KeyCopy: Sendable, Hashable {
    package var made: Timestamp
    /// When whoever made it said that it would be destroyed.
    package var expires: Timestamp
    /// The epoch that it holds.
    package var epoch: Int
    /// Where it is, in words of who made it.
    package var place: String

    package init(made: Timestamp, expires: Timestamp, epoch: Int, place: String) {
        self.made = made
        self.expires = expires
        self.epoch = epoch
        self.place = place
    }
}
