// SPDX-License-Identifier: Apache-2.0

internal import Masking

/// Records on their way to the writer, and who waits for them.
struct Submission {
    let records: MaskedRecords
    let durability: Durability
    let ticket: Ticket
    /// What a client calls it; nil for those of this process.
    var key: AppendKey?

    /// Whether the caller returned already: then the records must not be given up.
    var isQueuedOnly: Bool { durability == .queued }
}

/// The answer to one submission or command.
final class Ticket: Sendable {
    private let result = Monitor<Result<UInt64, BookError>?>(nil)

    /// Gives the answer; the first one counts.
    func complete(_ answer: Result<UInt64, BookError>) {
        result.withLock { if $0 == nil { $0 = answer } }
        result.broadcast()
    }

    /// Blocks the thread until the answer is there.
    func wait() throws(BookError) -> UInt64 {
        try result.wait { $0 }.get()
    }
}
