// SPDX-License-Identifier: Apache-2.0

package import Records
import Retention
import TransparencyLog

/// What a clear would do: which records, why, and what stands in the way of the others. A file that
/// can be read, compared, signed and refused (docs/format/plan.md).
///
/// Applying it clears what it names or less, never more: holds and floors are asked again then.
package struct Plan: Sendable, Hashable {
    /// Why it is made, which decides what a floor means: a floor leaves what somebody chose alone,
    /// and turns an erasure that a person asked for into a restriction.
    package enum Purpose: Sendable, Hashable {
        case clear
        case expiry
        /// A person asked, in this request; nil when it came in otherwise.
        case erasure(request: String?)
    }

    /// Records of one book.
    package struct Book: Sendable, Hashable {
        package var name: String
        package var origin: String
        /// Records that the book had: nothing beyond is in the plan.
        package var treeSize: UInt64
        /// To be erased.
        package var erase = RecordRanges()
        /// To be kept and not used.
        package var restrict = RecordRanges()

        package init(name: String, origin: String, treeSize: UInt64) {
            self.name = name
            self.origin = origin
            self.treeSize = treeSize
        }
    }

    /// Records that share a fate, and its reason.
    package struct Class: Sendable, Hashable {
        package var book: String
        /// Name of the event.
        package var kind: String
        /// `erase`, `restricted`, `held` or `keep`.
        package var decision: String
        /// Which hold, rule, policy or request says so.
        package var ground: String
        package var until: Timestamp?
        package var records = 0
        /// Bytes of their envelopes.
        package var bytes = 0
        package var oldest: Timestamp?
        package var newest: Timestamp?

        package init(
            book: String, kind: String, decision: String, ground: String, until: Timestamp?
        ) {
            self.book = book
            self.kind = kind
            self.decision = decision
            self.ground = ground
            self.until = until
        }
    }

    package var purpose: Purpose
    package var selectors: Selectors
    package var made: Timestamp
    package var expires: Timestamp
    /// The user of the operating system.
    package var madeBy: String
    package var books: [Book] = []
    package var classes: [Class] = []
    /// Envelopes to be erased; a record that was written twice has one.
    package var envelopes = 0
    /// SHA-256 over their sorted commitments, in hexadecimal.
    package var commitments: String
    /// The policies that ask for a second person.
    package var approvals: [String] = []
    /// People of whom nothing shall be known afterwards, by the vault's numbers.
    package var forget: [UInt64] = []

    package init(purpose: Purpose, selectors: Selectors, made: Timestamp, madeBy: String) {
        self.purpose = purpose
        self.selectors = selectors
        self.made = made
        self.madeBy = madeBy
        expires = Timestamp(microseconds: made.microseconds + Limits.planMicroseconds)
        commitments = CommitmentDigest.of([]).hex
    }

    package var needsApproval: Bool { !approvals.isEmpty }

    package func records(_ decision: String) -> Int {
        classes.reduce(0) { $0 + ($1.decision == decision ? $1.records : 0) }
    }

    package func bytes(_ decision: String) -> Int {
        classes.reduce(0) { $0 + ($1.decision == decision ? $1.bytes : 0) }
    }

    /// What becomes of all that was chosen: of what the plan names as it was decided again, of the
    /// rest as the plan says.
    package func classes(decidedAgain again: Plan) -> [Class] {
        again.classes + classes.filter { $0.decision != "erase" && $0.decision != "restricted" }
    }

    /// Whether applying it would do nothing.
    package var isEmpty: Bool {
        forget.isEmpty && books.allSatisfy { $0.erase.count == 0 && $0.restrict.count == 0 }
    }

    /// Why it may not be applied now; nil when it may.
    package func staleness(at now: Timestamp) -> ClearingError? {
        if now >= expires {
            return ClearingError(
                .stale, "the plan expired at \(expires). Make a new one: it may look different.")
        }
        if now < made {
            return ClearingError(
                .clock,
                "the plan was made at \(made), which is still to come: the clock is wrong now, or "
                    + "was then.")
        }
        return nil
    }
}
