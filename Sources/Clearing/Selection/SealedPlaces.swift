// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Query

/// Where the records with envelopes stand, and what they commit to.
struct SealedPlaces {
    /// In the order of their records.
    private(set) var commitments: [Commitment] = []
    private(set) var indexes: [UInt64] = []

    /// Reads a range of a book.
    ///
    /// - Parameter among: the only commitments that are wanted; nil is all.
    /// - Complexity: a tenth of a microsecond a record where there are columns; one pass over the
    ///   lines elsewhere.
    init(_ snapshot: BookSnapshot, in range: Range<UInt64>, among wanted: CommitmentSieve? = nil)
        throws(BookError)
    {
        var (commitments, indexes): ([Commitment], [UInt64]) = ([], [])
        var isOrdered = true
        func add(_ index: UInt64, _ commitment: Commitment?) {
            guard let commitment, wanted?.commitments.contains(commitment) ?? true else { return }
            if let last = indexes.last, last > index { isOrdered = false }
            commitments.append(commitment)
            indexes.append(index)
        }
        try snapshot.forEachText(
            of: "sealed", in: range,
            text: {
                guard wanted?.mayHave(sealed: $1) ?? true else { return }
                add($0, Commitment(sealed: $1))
            },
            line: { add($0, OpenedLine.seal(of: $1)?.commitment) })
        if !isOrdered {
            let order = indexes.indices.sorted { indexes[$0] < indexes[$1] }
            commitments = order.map { commitments[$0] }
            indexes = order.map { indexes[$0] }
        }
        self.commitments = commitments
        self.indexes = indexes
    }
}
