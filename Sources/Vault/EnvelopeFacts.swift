// SPDX-License-Identifier: Apache-2.0

package import Masking
package import Records

/// Why an envelope may not be used although it is kept. It stands until `Vault.unrestrict` ends it
/// or the envelope is erased.
package struct Restriction: Sendable, Hashable {
    /// When the erasure that it stands for is due; nil when nobody set a date.
    package var until: Timestamp?
    /// The rule that asks for it.
    package var rule: String

    package init(until: Timestamp?, rule: String) {
        self.until = until
        self.rule = rule
    }
}

/// What the vault knows of an envelope without opening it.
package struct EnvelopeFacts: Sendable, Hashable {
    package var commitment: Commitment
    /// False when the vault has no row for it.
    package var isPresent: Bool
    /// Under whose key; nil when it was erased, is missing, or no key is there.
    package var person: PersonID?
    /// Day of the message, counted from 1970-01-01 UTC; nil as `person`.
    package var day: Int?
    /// Which of the keys of that person and day; nil as `person`.
    package var generation: Int?
    /// Bytes of ciphertext that are stored, of the envelope that took its place where one did.
    package var storedBytes: Int
    package var restriction: Restriction?
    /// Name of the erasure that took it; nil when it was not erased.
    package var erasedBy: String?
    /// Whether another envelope, with less in it, took its place. The facts are then those of that
    /// envelope, and `erasedBy` is nil unless it was erased, too.
    package var isRedacted: Bool

    package init(_ commitment: Commitment) {
        self.commitment = commitment
        isPresent = false
        storedBytes = 0
        isRedacted = false
    }
}
