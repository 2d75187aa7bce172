// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Vault

/// Records batches on a thread of its own, one after the other, while the next one is read and
/// masked: sealing and the disk's answers take as long as all the rest.
///
/// Of each batch first the records, synced; then the notes that they were seen; then the place up to
/// which all is noted. After a failure nothing more is recorded.
final class ChatCommitter: Sendable {
    struct Batch: Sendable {
        let records: MaskedRecords
        let seen: [SeenItem]
        /// Names under which accounts with an id of their own are known: people are looked for by
        /// name.
        let names: [(account: Account, name: String)]
    }

    private struct State {
        var waiting: Batch?
        var isBusy = false
        var isClosed = false
        var failure: (any Error)?
    }

    private let state: Monitor<State>
    private let worker: Worker

    init(_ book: Book, _ vault: Vault, _ place: ChatImportPlace) {
        let state = Monitor(State())
        self.state = state
        worker = Worker("import") {
            while let batch = Self.next(state) {
                do {
                    try Self.record(batch, book, vault, place)
                } catch {
                    state.withLock { $0.failure = error }
                }
                state.withLock { $0.isBusy = false }
                state.broadcast()
            }
        }
    }

    private static func record(
        _ batch: Batch, _ book: Book, _ vault: Vault, _ place: ChatImportPlace
    ) throws {
        if !batch.records.isEmpty {
            let first = try book.append(batch.records, .synced)
            _ = try vault.markSeen(batch.seen)
            try place.advance(to: first + UInt64(batch.records.count))
        }
        let people = vault.people
        for (id, name) in zip(
            try people.persons(of: batch.names.map(\.account)), batch.names.map(\.name))
        {
            guard let id, let person = try people.person(id), !person.names.contains(name) else {
                continue
            }
            _ = try people.addName(name, to: id)
        }
    }

    private static func next(_ state: Monitor<State>) -> Batch? {
        let batch = state.wait { state -> Batch?? in
            if state.failure != nil { state.waiting = nil }
            if let batch = state.waiting {
                state.waiting = nil
                state.isBusy = true
                return .some(batch)
            }
            return state.isClosed ? .some(nil) : nil
        }
        state.broadcast()
        return batch
    }

    /// Takes a batch; waits while another one waits.
    ///
    /// - Throws: why an earlier batch was not recorded; then this one is not, either.
    func take(_ batch: Batch) throws {
        let failure = state.wait { state -> (any Error)?? in
            if let failure = state.failure { return .some(failure) }
            guard state.waiting == nil else { return nil }
            state.waiting = batch
            return .some(nil)
        }
        state.broadcast()
        if let failure { throw failure }
    }

    /// Waits until all is recorded.
    func drain() throws {
        let failure = state.wait { state -> (any Error)?? in
            if let failure = state.failure { return .some(failure) }
            return state.waiting == nil && !state.isBusy ? .some(nil) : nil
        }
        if let failure { throw failure }
    }

    /// Ends the thread when what it has is done.
    func close() {
        state.withLock { $0.isClosed = true }
        state.broadcast()
        worker.join()
    }
}
