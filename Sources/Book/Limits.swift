// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason.
package enum Limits {
    /// Bytes of a line without its line feed: an entry bundle of the tile format gives the length
    /// 16 bits (C2SP tlog-tiles).
    package static let lineBytes = 65_535

    /// Records whose hashes make one stored tree node: tiles of the format are 256 wide.
    package static let groupRecords: UInt64 = 256

    /// Bytes that may wait for the writer. More would only hide that the disk is slower than the
    /// program; at this size a full queue holds a quarter of a second at 100 MB/s.
    package static let queueBytes = 24 << 20

    /// Bytes that the writer takes from the queue at once: large enough that one write call and
    /// one group of hash lanes are well used, small enough to stay in the second-level cache.
    package static let writeBytes = 1 << 20

    /// Unsynced bytes that start a sync before its time is due.
    package static let syncBytes = 12 << 20

    /// Unsynced bytes at which the writer waits for the disk. They are kept in memory, because
    /// after a failed sync the kernel's copy cannot be trusted.
    package static let unsyncedBytes = 48 << 20

    /// Nanoseconds from a new record to the checkpoint that covers it, at the most, with the sync
    /// itself on top: "within a second" leaves 200 ms for a slow disk.
    package static let checkpointNanoseconds: UInt64 = 800_000_000

    /// Nanoseconds between tries while the disk is full or faulty.
    package static let retryNanoseconds: UInt64 = 250_000_000

    /// Bytes of a manifest: a decade of days and rotations by size, two hundred bytes each.
    package static let manifestBytes = 16 << 20

    /// Bytes of a checkpoint or a high-water file: a hundred bytes and some signatures.
    package static let checkpointBytes = 1 << 16

    /// Bytes read from a file at a time while lines are walked: they stay in a processor's own cache
    /// while line feeds are found and lines hashed.
    package static let readBytes = 1 << 18

    /// Bytes of one frame on the book's socket: a batch of the queue's usual size, with room.
    package static let frameBytes = 8 << 20

    /// Nanoseconds that a process looks for the holder of a book or for its lock: a holder that
    /// has just died is replaced in milliseconds, one that recovers a large live file in seconds.
    package static let takeoverNanoseconds: UInt64 = 30_000_000_000

    /// Nanoseconds between two looks.
    package static let takeoverPauseNanoseconds: UInt64 = 10_000_000

    /// Nanoseconds that closing goes on trying to write while the disk refuses.
    package static let closingNanoseconds: UInt64 = 10_000_000_000

    /// Bytes of lines between two places that a snapshot remembers: read again in a millisecond.
    static let markBytes = 1 << 20

    /// Lines of a part: a row group of Parquet that compresses well and decodes in a few
    /// milliseconds (design: "Segments, byte for byte").
    package static let partRecords = 131_072

    /// Bytes of the lines of a part: what a row group may take in memory while it is encoded.
    package static let partBytes = 64 << 20

    /// Nanoseconds between looks for plain files whose time to stay is over.
    package static let sealLookNanoseconds: UInt64 = 600_000_000_000

    /// Nanoseconds from a failed sealing to the next try: it costs the reading of a day.
    package static let sealRetryNanoseconds: UInt64 = 30_000_000_000

    /// File names in a `records_pruned` record: a quarter; a line has to hold them.
    package static let prunedFilesNamed = 100

    /// Bytes of a file that a writer looks through when it opens a book, to know whether only
    /// upkeep records stand in it.
    package static let upkeepBytes = 1 << 16

    /// Threads that verify at once: more than a machine's disk feeds is of no use.
    package static let verifyThreads = 8

    /// Pieces of work, row groups or stretches of lines, that may be hashed ahead: a row group holds
    /// 4 MiB of hashes until it is taken.
    package static let verifyAhead = 12

    /// Connections that the holder of a book serves at once; each has a thread.
    package static let connections = 64

    /// Bytes of a catalog that is read: 200 bytes a row group of a million row groups. A larger one
    /// is left aside.
    static let catalogBytes = 256 << 20

    /// Microseconds for which a holder remembers an append of a client that a former holder died over:
    /// a client looks for `takeoverNanoseconds`, and a clock may be put right meanwhile.
    static let appendMarkMicroseconds: UInt64 = 3_600_000_000

    /// Rows of a page of a column: what is decoded together.
    static let pageRows = 16_384
}
