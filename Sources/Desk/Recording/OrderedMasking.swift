// SPDX-License-Identifier: Apache-2.0

internal import Book
package import Masking

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// JSON Lines masked by several threads, handed over in order: to the last byte what one thread makes
/// of them.
///
/// A session carries a little from record to record (`CarriedState`): a value that was masked once is
/// masked everywhere after. So a thread begins a run with the state as far as it is known, and when the
/// run's turn comes and the state has become another one, the run is masked again, by the thread that
/// hands over. That is rare: a state changes when a new secret comes. Where it changes all the time,
/// the threads rest and one masks alone.
///
/// Holds at most two runs a thread; what is handed over waits in the books' queues, which have limits of
/// their own. A run that comes alone (a slow stream) is masked at once, by the caller's thread.
///
/// What masks and hands over is one thread; the closures of `take` and `drain` are called on it.
package struct OrderedMasking: ~Copyable {
    /// Which rule masked what, of all that was handed over.
    package private(set) var report = MaskingReport()
    private var records = 0

    private var own: LinesMasker
    /// Started by the first run that is worth it.
    private var crew: LineCrew?
    private let makeCrew: () -> LineCrew?
    /// In the order of their lines.
    private var inFlight: [LineRun] = []
    private var free: [LineRun] = []
    private let runsMax: Int
    /// The state behind the last run that was handed over, and how often it changed.
    private var carried = CarriedState()
    private var revision: UInt64 = 0
    /// Runs that the caller's thread still masks alone, after one had to be masked again.
    private var alone = 0
    /// What the caller's thread masks into.
    private var result: MaskedLines
    /// Runs that had to be masked again: for tests.
    package private(set) var again = 0

    /// - Parameters:
    ///   - rules: what is personal, by book: structured records go into the first, text into the last.
    ///   - threads: how many mask; with one it is the caller's.
    package init(
        _ masker: Masker, _ provenance: Provenance, _ rules: [SealRule], threads: Int
    ) {
        own = LinesMasker(masker, provenance, rules)
        result = MaskedLines(books: rules.count)
        makeCrew = {
            threads > 1 ? LineCrew(threads) { LinesMasker(masker, provenance, rules) } : nil
        }
        runsMax = threads * 2
    }

    deinit { crew?.end() }

    /// How many threads mask unless somebody says otherwise: one a core.
    package static var threads: Int { min(DeskLimits.maskingThreads, machineThreads()) }

    /// Bytes of lines that are best given to `take` at once.
    package static let runBytes = DeskLimits.runBytes

    /// Takes the next lines, whole ones; `handOver` gets what was made of them or of earlier ones.
    ///
    /// Blocks while as much is on its way as may be.
    ///
    /// - Throws: what `handOver` throws; what is on its way is lost then.
    package mutating func take<Failure: Error>(
        _ lines: UnsafeBufferPointer<UInt8>,
        _ handOver: (inout MaskedLines) throws(Failure) -> Void
    ) throws(Failure) {
        let isSmall = inFlight.isEmpty && lines.count < DeskLimits.runBytesAlone
        if crew == nil, !isSmall { crew = makeCrew() }
        guard let crew, alone == 0, !isSmall else {
            try drain(handOver)
            alone = max(0, alone - 1)
            return try maskAlone(lines, handOver)
        }
        if inFlight.count == runsMax { try handOverFirst(crew, handOver) }
        let run = free.popLast() ?? LineRun(books: result.lanes.count)
        run.fill(lines)
        inFlight.append(run)
        crew.give(run)
        while let first = inFlight.first, crew.isDone(first) { try handOverFirst(crew, handOver) }
    }

    /// Hands over all that is on its way.
    package mutating func drain<Failure: Error>(
        _ handOver: (inout MaskedLines) throws(Failure) -> Void
    ) throws(Failure) {
        guard let crew else { return }
        while !inFlight.isEmpty { try handOverFirst(crew, handOver) }
    }

    private mutating func handOverFirst<Failure: Error>(
        _ crew: LineCrew, _ handOver: (inout MaskedLines) throws(Failure) -> Void
    ) throws(Failure) {
        let run = inFlight.removeFirst()
        crew.wait(for: run)
        defer {
            run.result.removeAll()
            free.append(run)
        }
        guard run.revision == revision else {
            again += 1
            alone = DeskLimits.runsAlone
            return try maskAlone(run.lines, handOver)
        }
        note(run.carried)
        try finish(&run.result, handOver)
    }

    private mutating func maskAlone<Failure: Error>(
        _ lines: UnsafeBufferPointer<UInt8>,
        _ handOver: (inout MaskedLines) throws(Failure) -> Void
    ) throws(Failure) {
        // Out of `self` while it is handed over.
        var masked = MaskedLines(books: 0)
        swap(&masked, &result)
        defer { swap(&masked, &result) }
        masked.removeAll()
        own.session.carried = carried
        own.mask(lines, into: &masked)
        note(own.session.carried)
        try finish(&masked, handOver)
    }

    /// Keeps the state for the runs that come next, where it is another one.
    private mutating func note(_ state: CarriedState) {
        guard state != carried else { return }
        carried = state
        revision += 1
        crew?.publish(state, revision)
    }

    private mutating func finish<Failure: Error>(
        _ result: inout MaskedLines,
        _ handOver: (inout MaskedLines) throws(Failure) -> Void
    ) throws(Failure) {
        if !result.report.isEmpty { report.append(result.report, from: records) }
        records += result.records
        try handOver(&result)
    }
}

