// SPDX-License-Identifier: Apache-2.0

/// Lines that are to become a part.
struct PartTask: Sendable {
    /// Index of the first record of the day.
    var day: UInt64
    /// The live file, opened while it had that name; nil for a closed day.
    var live: OpenFile?
    /// Name of the file of lines.
    var name: String
    /// The first record, where its line begins, and how many there are at most.
    var first: UInt64
    var offset: Int
    var records: UInt64
    /// Where the lines that may be taken end.
    var end: Int
}

extension SealJob {
    func makePart(_ task: PartTask, _ isCancelled: @Sendable () -> Bool) throws(BookError) {
        throw Self.notYet
    }

    func makeSegment(_ first: UInt64, _ isCancelled: @Sendable () -> Bool) throws(BookError) {
        throw Self.notYet
    }

    private static var notYet: BookError {
        BookError(.setting, "This build does not write Parquet yet; lines are kept.")
    }
}
