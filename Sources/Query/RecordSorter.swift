// SPDX-License-Identifier: Apache-2.0

import Records

/// Sorts records by fields, in memory as far as that goes and through a private file beyond.
struct RecordSorter: ~Copyable {
    struct Entry {
        let keys: [Cell]
        let record: SpillFile.Record

        var memoryBytes: Int { record.line.count + 96 + keys.reduce(0) { $0 + $1.memoryBytes } }
    }

    private let keys: [SortKey]
    private let keep: Int?
    private let memoryBytesMax: Int
    private let maySpill: Bool
    private var entries: [Entry] = []
    private var bytes = 0
    private var added: UInt64 = 0
    private var runs: [SpillFile] = []
    private var row = RowEvaluator(.all)

    init(_ keys: [SortKey], keep: Int?, memoryBytesMax: Int, maySpill: Bool) {
        self.keys = keys
        self.keep = keep
        self.memoryBytesMax = memoryBytesMax
        self.maySpill = maySpill
    }

    mutating func add(_ found: FoundRecord) throws(QueryError) {
        let record = SpillFile.Record(
            place: added, book: found.book, index: found.index, line: Array(found.line))
        let entry = Entry(keys: keys(of: found.line), record: record)
        added += 1
        bytes += entry.memoryBytes
        entries.append(entry)
        if let keep, entries.count >= max(keep * 2, 1024) || bytes > memoryBytesMax {
            sortEntries()
            entries.removeLast(max(0, entries.count - keep))
            bytes = entries.reduce(0) { $0 + $1.memoryBytes }
        }
        if bytes > memoryBytesMax { try spill() }
    }

    private mutating func keys(of line: UnsafeBufferPointer<UInt8>) -> [Cell] {
        _ = row.load(line)
        var cells: [Cell] = []
        for key in keys { cells.append(row.value(at: key.path)?.sortable(key.path.kind) ?? .none) }
        return cells
    }

    // MARK: - Order

    private mutating func sortEntries() {
        let keys = keys
        entries.sort { Self.precedes($0, $1, keys) }
    }

    private static func precedes(_ left: Entry, _ right: Entry, _ keys: [SortKey]) -> Bool {
        for (place, key) in keys.enumerated() {
            if let isBefore = left.keys[place].isBefore(
                right.keys[place], descending: key.isDescending)
            {
                return isBefore
            }
        }
        return left.record.place < right.record.place
    }

    private mutating func spill() throws(QueryError) {
        guard maySpill else {
            throw QueryError(
                .tooLarge,
                "sorting these records takes more than \(memoryBytesMax >> 20) MiB, and records of "
                    + "the book chat are not put into temporary files; add `| limit N`, narrow the "
                    + "time, or allow more with --memory")
        }
        guard keep == nil else {
            throw QueryError(
                .tooLarge,
                "the records that `limit` keeps take more than \(memoryBytesMax >> 20) MiB; keep "
                    + "fewer, or allow more with --memory")
        }
        sortEntries()
        let file = try SpillFile()
        for entry in entries { try file.write(entry.record) }
        try file.rewind()
        runs.append(file)
        entries.removeAll()
        bytes = 0
    }

    // MARK: - The result

    /// Calls `body` with the records in order, until it returns false.
    mutating func finish(
        _ body: (FoundRecord) throws(QueryError) -> Bool
    ) throws(QueryError) {
        sortEntries()
        guard !runs.isEmpty else {
            for entry in entries.prefix(keep ?? entries.count) {
                guard try entry.record.lend(body) else { return }
            }
            return
        }
        try merge(body)
    }

    private mutating func merge(
        _ body: (FoundRecord) throws(QueryError) -> Bool
    ) throws(QueryError) {
        var heads: [Entry?] = []
        for run in runs { heads.append(try read(run)) }
        var rest = 0
        while true {
            var best: Int?
            for (place, head) in heads.enumerated() {
                guard let head else { continue }
                if let known = best, let other = heads[known],
                    !Self.precedes(head, other, keys)
                {
                    continue
                }
                best = place
            }
            if rest < entries.count,
                best.map({ place in
                    heads[place].map { Self.precedes(entries[rest], $0, keys) } ?? true
                }) ?? true
            {
                guard try entries[rest].record.lend(body) else { return }
                rest += 1
            } else if let best, let head = heads[best] {
                guard try head.record.lend(body) else { return }
                heads[best] = try read(runs[best])
            } else {
                return
            }
        }
    }

    private mutating func read(_ run: SpillFile) throws(QueryError) -> Entry? {
        guard let record = try run.read() else { return nil }
        let keys = record.line.withUnsafeBufferPointer { line in self.keys(of: line) }
        return Entry(keys: keys, record: record)
    }
}

extension Cell {
    /// Whether it comes before another; nil when they are equal. What is missing comes last, in
    /// both directions.
    func isBefore(_ other: Cell, descending: Bool) -> Bool? {
        guard self != other else { return nil }
        if self == .none { return false }
        if other == .none { return true }
        return descending ? other < self : self < other
    }
}

extension SpillFile.Record {
    func lend(_ body: (FoundRecord) throws(QueryError) -> Bool) throws(QueryError) -> Bool {
        var failure: QueryError?
        let isGoingOn: Bool = line.withUnsafeBufferPointer { bytes in
            do throws(QueryError) {
                return try body(FoundRecord(book: book, index: index, line: bytes))
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        return isGoingOn
    }
}
