// SPDX-License-Identifier: Apache-2.0

import Clearing

/// Every bound of this room, with its unit and reason.
enum DeskLimits {
    /// Bytes of masked lines handed to a book at once: about a thousand trade records, so that
    /// the hand-over costs nothing beside hashing them.
    static let batchBytes = 1 << 18

    /// Bytes of lines that one thread masks in one go: a thousand trade records, beside which giving
    /// them to another thread costs nothing; as many as make a batch.
    static let runBytes = 1 << 18

    /// Bytes below which lines that come alone are masked by whoever read them: waking another thread
    /// takes as long as masking a few.
    static let runBytesAlone = 1 << 15

    /// Runs that one thread masks alone after one had to be masked again: where secrets come in
    /// each, the others' work would be for nothing.
    static let runsAlone = 16

    /// Threads that mask at once, at most: more are faster than the one that hashes.
    static let maskingThreads = 8

    /// Bytes that a follower reads from a live file at once.
    static let followBytes = 1 << 18

    /// Lines whose envelopes are opened together: the vault reads neighbours in one go.
    static let openedLines = 1_024

    /// Records of missing envelopes that `verify` names one by one; of more it gives the count.
    static let namedEnvelopes = 20

    /// Erasures that `verify` names in its line for people; of more it gives the count.
    static let namedErasures = 3

    /// Nanoseconds between two looks whether a book waits for its disk: soon enough for whoever
    /// watches a command stand still, and nothing beside what it costs.
    static let troubleNanoseconds: UInt64 = 500_000_000

    /// Bytes of one file of records in an export; what is more goes into the next one. It is in memory
    /// until it is full, once as stored and once opened: an archive says how long a file is before it,
    /// and nothing opened may lie beside it in the clear.
    static let exportPieceBytes = 16 << 20

    /// Bytes of an archive that are encrypted at once: their ciphertext is held beside them.
    static let encryptedPieceBytes = 1 << 20

    /// Lines, and bytes of them, in a row group of a result's Parquet file. Smaller than a segment's: it
    /// is built in memory beside everything else that an export holds, about three times its lines.
    static let resultGroupLines = 32_768
    static let resultGroupBytes = 16 << 20

    /// Records that the page of an export shows: what somebody reads, not what a machine does.
    static let exportShown = 200

    /// Bytes of a receipt's file: as much as `Clearing` reads.
    static let receiptBytes = Clearing.Limits.receiptBytes

    /// Microseconds for which a proposal may be approved: a week, as long as a plan.
    static let proposalMicroseconds: Int64 = Clearing.Limits.planMicroseconds

    /// Bytes of the file of tokens: some ten thousand of them.
    static let tokenFileBytes = 4 << 20

    /// Bytes of the name of whoever has a token.
    static let tokenNameBytes = 128

    /// Administrators from whom on granting roles takes two of them: one alone has nobody to ask.
    static let administratorsForFourEyes = 2

    /// Tries for a lock between processes, and nanoseconds between two: who holds it reads the ledger
    /// and writes a few records, or a small file. Ten seconds.
    static let lockTries = 500
    static let lockNanoseconds: UInt64 = 20_000_000

    /// Seconds after which a file of the spool that another machine wrote counts as left behind: whoever
    /// still runs there hands its own files over before.
    static let spoolQuietSeconds = 60

    /// Opened records of an export whose stored lines are read together: the rows of a page.
    static let exportTogether = 16_384
}
