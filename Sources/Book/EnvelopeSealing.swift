// SPDX-License-Identifier: Apache-2.0

package import Masking
package import Records

/// Seals the personal fields of records before a book takes them. The vault does it; a book knows
/// only this much of it.
///
/// Safe to use from many threads, and by many processes at once.
package protocol EnvelopeSealing: Sendable {
    /// Seals every draft of the batch and writes the commitments into its lines. On return the
    /// envelopes are on stable storage, so that no line is ever without its envelope.
    ///
    /// - Throws: when nothing was sealed; the batch then still has its drafts.
    func seal(_ records: inout MaskedRecords) throws(BookError)
}

/// What became of an envelope.
package enum EnvelopeState: Sendable, Hashable {
    /// It opens.
    case open
    /// It was erased, and this erasure's receipt says so.
    case erased(by: String)
    /// It is kept but may not be used until the instant, or for as long as it takes; `rule` says
    /// why.
    case restricted(until: Timestamp?, rule: String)
    /// Another envelope took its place: the personal data of somebody named in it was taken out.
    case redacted
    /// The vault has it and no key for it, and no receipt says why.
    case locked
    /// The vault does not have it, and no receipt says why.
    case missing
    /// What the vault has is not what the line commits to.
    case altered
}

/// Opens envelopes for those who may read them.
package protocol EnvelopeOpening: Sendable {
    /// A way to open envelopes for one thread. Costs a database connection: make few.
    func session() throws(BookError) -> any EnvelopeOpeningSession
}

/// One thread's way to open envelopes.
package protocol EnvelopeOpeningSession: AnyObject {
    /// Looks at envelopes, in the order given; those of records that were sealed together are read
    /// together, so ask for many at once and in the order of their records.
    ///
    /// - Parameter body: called once for each with its place, what became of it, and the plaintext:
    ///   a canonical JSON object. There is one for `open` and, of the envelope that took its place,
    ///   for `redacted`; it is empty otherwise, and gone when `body` returns.
    func open(
        _ commitments: [Commitment],
        _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
    ) throws(BookError)
}
