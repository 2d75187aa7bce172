// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason.
enum SourceLimits {
    /// Bytes read at once from a file: one buffer for all files of a source.
    static let readBytes = 1 << 18

    /// Bytes of one file that are taken before the next file has its turn.
    static let turnBytes = 1 << 20

    /// Bytes of the beginning by which a file is known again: enough for the first instants in it.
    static let leadBytes = 1024

    /// Bytes before the position by which is seen that a file is still the one that was read: a
    /// line's end with its instant.
    static let tailBytes = 64

    /// Nanoseconds of silence after which a record that may have more lines is complete.
    static let silenceNanoseconds: UInt64 = 200_000_000

    /// Nanoseconds between two looks at a file that grows.
    static let tickNanoseconds: UInt64 = 50_000_000

    /// Nanoseconds between two looks at the directories, for few files and at most. A look costs
    /// two microseconds a file; it is kept below a fiftieth of a processor.
    static let scanNanosecondsMin: UInt64 = 100_000_000
    static let scanNanosecondsMax: UInt64 = 2_000_000_000
    static let scanNanosecondsPerFile: UInt64 = 100_000

    /// Nanoseconds between two looks while changes are heard of: hearing is not relied on.
    static let heardScanNanoseconds: UInt64 = 10_000_000_000

    /// Nanoseconds for which changes are gathered once one was heard: a program that writes a line
    /// at a time shall not be answered a line at a time.
    static let gatherNanoseconds: UInt64 = 5_000_000

    /// Nanoseconds after which whoever waits looks whether the end was asked for.
    static let stopNanoseconds: UInt64 = 100_000_000

    /// Nanoseconds without growth after which the descriptor of a file that is still in its place
    /// is closed; 10,000 quiet files shall not need 10,000 descriptors.
    static let closeNanoseconds: UInt64 = 30_000_000_000

    /// Nanoseconds for which a file that was renamed away or deleted is watched for late lines of a
    /// program that has not noticed yet.
    static let lingerNanoseconds: UInt64 = 60_000_000_000

    /// Nanoseconds without growth after which a file is no longer looked at between two scans.
    static let warmNanoseconds: UInt64 = 3_000_000_000

    /// Bytes recorded between two marks in the book: what is read again after a crash.
    static let markBytes = 16 << 20

    /// Nanoseconds from the first record after a mark to the next mark.
    static let markNanoseconds: UInt64 = 300_000_000_000

    /// Nanoseconds between two marks that tell every file: how far back a start has to look.
    static let fullMarkNanoseconds: UInt64 = 86_400_000_000_000

    /// Bytes of what one mark tells of files: a line of the book has to hold it, sealed or not.
    static let markFileBytes = 24 << 10

    /// Files that were read to their ends and are told in a mark: programs write late lines into
    /// the newest ones only.
    static let markedReadFiles = 3

    /// Nanoseconds after which the descriptor of a file that was read and is still in its directory
    /// is closed; a look sees when it grows.
    static let closeReadNanoseconds: UInt64 = 2_000_000_000

    /// Files that are held open while they wait for their turn, in one log.
    static let openWaiting = 32

    /// Looks at a directory until two agree: renaming takes microseconds, and so does a look.
    static let looks = 20

    /// Bytes of the note of cut records; more make a mark.
    static let cutsBytes = 1 << 18

    /// Files of one source. Each costs about a kilobyte of memory.
    static let files = 100_000

    /// Nanoseconds from a failure to the next try, at first and at most.
    static let backoffNanosecondsMin: UInt64 = 1_000_000_000
    static let backoffNanosecondsMax: UInt64 = 60_000_000_000

    /// Files of a source whose places are told to those who look: a page's worth.
    static let toldFiles = 50

    /// Nanoseconds between two tellings of where the files stand, for few files, and what each
    /// file adds: a look at one costs a tenth of a microsecond.
    static let tellNanoseconds: UInt64 = 1_000_000_000
    static let tellNanosecondsPerFile: UInt64 = 50_000

    /// Nanoseconds over which the rate of records is told.
    static let rateNanoseconds: UInt64 = 10_000_000_000
}
