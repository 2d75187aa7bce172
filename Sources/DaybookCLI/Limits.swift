// SPDX-License-Identifier: Apache-2.0

/// Every bound of the command line, with its unit and reason.
enum CommandLimits {
    /// Bytes read at once from a pipe or file: four times what a pipe of Linux holds, so that a
    /// fast writer is never asked often.
    static let readBytes = 1 << 18

    /// Bytes that a pipe of ours holds, where the system lets us ask: a million, the most that
    /// Linux gives without rights, so that neither side waits for the other's turn.
    static let pipeCapacity: Int32 = 1 << 20

    /// Milliseconds without input that are a pause: longer than a writer at full speed takes for
    /// its next piece, too short for anybody to notice.
    static let pauseMilliseconds: Int32 = 2

    /// Bytes of one line without a line feed that `record` holds; a longer one is kept in pieces.
    static let lineBytes = 16 << 20

    /// Bytes of output of a program that may wait in memory to be recorded. Minutes of a chatty
    /// bot; what comes after that is decided by `--when-full`.
    static let pendingBytes = 256 << 20

    /// Bytes read at once from a program under `run`: what a pipe of Linux holds.
    static let pipeBytes = 1 << 16

    /// Nanoseconds of silence after which a record that may have more lines is complete.
    static let silenceNanoseconds: UInt64 = 200_000_000

    /// Nanoseconds that `run` waits for output after the program has ended, when a process that
    /// it started keeps the pipe open.
    static let lingerNanoseconds: UInt64 = 2_000_000_000

    /// Nanoseconds between two tries to record, when a book refused.
    static let retryNanoseconds: UInt64 = 250_000_000

    /// Tries after the program has ended: ten seconds, then `run` says what was not recorded.
    static let lastTries = 40

    /// Nanoseconds between two looks of `tail -f`.
    static let followNanoseconds: UInt64 = 100_000_000

    /// Bytes of an import between two marks in the book: what is read again after a crash.
    static let importMarkBytes = 32 << 20

    /// Bytes of the beginning of a file by which an import that was cut off knows it again.
    static let importLeadBytes = 1 << 16

    /// Bytes of one leaf when the part of a file that was imported is hashed.
    static let importLeafBytes = 1 << 16

    /// Messages of a chat log that are recorded together: enough that the disk's answer, for which
    /// each batch waits three times, costs little beside sealing them; a few megabytes.
    static let chatBatch = 4_096

    /// Bytes of the beginning of a chat log that are looked at: enough dates to see their order.
    static let chatLeadBytes = 1 << 18

    /// Bytes of messages without id that are remembered to tell equal ones apart.
    static let chatCopiesBytes = 32 << 20

    /// Lines that could not be read and are named when an import ends; the others are counted.
    static let chatProblems = 5

    /// Bytes of the list of files in a zip, or of the list of users in an export.
    static let zipListBytes = 64 << 20

    /// Bytes of a proof, a checkpoint or a line that a command reads from a file.
    static let smallFileBytes = 1 << 20

    /// Bytes free in the file system below which `doctor` warns: a busy day's records.
    static let freeBytesLow = 1 << 30
}
