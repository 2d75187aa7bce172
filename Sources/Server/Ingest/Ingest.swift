// SPDX-License-Identifier: Apache-2.0

import Book
import Crypto
import Desk
import HTTPTypes
import Masking
import NIOPosix
import Synchronization
import TransparencyLog

/// What every way in over HTTP shares: threads that mask, bytes that may be in flight, batches that
/// were taken before, and the hand-over to the books.
///
/// A request is masked and appended by one thread from its first line to its last, so that the
/// order of a client that waits for its answers is the order in the book.
package final class Ingest: Sendable {
    let budget = ByteBudget(ServerLimits.ingestBytes)
    let keys: BatchKeys
    /// Documents of `_bulk` that have an id.
    let documents = DocumentKeys()
    private let journal: DocumentJournal
    private let books: HeldBooks
    /// Its own threads: a disk that stands still holds these, and nobody who only reads.
    private let threads = NIOThreadPool(numberOfThreads: ServerLimits.ingestThreads)
    private let state: Mutex<State>
    private let provenances = Mutex<[String: Provenance]>([:])
    /// When the file of batches was last written.
    private let remembered = Mutex(ContinuousClock.now)

    private struct State {
        var ground: Ground
        /// Those that nobody uses at the moment, all of them by the settings in effect.
        var workers: [IngestWorker] = []
        /// Counts the settings: a worker of older ones is not used again.
        var generation = 0
    }

    init(_ ground: Ground, _ books: HeldBooks) {
        state = Mutex(State(ground: ground))
        self.books = books
        keys = BatchKeys()
        journal = DocumentJournal(ground)
    }

    /// Masks by other settings from here on.
    func use(_ ground: Ground) {
        state.withLock {
            $0 = State(ground: ground, generation: $0.generation + 1)
        }
    }

    private var ground: Ground { state.withLock { $0.ground } }

    /// Finds out which batches and documents the books have, and starts the threads. Call once the
    /// books are open; blocks for as long as it takes to read what was written since the files that say
    /// so were.
    func open() throws {
        let ground = ground
        var memory = BatchMemory(ground)
        let worker = IngestWorker(ground.masker)
        let known = try journal.load()
        try memory.load(ground, documents: known.floor(ground.existingBooks)) { name, mark in
            let rule = try books.book(name).settings.seal
            try books.append(worker.marked(mark, rule), to: name, .synced)
        }
        keys.restore(memory)
        documents.restore(known.recorded(memory.documents), secret: try ground.documentSecret())
        journal.begin(memory.seen)
        threads.start()
    }

    /// Ends the threads when what they do is done. Call before the books are closed.
    func close() async throws {
        try await threads.shutdownGracefully()
        remember()
        journal.close()
    }

    /// Runs what masks and appends on a thread that may block.
    func work<Value: Sendable>(
        _ body: @escaping @Sendable (IngestWorker) throws -> Value
    ) async throws -> Value {
        let answer = try? await threads.runIfActive { [self] in
            Result { try perform(body) }
        }
        guard let answer else {
            throw HTTPFailure(
                .serviceUnavailable, "the daemon is ending", headers: [.retryAfter: "2"])
        }
        return try answer.get()
    }

    private func perform<Value: Sendable>(_ body: (IngestWorker) throws -> Value) throws -> Value {
        let (worker, generation) = worker()
        defer {
            state.withLock { state in
                if state.generation == generation { state.workers.append(worker) }
            }
        }
        return try body(worker)
    }

    private func worker() -> (worker: IngestWorker, generation: Int) {
        state.withLock { state in
            (state.workers.popLast() ?? IngestWorker(state.ground.masker), state.generation)
        }
    }

    /// Where records of this client come from, as their `source` says.
    func provenance(of caller: Principal) -> Provenance {
        provenances.withLock { known in
            if let provenance = known[caller.name] { return provenance }
            if known.count >= ServerLimits.ingestSources { known.removeAll() }
            let provenance = Provenance(source: "http:\(caller.name)")
            known[caller.name] = provenance
            return provenance
        }
    }

    /// A batch to fill.
    ///
    /// - Parameter only: the one book that takes all; nil for structured records in `audit` and text
    ///   in `chat`.
    func batch(only: String?) throws -> IngestBatch {
        let names = if let only { [only] } else { ["audit", "chat"] }
        return IngestBatch(
            try names.map { name in
                let book = try books.book(name)
                return IngestBatch.Lane(name: name, rule: book.settings.seal)
            })
    }

    // MARK: - Into the books

    /// Appends a batch and waits until it is as durable as its books are set to, and written at least:
    /// only then are its indexes known.
    ///
    /// - Parameter key: of a batch that its client may send again; what is in the books of it already
    ///   is not appended again.
    /// - Returns: where the records stand now.
    /// - Throws: 503 while the same batch is on its way, 422 for another batch under the same key.
    func store(
        _ batch: consuming IngestBatch, _ key: BatchKey?, _ worker: IngestWorker,
        _ provenance: Provenance
    ) throws -> [Landed] {
        guard let key else {
            var landed: [Landed] = []
            try append(batch, nil, .batch, worker, provenance, &landed)
            return landed
        }
        var landed: [Landed]
        switch keys.begin(key) {
        case .begun(let before): landed = before
        case .running:
            throw HTTPFailure(
                .serviceUnavailable, "the same batch is on its way; ask again in a second",
                headers: [.retryAfter: "1"])
        case .different:
            throw HTTPFailure(
                .unprocessableContent,
                "another batch had this Idempotency-Key; give each batch a key of its own")
        }
        defer {
            keys.end(key, landed)
            rememberIfDue()
        }
        try append(batch, key, .batch, worker, provenance, &landed)
        return landed
    }

    /// Appends a batch with documents that have ids, and waits as `store` does.
    ///
    /// - Parameters:
    ///   - documents: those of the batch that are known again by their ids; their keys were begun.
    ///   - landed: called once, with all that is in the books of it: less than all when appending
    ///     failed. It has to end the keys.
    /// - Throws: 503; part of it may have been appended.
    func store(
        _ batch: consuming IngestBatch, _ documents: [DocumentMemory.Document],
        _ worker: IngestWorker, _ provenance: Provenance, landed: ([Landed]) -> Void
    ) throws -> [Landed] {
        var stands: [Landed] = []
        var ticket: DocumentJournal.Ticket?
        defer {
            landed(stands)
            if let ticket { journal.end(ticket, stands) }
        }
        if !documents.isEmpty {
            do {
                ticket = try journal.begin(documents, self.documents)
            } catch {
                throw HTTPFailure(
                    .serviceUnavailable,
                    "the file of documents takes nothing now: "
                        + (DeskFailure(known: error)?.message ?? "the disk says no"),
                    headers: [.retryAfter: "2"])
            }
        }
        try append(batch, ticket?.mark, .documents, worker, provenance, &stands)
        return stands
    }

    /// Appends what `landed` does not say of a batch, and says it there.
    private func append(
        _ batch: IngestBatch, _ key: BatchKey?, _ kind: BatchMark.Kind,
        _ worker: IngestWorker, _ provenance: Provenance, _ landed: inout [Landed]
    ) throws {
        for lane in batch.lanes {
            var have = landed.reduce(0) { $0 + ($1.book == lane.name ? $1.count : 0) }
            while have < lane.records.count {
                let piece = lane.records.piece(from: have, bytes: ServerLimits.appendBytes)
                var first: UInt64
                if let key {
                    let mark = BatchMark(
                        key, kind, count: piece.count, source: provenance.source)
                    var marked = worker.marked(mark, lane.rule)
                    let marks = marked.count
                    marked.append(contentsOf: piece)
                    first = try append(marked, lane.name) + UInt64(marks)
                } else {
                    first = try append(piece, lane.name)
                }
                landed.append(Landed(book: lane.name, first: first, count: piece.count))
                have += piece.count
            }
        }
    }

    private func append(_ records: MaskedRecords, _ name: String) throws -> UInt64 {
        let durability = max(.written, try ground.durability(nil, of: name))
        do {
            return try books.append(records, to: name, durability)
        } catch {
            // Whatever it is, it is ours and not the client's: what it has it must keep.
            throw HTTPFailure(
                .serviceUnavailable,
                DeskFailure(known: error)?.message ?? "the book \(name) takes nothing now",
                headers: [.retryAfter: "2"])
        }
    }

    /// Refuses early what a book could not take now, so that a client waits and not a thread.
    ///
    /// - Throws: 503 while a book waits for its disk.
    func requireReady() throws {
        for name in ground.bookNames {
            guard let trouble = (try? books.book(name))?.trouble else { continue }
            throw HTTPFailure(
                .serviceUnavailable,
                "the book \(name) waits for its disk: \(trouble.code.rawValue)",
                headers: [.retryAfter: "2"])
        }
    }

    // MARK: - Batches that were taken

    /// Keeps the file of batches near the books, so that the next start has little to read.
    private func rememberIfDue() {
        let isDue = remembered.withLock { last in
            let now = ContinuousClock.now
            guard last.duration(to: now) >= .seconds(ServerLimits.rememberSeconds) else {
                return false
            }
            last = now
            return true
        }
        guard isDue else { return }
        threads.submit { [self] state in
            if case .active = state { remember() }
        }
    }

    private func remember() {
        guard let news = keys.news() else { return }
        // Without the file the next start reads more; nothing else depends on it.
        let ground = ground
        try? BatchMemory(ground).save(news.batches, seen: news.seen, ground)
    }
}

extension Ground {
    /// Keys what is kept of documents and their ids: made of the key of the book `audit`, so that a copy
    /// of `logs/` lets nobody try out what they say. Without that key it is chance, for one life.
    fileprivate func documentSecret() throws -> SymmetricKey {
        let place = place("audit")
        guard existingBooks.contains("audit"),
            let key = try place.keys.key(for: snapshot("audit").manifest.origin)
        else { return SymmetricKey(size: .bits256) }
        return SymmetricKey(
            data: HMAC<SHA256>.authenticationCode(
                for: Array("daybook documents".utf8),
                using: SymmetricKey(data: Array(key.exportPrivateText().utf8))))
    }
}

/// Records that stand together in a book.
struct Landed: Sendable, Hashable {
    let book: String
    let first: UInt64
    let count: Int
}

extension MaskedRecords {
    /// Records from a place on, of about so many bytes, one at least; all of them without a copy.
    fileprivate func piece(from first: Int, bytes: Int) -> MaskedRecords {
        if first == 0, byteCount <= bytes { return self }
        var end = first
        var taken = 0
        while end < count, end == first || taken + entries[end].count <= bytes {
            taken += entries[end].count
            end += 1
        }
        let range = first..<end
        return filtered { range.contains($0) }
    }
}
