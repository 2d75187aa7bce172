// SPDX-License-Identifier: Apache-2.0

package import Book
package import Intake
package import Masking
package import Records

/// From records to books: masks with one session, gathers batches, hands them over.
///
/// A batch goes over as `queued` while more input is at hand, so that masking on this thread and
/// hashing and writing on the book's overlap; the last one before a pause, and the last of all,
/// waits for the durability that was asked for. A book takes batches in order: when a later one is
/// written, so are all before it.
package struct Recorder: ~Copyable {
    private var session: MaskingSession
    /// The book for structured records and, unless one takes all, the book for text.
    private var lanes: [Lane]
    /// What the records that come next name as their source.
    package var provenance: Provenance
    private let watch: TroubleWatch
    /// Whether the books are given back at the end: not those that somebody else holds open.
    private let ownsBooks: Bool

    /// One book with the batch that is being filled.
    private struct Lane {
        let name: String
        let book: Book
        let durability: Durability
        /// A book that may refuse must be asked about each batch; one that waits loses none.
        let isPipelined: Bool
        /// What is personal in the book's records.
        let rule: SealRule
        var batch = MaskedRecords()
        var records = 0
        var bytes = 0
        /// Records that an import before this one left in the book: so many are not added again.
        var passOver = 0

        /// Passes over a record of so many lines. False when only some of them are in the book, cut
        /// off between the pieces of a long one: better all again than some missing.
        mutating func hasPassed(_ lines: Int) -> Bool {
            defer { passOver = max(0, passOver - lines) }
            return lines <= passOver
        }

        mutating func handOver(_ durability: Durability) throws(BookError) {
            guard !batch.isEmpty else { return }
            try book.settle(&batch)
            try book.append(batch, durability)
            records += batch.count
            bytes += batch.byteCount
            // The next one will be about as large.
            var next = MaskedRecords()
            next.reserveCapacity(of: batch)
            batch = next
        }

        /// Takes records that were masked elsewhere; leaves room for others in their place.
        mutating func take(_ masked: inout MaskedRecords) {
            if batch.isEmpty {
                swap(&batch, &masked)
            } else {
                batch.append(contentsOf: masked)
            }
        }
    }

    /// What went into one book.
    package struct Count {
        package let book: String
        package let records: Int
        package let bytes: Int
    }

    /// - Parameters:
    ///   - only: the one book that takes everything; nil for structured records in `audit` and text
    ///     in `chat`.
    ///   - held: gives a book that is open already, and stays open afterwards; nil opens them.
    package init(
        _ ground: Ground, source: String, only: String?, durability: Durability?,
        held: ((String) throws -> Book)? = nil
    ) throws {
        let names = if let only { [try ground.known(only)] } else { ["audit", "chat"] }
        lanes = try names.map { name in
            let book = try held?(name) ?? ground.open(name)
            return Lane(
                name: name, book: book, durability: try ground.durability(durability, of: name),
                isPipelined: book.settings.whenStuck == .wait, rule: book.settings.seal)
        }
        ownsBooks = held == nil
        watch = TroubleWatch(lanes.map(\.book), ground.voice)
        session = MaskingSession(ground.masker)
        provenance = Provenance(source: source)
    }

    package var report: MaskingReport { session.report }

    /// What went into each book so far.
    package var counts: [Count] {
        lanes.map { Count(book: $0.name, records: $0.records, bytes: $0.bytes) }
    }

    private func lane(for book: IntakeBook) -> Int {
        book == .chat ? lanes.count - 1 : 0
    }

    /// From here on `count` records of a book are masked and forgotten, because it has them.
    package mutating func passOver(_ count: Int, _ book: IntakeBook) {
        lanes[lane(for: book)].passOver += count
    }

    /// Takes back what is left to pass over: for whoever records many streams in turn.
    package mutating func takePassOver(_ book: IntakeBook) -> Int {
        let lane = lane(for: book)
        defer { lanes[lane].passOver = 0 }
        return lanes[lane].passOver
    }

    /// Takes one JSON line: the hot path.
    package mutating func take(jsonLine: UnsafeBufferPointer<UInt8>, _ book: IntakeBook)
        throws(JSONError)
    {
        let lane = lane(for: book)
        if lanes[lane].passOver > 0 {
            var known = MaskedRecords()
            try session.append(jsonLine: jsonLine, from: provenance, to: &known)
            if lanes[lane].hasPassed(known.count) { return }
        }
        try session.append(
            jsonLine: jsonLine, from: provenance, sealing: lanes[lane].rule,
            to: &lanes[lane].batch)
    }

    /// What is personal, by book: for who masks elsewhere.
    package var sealRules: [SealRule] { lanes.map(\.rule) }

    /// Takes lines that `OrderedMasking` masked, and hands over what is full.
    package mutating func take(_ masked: inout MaskedLines) throws(BookError) {
        for lane in lanes.indices { lanes[lane].take(&masked.lanes[lane]) }
        if isFull { try handOver(isPause: false) }
    }

    package mutating func take(object: JSONObject, _ book: IntakeBook) {
        let lane = lane(for: book)
        if lanes[lane].passOver > 0 {
            var known = MaskedRecords()
            session.append(object: object, from: provenance, to: &known)
            if lanes[lane].hasPassed(known.count) { return }
        }
        session.append(
            object: object, from: provenance, sealing: lanes[lane].rule, to: &lanes[lane].batch)
    }

    /// Takes a record of Daybook's own; `names` are of members that could identify somebody.
    package mutating func take(ours object: JSONObject, sealing names: [String] = []) {
        session.append(
            object: object, from: .daybook, sealing: names.isEmpty ? .none : .house(names),
            to: &lanes[0].batch)
    }

    /// Whether a batch is large enough to go.
    package var isFull: Bool {
        lanes.contains { $0.batch.byteCount >= DeskLimits.batchBytes }
    }

    /// Hands over what was gathered; `isPause` when no more input is at hand, so that there is
    /// time to wait for it.
    package mutating func handOver(isPause: Bool) throws(BookError) {
        for index in lanes.indices {
            // In another process's queue a record may die with that process.
            let isQueued = !isPause && lanes[index].isPipelined && lanes[index].book.isHolder
            try lanes[index].handOver(isQueued ? .queued : lanes[index].durability)
        }
    }

    /// Syncs and signs what was handed over.
    /// - Returns: the size of each book.
    package mutating func checkpoint() throws(BookError) -> [String: UInt64] {
        var sizes: [String: UInt64] = [:]
        for index in lanes.indices {
            try lanes[index].handOver(.written)
            sizes[lanes[index].name] = try lanes[index].book.checkpoint()
        }
        return sizes
    }

    /// Hands over the rest and gives the books back.
    package mutating func finish() throws(BookError) {
        try handOver(isPause: true)
        watch.end()
        guard ownsBooks else { return }
        for lane in lanes { try lane.book.close() }
    }
}

extension Provenance {
    /// Daybook's own records: their names are not claims.
    package static let daybook = Provenance(source: "daybook", trusted: true)
}
