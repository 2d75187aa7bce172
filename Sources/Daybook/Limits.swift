// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason.
package enum DaybookLimits {
    /// Bytes of an approver's name: a person's, for others to read.
    static let approverNameBytes = 128

    /// Bytes of `daybook.yaml`. A settings file is a few kilobytes; anything of this size is
    /// another file under that name.
    package static let settingsBytes = 1 << 20

    /// Bytes of a book's name: it is a directory and part of an origin.
    package static let bookNameBytes = 64

    /// Bytes of a live file's name: a date and a number are put behind it, and a name in a
    /// directory ends at 255.
    package static let fileNameBytes = 200

    /// Bytes, the smallest `max_size`: below it the files of a busy day could not be listed.
    package static let rotateBytesMin = 4096

    /// Bytes of the queue in front of a book, all of them there from the start: a power of two. At
    /// 320 bytes a record it is 26,000 records, which a book takes in a few hundredths of a second;
    /// more would only hide that a disk is too slow, and leave the caches.
    package static let queueBytes = 8 << 20

    /// Bytes of records too long for the queue itself, each in a block of its own, at which it
    /// counts as full.
    package static let blockBytes = 8 << 20

    /// Bytes at which an open batch is handed over: what fits in the second-level cache while it
    /// is stamped, hashed and written.
    package static let batchBytes = 512 << 10

    /// Masking sessions of one open Daybook. Threads are spread over them, so that up to this many
    /// mask at once; each costs some ten kilobytes once used.
    package static let sessions = 16

    /// Nanoseconds that the lane's thread sleeps at least when the queue is empty: a shorter sleep
    /// would cost more than the records that come meanwhile.
    package static let restMin: UInt64 = 200_000

    /// The same at the most while records come: with the time of a hand-over, how long a record
    /// that nobody waits for stays in the process.
    package static let restMax: UInt64 = 40_000_000

    /// The same at the most when no record comes: a look costs some 40 us on a machine that is busy
    /// with other things, so that twenty a second were 0.1 % of a core; these are ten.
    package static let restIdle: UInt64 = 100_000_000

    /// Bytes in the queue after a rest, below which it may rest longer next time, and above which
    /// it should rest less: a batch that is worth its hand-over, far from a full queue.
    package static let restBytes = 128 << 10...768 << 10

    /// Nanoseconds between two looks at an entry that its producer is still copying.
    package static let copyNanoseconds: UInt64 = 50_000

    /// Looks after which the producer's thread is asked for whether it lives, about a second.
    package static let copyLooks = 10_000

    /// Nanoseconds at opening over which the rate of the cycle counter is taken: good to 0.1 %.
    package static let clockStartNanoseconds: Int64 = 50_000

    /// Nanoseconds for which ticks are reckoned from the last sample of the clocks.
    package static let clockReachNanoseconds: Int64 = 50_000

    /// Nanoseconds over which a better rate can be taken: good to 0.001 %.
    package static let clockRateNanoseconds: Int64 = 10_000_000

    /// Nanoseconds between two tries when the book's own queue is full: its writer takes about
    /// half a megabyte in that time.
    package static let busyNanoseconds: UInt64 = 2_000_000

    /// Nanoseconds between two tries when a book could not be reached.
    package static let retryNanoseconds: UInt64 = 250_000_000

    /// Bytes of a word that counts as the name of an event; a longer one is a text.
    package static let eventNameBytes = 128

    /// Levels of metadata in metadata that are kept as objects; deeper ones become text.
    package static let metadataDepth = 8
}
