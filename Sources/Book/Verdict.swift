// SPDX-License-Identifier: Apache-2.0

/// What `verify` found. A verdict is an answer, not an error.
package struct Verdict: Sendable {
    package var book: String
    package var origin = ""
    /// Everything that was looked at is as it was signed.
    package var isSound: Bool { findings.isEmpty }
    /// The checkpoint's signature was checked with a key that the reader has reason to trust. When
    /// not, a sound book only agrees with itself: whoever wrote all of it anew would be sound too.
    package var isSignatureChecked = false
    /// Each reason for a "no", in the order found.
    package var findings: [Finding] = []
    /// What could not be looked at, and what is merely worth knowing.
    package var notes: [String] = []
    /// Records found.
    package var size: UInt64 = 0
    /// Records that were pruned: of these, hashes were checked.
    package var pruned: UInt64 = 0
    /// Records that the checkpoint covers.
    package var checkpointSize: UInt64 = 0
    /// Root over all records found, base64.
    package var root = ""
    /// Bytes of lines read.
    package var bytes = 0
    /// The state that was looked at, for who looks on; it holds the live file open.
    package var snapshot: BookSnapshot?

    /// Records that no checkpoint covers yet: they cannot be proven.
    package var uncovered: UInt64 { size > checkpointSize ? size - checkpointSize : 0 }

    /// One thing that is wrong, and the smallest place that stored hashes can name.
    package struct Finding: Sendable, Equatable {
        /// Path of the file, as it would be opened.
        package var file: String
        /// First and last record concerned, where records are concerned.
        package var records: ClosedRange<UInt64>?
        package var what: String
        package var remedy: String

        package init(
            file: String, records: ClosedRange<UInt64>? = nil, what: String, remedy: String
        ) {
            self.file = file
            self.records = records
            self.what = what
            self.remedy = remedy
        }
    }
}
