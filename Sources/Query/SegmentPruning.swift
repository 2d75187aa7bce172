// SPDX-License-Identifier: Apache-2.0

import Book

/// The pieces of a snapshot that may have matches.
struct SegmentPruning {
    let scan: Scan

    init(_ scan: Scan) { self.scan = scan }

    var pieces: [Piece] { scan.snapshot.pieces }
}
