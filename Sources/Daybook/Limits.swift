// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason.
package enum DaybookLimits {
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

    /// Bytes that may wait in front of a book. At 250 bytes a record it is 65,000 records, which a
    /// book takes in less than a tenth of a second; more would only hide that a disk is too slow.
    package static let queueBytes = 16 << 20

    /// Bytes at which an open batch is handed over: what fits in the second-level cache while it
    /// is stamped, hashed and written.
    package static let batchBytes = 512 << 10

    /// Events that `append(contentsOf:)` masks at a time: enough that locks cost nothing, few
    /// enough that another thread waits for its turn a few hundred microseconds at the most.
    package static let chunkEvents = 256

    /// Masking sessions of one open Daybook. Threads are spread over them, so that up to this many
    /// mask at once; each costs some ten kilobytes once used.
    package static let sessions = 16

    /// Nanoseconds that the background thread waits for company after it took a batch that nobody
    /// waits for: it saves a wake-up for each record of a slow stream.
    package static let lingerNanoseconds: UInt64 = 2_000_000

    /// Rounds of lingering without a record after which the background thread goes to sleep.
    package static let lingerRounds = 10

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