/// Whole lines on their way through a crew.
private final class LineRun: @unchecked Sendable {
    // Sendable, because one thread has it at a time: the caller's, until it is given to the crew and
    // after it was waited for; in between the one that took it. The crew's lock lies between.
    private var buffer: UnsafeMutableBufferPointer<UInt8>
    private var count = 0
    var result: MaskedLines
    /// The state after it.
    var carried = CarriedState()
    /// Of which state it was masked.
    var revision: UInt64 = 0
    /// Only with the crew's lock.
    var isDone = false

    init(books: Int) {
        buffer = .allocate(capacity: DeskLimits.runBytes)
        result = MaskedLines(books: books)
    }

    deinit { buffer.deallocate() }

    var lines: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: UnsafeBufferPointer(buffer)[..<count])
    }

    /// Copies lines. What was made larger for long ones is made small again for others.
    func fill(_ lines: UnsafeBufferPointer<UInt8>) {
        let wanted = max(DeskLimits.runBytes, lines.count)
        if wanted != buffer.count {
            buffer.deallocate()
            buffer = .allocate(capacity: wanted)
        }
        count = lines.count
        if let from = lines.baseAddress, let to = buffer.baseAddress {
            to.update(from: from, count: count)
        }
        isDone = false
    }
}

/// Threads that mask runs of lines.
private final class LineCrew: Sendable {
    private struct Work {
        var waiting: [LineRun] = []
        var carried = CarriedState()
        var revision: UInt64 = 0
        var isOver = false
    }

    private let work = Monitor(Work())
    /// How many runs were masked. Wakes who waits for one; the runs' `isDone` are behind its lock.
    private let done = Monitor(0)
    private let workers: [Worker]

    init(_ threads: Int, _ makeMasker: @escaping @Sendable () -> LinesMasker) {
        workers = (0..<threads).map { [work, done] number in
            Worker("masker-\(number)") {
                var masker = makeMasker()
                while let run = Self.next(work, &masker) {
                    masker.mask(run.lines, into: &run.result)
                    run.carried = masker.session.carried
                    done.withLock { count in
                        count += 1
                        run.isDone = true
                    }
                    done.broadcast()
                }
            }
        }
    }

    /// The next run, with the session in the state that is known best; nil when all is over.
    private static func next(_ work: Monitor<Work>, _ masker: inout LinesMasker) -> LineRun? {
        let taken = work.wait { work -> (run: LineRun, carried: CarriedState)?? in
            if work.isOver { return .some(nil) }
            guard !work.waiting.isEmpty else { return nil }
            let run = work.waiting.removeFirst()
            run.revision = work.revision
            return .some((run, work.carried))
        }
        guard let taken else { return nil }
        masker.session.carried = taken.carried
        return taken.run
    }

    func give(_ run: LineRun) {
        work.withLock { $0.waiting.append(run) }
        work.broadcast()
    }

    func publish(_ carried: CarriedState, _ revision: UInt64) {
        work.withLock { work in
            work.carried = carried
            work.revision = revision
        }
    }

    func isDone(_ run: LineRun) -> Bool { done.withLock { _ in run.isDone } }

    func wait(for run: LineRun) { done.wait { _ in run.isDone ? () : nil } }

    /// Ends the threads; what they have not begun stays undone.
    func end() {
        work.withLock { work in
            work.isOver = true
            work.waiting = []
        }
        work.broadcast()
        for worker in workers { worker.join() }
    }
}

extension Slice where Base == UnsafeBufferPointer<UInt8> {
    /// The first place of a byte, by the system's own search.
    func firstIndex(ofByte byte: UInt8) -> Int? {
        guard let start = UnsafeBufferPointer(rebasing: self).baseAddress,
            let found = memchr(start, Int32(byte), count)
        else { return nil }
        return startIndex + UnsafeRawPointer(start).distance(to: found)
    }
}
