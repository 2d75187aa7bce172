// SPDX-License-Identifier: Apache-2.0

package import Masking

/// A book, open for appending: by this process when it holds the lock, else through the process
/// that does. When the holder goes away, one of the others takes its place and the call goes on.
///
/// Safe to use from many threads. All calls may block for the disk.
///
/// Delivery through another process is exactly once while this process lives: when the holder dies
/// between writing a batch and answering, the next one is asked for the same append again and writes
/// only what is not there. The order of each process's records stays. A caller that is told of an
/// error and appends again makes another append of it.
package final class Book: Sendable {
    package let place: BookPlace
    package let settings: BookSettings
    private let role: Monitor<Role>

    private enum Role {
        case holder(BookWriter, SocketServer)
        case client(SocketClient)
        /// Some thread is looking for a new holder.
        case changing
        case closed
    }

    /// Opens a book, making it when there is none.
    ///
    /// - Throws: what `BookCore.open` throws; `held` when another process has the lock and does
    ///   not answer within `Limits.takeoverNanoseconds`.
    package init(_ place: BookPlace, _ settings: BookSettings) throws(BookError) {
        self.place = place
        self.settings = settings
        role = Monitor(.changing)
        let found = try Self.findRole(place, settings)
        role.withLock { $0 = found }
    }

    /// Takes the lock, or finds who has it.
    private static func findRole(_ place: BookPlace, _ settings: BookSettings) throws(BookError)
        -> Role
    {
        let start = place.clock.monotonic()
        while true {
            if let client = try SocketClient(place) { return .client(client) }
            if let core = try BookCore.open(place, settings) {
                let writer = BookWriter(core)
                do throws(BookError) {
                    return .holder(writer, try SocketServer(place, settings.seal, writer))
                } catch {
                    try? writer.close()
                    throw error
                }
            }
            guard place.clock.monotonic() - start < Limits.takeoverNanoseconds else {
                throw BookError(
                    .held,
                    "Another process holds \(place.directory) and does not answer at its socket. "
                        + "`sudo fuser \(place.lockPath)` names it; stop it, or wait until it is "
                        + "done.")
            }
            pause(nanoseconds: Limits.takeoverPauseNanoseconds)
        }
    }

    /// Seals what is personal in a batch, as `append` does by itself: whoever may append the same
    /// batch again does it before, so that no envelope is made twice.
    ///
    /// - Throws: `missingKey` without a vault; what the vault throws. The batch is as it was then.
    package func settle(_ records: inout MaskedRecords) throws(BookError) {
        guard !records.drafts.isEmpty else { return }
        guard let sealer = settings.sealer else {
            throw BookError(
                .missingKey,
                "Records for \(place.directory) have personal fields, and no vault is open to seal "
                    + "them. Nothing of this call was kept. `daybook keys status` says what is "
                    + "missing.")
        }
        try sealer.seal(&records)
    }

    /// Appends records and waits until they are as durable as asked, and with them all that were
    /// appended before: an append of no records waits for those alone.
    ///
    /// What is personal in them is sealed first: its envelopes are on stable storage before its
    /// lines are written, here or by the process that holds the book.
    ///
    /// - Returns: the index of the first record; 0 when `durability` is `queued` and this process
    ///   holds the book, since the index is not known yet.
    @discardableResult
    package func append(_ records: MaskedRecords, _ durability: Durability) throws(BookError)
        -> UInt64
    {
        guard records.count > 0 || durability != .queued else { return 0 }
        var records = records
        try settle(&records)
        let sealed = records
        var sent: (id: AppendID, frame: Frame)?
        return try perform { writer throws(BookError) in
            // What was sent to a holder that died may be there.
            try writer.append(
                sealed, durability, as: sent.map { AppendKey(id: $0.id, connection: nil) })
        } remotely: { client throws(BookError) in
            if sent == nil {
                let id = AppendID(place.entropy)
                sent = (id, Frame(appending: sealed, durability, as: id))
            }
            guard let frame = sent?.frame else { return 0 }
            return try client.request(frame)
        }
    }

    /// Closes the live file under its date now.
    /// - Returns: the number of records in the book.
    @discardableResult
    package func rotate() throws(BookError) -> UInt64 {
        try perform { writer throws(BookError) in
            try writer.rotate()
        } remotely: { client throws(BookError) in
            try client.request(Frame(.rotate))
        }
    }

    /// Syncs everything appended so far and signs a checkpoint over it.
    /// - Returns: the number of records that it covers.
    @discardableResult
    package func checkpoint() throws(BookError) -> UInt64 {
        try perform { writer throws(BookError) in
            try writer.checkpoint()
        } remotely: { client throws(BookError) in
            try client.request(Frame(.checkpoint))
        }
    }

    /// Closes the live file, if it has records, and seals every closed day. Blocks for as long as
    /// it takes to encode them; appends of others go on meanwhile.
    ///
    /// On return a `segment_sealed` record for each is covered by a checkpoint.
    /// - Returns: the days that were not sealed before.
    @discardableResult
    package func seal() throws(BookError) -> [SegmentSummary] {
        let before = Set(try summaries().filter(\.isSealed).map(\.first))
        _ = try perform { writer throws(BookError) in
            try writer.seal()
        } remotely: { client throws(BookError) in
            try client.request(Frame(.seal))
        }
        return try summaries().filter { $0.isSealed && !before.contains($0.first) }
    }

    /// Removes the oldest days of the book, for good, once a `records_pruned` record is covered by
    /// a checkpoint.
    ///
    /// - Returns: the index of that record.
    /// - Throws: `setting` when the plan does not end with a closed day.
    @discardableResult
    package func prune(_ plan: PrunePlan) throws(BookError) -> UInt64 {
        try perform { writer throws(BookError) in
            try writer.prune(plan)
        } remotely: { client throws(BookError) in
            try client.request(Frame(pruning: plan))
        }
    }

    private func summaries() throws(BookError) -> [SegmentSummary] {
        try BookCore.readManifest(place)?.summaries(of: place) ?? []
    }

    /// The book's name in its checkpoints.
    package var origin: String {
        role.wait { role in
            switch role {
            case .holder(let writer, _): writer.status.origin
            case .client(let client): client.origin
            case .closed: ""
            case .changing: nil
            }
        }
    }

    /// Numbers of the moment; nil while another process holds the book.
    package var status: BookStatus? {
        role.withLock { role in
            if case .holder(let writer, _) = role { writer.status } else { nil }
        }
    }

    /// What keeps the writer from going on, while something does and this process holds the book.
    package var trouble: BookError? {
        role.withLock { role in
            if case .holder(let writer, _) = role { writer.status.trouble } else { nil }
        }
    }

    /// Why sealing or pruning failed the last time, while this process holds the book. It is tried
    /// again by itself; appends do not mind.
    package var sealTrouble: BookError? {
        role.withLock { role in
            if case .holder(let writer, _) = role { writer.status.sealTrouble } else { nil }
        }
    }

    /// True while this process holds the book.
    package var isHolder: Bool {
        role.withLock { if case .holder = $0 { true } else { false } }
    }

    /// Writes what is queued, syncs, signs and gives the book back. Safe to call twice.
    package func close() throws(BookError) {
        let last = role.wait { role -> Role? in
            if case .changing = role { return nil }
            defer { role = .closed }
            return role
        }
        role.broadcast()
        if case .holder(let writer, let server) = last {
            // The socket's name goes while the lock is held; the writer stops taking before its
            // clients are waited for, so that a disk that refuses cannot hold them for ever.
            server.stopListening()
            writer.stopTaking()
            server.close()
            try writer.close()
        }
    }

    // MARK: - Roles

    private func perform(
        _ locally: (BookWriter) throws(BookError) -> UInt64,
        remotely: (SocketClient) throws(BookError) -> UInt64
    ) throws(BookError) -> UInt64 {
        while true {
            let current = role.wait { role -> Role? in
                if case .changing = role { return nil }
                return role
            }
            switch current {
            case .holder(let writer, _):
                return try locally(writer)
            case .client(let client):
                do throws(BookError) {
                    return try remotely(client)
                } catch {
                    guard error.code == .connection || error.code == .closed else { throw error }
                    try replace(client)
                }
            case .closed, .changing:
                throw BookError(.closed, "The book was closed; open it again to append.")
            }
        }
    }

    /// Finds a new role after the holder went away; one thread does, the others wait for it.
    private func replace(_ lost: SocketClient) throws(BookError) {
        let isOurs = role.withLock { role in
            guard case .client(let client) = role, client === lost else { return false }
            role = .changing
            return true
        }
        guard isOurs else { return }
        do throws(BookError) {
            let found = try Self.findRole(place, settings)
            role.withLock { $0 = found }
            role.broadcast()
        } catch {
            // The next call tries again.
            role.withLock { $0 = .client(lost) }
            role.broadcast()
            throw error
        }
    }
}
