// SPDX-License-Identifier: Apache-2.0

import Book
import Records

/// The matches of several books as one sequence, by the time of their recording.
///
/// Each book is scanned by a thread of its own that stays a few batches ahead; the caller merges.
struct MergedMatches {
    private let scans: [Scan]

    init(_ scans: [Scan]) { self.scans = scans }

    /// Bytes of lines that go over at once, and batches that wait in front of the merge.
    private static let batchBytes = 1 << 17
    private static let batchesAhead = 4

    private struct Batch {
        var times: [Int64] = []
        var indexes: [UInt64] = []
        var ends: [Int] = []
        var bytes: [UInt8] = []
    }

    /// What lies between a scan and the merge.
    private struct Queue {
        var batches: [Batch] = []
        var isDone = false
        var isStopped = false
        var failure: QueryError?
    }

    /// Calls `body` with each match until it returns false. Ties go to the book named first.
    func forEach(_ body: (FoundRecord) throws(QueryError) -> Bool) throws(QueryError) {
        if scans.count == 1, let scan = scans.first {
            return try scan.forEachMatch { index, line throws(QueryError) in
                try body(FoundRecord(book: 0, index: index, line: line))
            }
        }
        let queues = scans.map { _ in Monitor(Queue()) }
        let threads = Workers.start(scans.count) { [scans] number in
            Self.produce(scans[number], into: queues[number])
        }
        defer {
            for queue in queues {
                queue.withLock { $0.isStopped = true }
                queue.broadcast()
            }
            threads?.join()
        }
        guard threads != nil else {
            throw QueryError(.tooLarge, "the system gives no thread for another book")
        }
        try merge(queues, body)
    }

    private func merge(
        _ queues: [Monitor<Queue>], _ body: (FoundRecord) throws(QueryError) -> Bool
    ) throws(QueryError) {
        var heads: [Batch?] = []
        for queue in queues { heads.append(try Self.next(queue)) }
        var places = [Int](repeating: 0, count: queues.count)
        while true {
            var best: (book: Int, time: Int64)?
            for (book, head) in heads.enumerated() {
                guard let time = head?.times[places[book]] else { continue }
                if let known = best, known.time <= time { continue }
                best = (book, time)
            }
            guard let book = best?.book, let batch = heads[book] else { return }
            let place = places[book]
            let start = place == 0 ? 0 : batch.ends[place - 1]
            var failure: QueryError?
            let isGoingOn = batch.bytes.withUnsafeBufferPointer { bytes in
                do throws(QueryError) {
                    let line = UnsafeBufferPointer(rebasing: bytes[start..<batch.ends[place]])
                    return try body(
                        FoundRecord(book: book, index: batch.indexes[place], line: line))
                } catch {
                    failure = error
                    return false
                }
            }
            if let failure { throw failure }
            guard isGoingOn else { return }
            places[book] += 1
            if places[book] == batch.ends.count {
                places[book] = 0
                heads[book] = try Self.next(queues[book])
            }
        }
    }

    private static func next(_ queue: Monitor<Queue>) throws(QueryError) -> Batch? {
        let taken: (batch: Batch?, failure: QueryError?) = queue.wait { state in
            if !state.batches.isEmpty { return (state.batches.removeFirst(), nil) }
            return state.isDone ? (nil, state.failure) : nil
        }
        queue.broadcast()
        if let failure = taken.failure { throw failure }
        return taken.batch
    }

    // MARK: - One book

    private static func produce(_ scan: Scan, into queue: Monitor<Queue>) {
        var batch = Batch()
        var row = RowEvaluator(.all)
        var last = Int64.min
        var failure: QueryError?
        do throws(QueryError) {
            try scan.forEachMatch { index, line throws(QueryError) in
                _ = row.load(line)
                // Recording time never steps back in a book; where a line has none, that of the
                // one before it counts.
                last = max(last, row.recordingTime?.microseconds ?? last)
                batch.times.append(last)
                batch.indexes.append(index)
                batch.bytes.append(contentsOf: line)
                batch.ends.append(batch.bytes.count)
                guard batch.bytes.count >= batchBytes else { return true }
                let isGoingOn = hand(batch, to: queue)
                batch = Batch()
                return isGoingOn
            }
        } catch {
            failure = error
        }
        if !batch.ends.isEmpty, failure == nil { _ = hand(batch, to: queue) }
        queue.withLock {
            $0.isDone = true
            $0.failure = failure
        }
        queue.broadcast()
    }

    private static func hand(_ batch: Batch, to queue: Monitor<Queue>) -> Bool {
        let isGoingOn: Bool = queue.wait { state in
            if state.isStopped { return false }
            guard state.batches.count < batchesAhead else { return nil }
            state.batches.append(batch)
            return true
        }
        queue.broadcast()
        return isGoingOn
    }
}
