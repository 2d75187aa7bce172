// SPDX-License-Identifier: Apache-2.0

import Intake

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Follows log files, without a thread or a clock of its own: whoever has both calls `step`.
///
/// Each log is a lane. A look at the directories says what was rotated, is new or has grown; then
/// every lane that has something takes its turn. Positions go to the sink before what they are
/// needed for: see `SourceSink.mark`.
final class TailEngine {
    let sink: any SourceSink
    let report: SourceReport
    let note: CutNote
    let zone: Intake.Zone
    let startsAtEnd: Bool
    /// `bots:` and the directory that names of streams are told without.
    private let prefix: String
    private let root: String

    var listing: TailListing
    private let watch: DirectoryWatch?
    var lanes: [String: TailLane] = [:]
    /// Rotated files that no pattern names and that were there before their log was followed: they
    /// are never read. What rotation makes afterwards is, also when it was faster than a look.
    var old: Set<FileIdentity> = []
    /// Lanes that are looked at between two scans.
    private var warm: [TailLane] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: SourceLimits.readBytes, alignment: 16)

    /// The number of the newest mark.
    var sequence: UInt64 = 0
    var unmarkedBytes = 0
    /// When the first record after the newest mark was taken; nil while there is none.
    var firstUnmarked: UInt64?
    var lastFullMark: UInt64 = 0
    private var nextScan: UInt64 = 0
    /// Before it no look is made, whatever is heard.
    private var earliestScan: UInt64 = 0
    /// Whether something is gathered in the sink.
    private var hasTaken = false
    /// When it is next told where the files stand.
    var nextTell: UInt64 = 0
    /// Records and bytes of this step.
    private var stepBytes: UInt64 = 0

    init(
        _ choice: TailChoice, name: String, sink: any SourceSink, note: CutNote,
        report: SourceReport, watch: DirectoryWatch? = nil,
        isOurs: @escaping @Sendable (String) -> Bool
    ) {
        self.watch = watch
        self.sink = sink
        self.report = report
        self.note = note
        zone = choice.zone
        startsAtEnd = choice.startsAtEnd
        listing = TailListing(choice.patterns, excluding: choice.excluded, isOurs: isOurs)
        root = TailListing.root(of: choice.patterns)
        prefix = name + ":"
    }

    deinit { buffer.deallocate() }

    // MARK: - Steps

    /// Does what there is to do. Returns whether there may be more to do at once.
    func step(_ now: UInt64) throws -> Bool {
        let before = sink.taken
        stepBytes = 0
        hear(now)
        if now >= nextScan { try scan(now) }
        if warm.contains(where: \.needsMark) {
            try mark(now, isFull: false)
        }
        var isBusy = false
        for lane in warm where try turn(lane, now) { isBusy = true }
        if hasTaken {
            try sink.handOver(isPause: !isBusy)
            hasTaken = isBusy
        }
        if isMarkDue(now) {
            try mark(now, isFull: now - lastFullMark >= SourceLimits.fullMarkNanoseconds)
        }
        warm.removeAll { lane in
            lane.isWarm = lane.isActive(now)
            return !lane.isWarm
        }
        report.add(records: sink.taken - before, bytes: stepBytes)
        report.progress(
            streams: lanes.count, lagBytes: warm.reduce(0) { $0 + UInt64($1.lag) })
        if now >= nextTell { tell(now) }
        return isBusy
    }

    /// Nanoseconds until the next step is due.
    func pause(_ now: UInt64) -> UInt64 {
        let untilScan = nextScan > now ? nextScan - now : 0
        return warm.isEmpty ? untilScan : min(untilScan, SourceLimits.tickNanoseconds)
    }

    /// Ends what waits, and writes where everything stands.
    func stop(_ now: UInt64) throws {
        let before = sink.taken
        for lane in lanes.values.sorted(by: { $0.path < $1.path }) { try cut(lane) }
        report.add(records: sink.taken - before, bytes: 0)
        if lanes.values.contains(where: \.isDirty) { try mark(now, isFull: false) }
        for lane in lanes.values { lane.current?.close() }
    }

    func warmUp(_ lane: TailLane) {
        guard !lane.isWarm else { return }
        lane.isWarm = true
        warm.append(lane)
    }

    // MARK: - Looking

    func scan(_ now: UInt64) throws {
        // Watched first, so that nothing happens unheard after the look.
        watch?.watch(listing.directories())
        let (logs, looked) = listing.look { lanes[$0] != nil }
        if !old.isEmpty {
            // The number of one that is gone may be given to another.
            old.formIntersection(
                logs.values.joined().lazy.filter { !$0.isNamed }.map(\.identity))
        }
        for lane in lanes.values where logs[lane.path] == nil { try update(lane, [], now) }
        for path in logs.keys.sorted() {
            guard let files = logs[path] else { continue }
            if let lane = lanes[path] {
                try update(lane, files, now)
            } else if files.contains(where: { !isOld($0) }), let lane = makeLane(path) {
                try update(lane, files, now)
            }
        }
        let wanted = UInt64(looked) * SourceLimits.scanNanosecondsPerFile
        earliestScan =
            now
            + min(max(wanted, SourceLimits.scanNanosecondsMin), SourceLimits.scanNanosecondsMax)
        let hearsAll = watch?.hearsAll ?? false
        nextScan = earliestScan
        if hearsAll, !listing.hasWildDirectories {
            nextScan = now + SourceLimits.heardScanNanoseconds
        } else if hearsAll {
            nextScan = now + SourceLimits.scanNanosecondsMax
        }
    }

    /// Takes note of what happened in the directories.
    private func hear(_ now: UInt64) {
        guard let news = watch?.news() else { return }
        var mustLook = news.isLost
        for path in news.written {
            guard let log = listing.log(of: path, { lanes[$0] != nil }) else { continue }
            guard let lane = lanes[log], let current = lane.current, current.path == path,
                openFile(lane, current)
            else {
                mustLook = true
                continue
            }
            current.look(now)
            current.grown = now
            warmUp(lane)
        }
        if !mustLook {
            mustLook = news.moved.contains { listing.log(of: $0) { lanes[$0] != nil } != nil }
        }
        if mustLook { nextScan = min(nextScan, max(earliestScan, now)) }
    }

    func isOld(_ listed: ListedFile) -> Bool { !listed.isNamed && old.contains(listed.identity) }

    func makeLane(_ path: String) -> TailLane? {
        guard lanes.count < SourceLimits.files else {
            report.fail(
                "more than \(SourceLimits.files) logs; the rest is not followed. Name fewer, or "
                    + "make a second source.")
            return nil
        }
        let name = path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
        let lane = TailLane(path, stream: SourceStream(prefix + name), zone: zone)
        lanes[path] = lane
        return lane
    }

    // MARK: - Reading

    /// Goes to the first file of a log, once there is one.
    func begin(_ lane: TailLane) {
        guard lane.current == nil, !lane.queue.isEmpty else { return }
        lane.current = lane.queue.removeFirst()
        lane.isMarked = false
    }

    func readPiece(_ file: TailFile) -> TailFile.Piece { file.read(into: buffer) }

    /// Whether a whole line, or something that has to be looked at, is still to be read.
    func hasMore(_ file: TailFile) -> Bool {
        switch file.read(into: buffer) {
        case .end: return false
        case .bytes(let offset, let count):
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[offset..<(offset + count)])
            return offset + count == buffer.count
                || bytes.bindMemory(to: UInt8.self).lineFeed(from: 0) != nil
        case .changed, .failed: return true
        }
    }

    /// Reads one lane for a while. Returns whether there is more.
    private func turn(_ lane: TailLane, _ now: UInt64) throws -> Bool {
        begin(lane)
        guard let file = lane.current, openFile(lane, file) else { return false }
        guard lane.isMarked else {
            file.look(now)
            return lane.needsMark
        }
        var taken = 0
        while taken < SourceLimits.turnBytes {
            switch file.read(into: buffer) {
            case .bytes(let offset, let count):
                if file.position == 0, file.changedSinceListed(now) {
                    // It may have been copied and truncated before anything of it was read. What
                    // was read now is taken only if no copy was there after it.
                    try update(lane, steadyFiles(lane), now)
                    guard lane.current === file, lane.isMarked else { return true }
                }
                let used = take(lane, file, offset, count, now)
                if sink.isFull { try sink.handOver(isPause: false) }
                taken += used
                guard used > 0 else { return try atEnd(lane, file, now) }
            case .end: return try atEnd(lane, file, now)
            case .changed:
                try truncated(lane, file, now)
                return true
            case .failed(let code):
                fail(lane, file, code)
                return false
            }
        }
        return true
    }

    func openFile(_ lane: TailLane, _ file: TailFile) -> Bool {
        guard let code = file.open() else {
            lane.problem = nil
            return true
        }
        // Renamed meanwhile: the next scan says where it is.
        if code != ENOENT { fail(lane, file, code) }
        return false
    }

    private func fail(_ lane: TailLane, _ file: TailFile, _ code: Int32) {
        guard lane.problem != code else { return }
        lane.problem = code
        report.fail("cannot read \(file.path): \(String(cString: strerror(code)))")
    }

    /// Gives the whole lines of a piece to Intake. Returns how many bytes that were.
    func take(_ lane: TailLane, _ file: TailFile, _ offset: Int, _ count: Int, _ now: UInt64) -> Int
    {
        let piece = UnsafeRawBufferPointer(rebasing: buffer[offset..<(offset + count)])
        let bytes = piece.bindMemory(to: UInt8.self)
        var used = 0
        // What a program leaves that goes on writing where it was after its file was truncated.
        if file.position == 0 { while used < count, bytes[used] == 0 { used += 1 } }
        while let feed = bytes.lineFeed(from: used) {
            let end = feed + 1
            feedLine(
                lane, file, UnsafeBufferPointer(rebasing: bytes[used..<end]), file.position + used)
            used = end
        }
        // A line longer than the buffer goes in by pieces, always cut at the same places.
        if used == 0, offset + count == buffer.count {
            feedLine(lane, file, bytes, file.position)
            used = count
        }
        guard used > 0 else { return 0 }
        file.advance(UnsafeRawBufferPointer(rebasing: piece[..<used]))
        if !lane.intake.hasPending, !lane.intake.hasPartialLine { file.safe = file.position }
        didTake(lane, used, now)
        return used
    }

    private func feedLine(
        _ lane: TailLane, _ file: TailFile, _ line: UnsafeBufferPointer<UInt8>, _ start: Int
    ) {
        while let cut = lane.cuts.first, cut <= start {
            lane.cuts.removeFirst()
            if cut == start {
                lane.intake.flush { sink.take($0, into: &lane.stream) }
                file.safe = start
            }
        }
        let wasWaiting = lane.intake.hasPending || lane.intake.hasPartialLine
        var made = 0
        lane.intake.feed(line) { item in
            sink.take(item, into: &lane.stream)
            made += 1
        }
        guard lane.intake.hasPending || lane.intake.hasPartialLine else {
            return file.safe = start + line.count
        }
        // What waited is done, so this line is what waits now. A record that a limit cut in two
        // cannot be read again from its middle.
        if made > 0 || !wasWaiting, !lane.intake.continuesRecord { file.safe = start }
    }

    private func didTake(_ lane: TailLane, _ bytes: Int, _ now: UInt64) {
        lane.fed = now
        lane.isDirty = true
        hasTaken = true
        unmarkedBytes += bytes
        stepBytes += UInt64(bytes)
        if firstUnmarked == nil { firstUnmarked = now }
    }

    /// Everything that is there was read. Returns whether something else can be read at once.
    private func atEnd(_ lane: TailLane, _ file: TailFile, _ now: UInt64) throws -> Bool {
        file.look(now)
        if now - lane.fed >= SourceLimits.silenceNanoseconds { try cut(lane) }
        return try moveOn(lane, file, now)
    }

    /// Ends the record that waits for more lines.
    func cut(_ lane: TailLane) throws {
        guard let file = lane.current, lane.intake.hasPending, !lane.intake.hasPartialLine else {
            return
        }
        try note.add(sequence, lane.key, file.position)
        lane.intake.flush { sink.take($0, into: &lane.stream) }
        file.safe = file.position
        lane.isDirty = true
        hasTaken = true
    }

    /// Takes what a file has after its last line feed, as a line: nobody will finish it.
    func finish(_ lane: TailLane, _ file: TailFile, _ now: UInt64) {
        if case .bytes(let offset, let count) = file.read(into: buffer) {
            let used = take(lane, file, offset, count, now)
            if used < count {
                let rest = UnsafeRawBufferPointer(
                    rebasing: buffer[(offset + used)..<(offset + count)])
                feedLine(lane, file, rest.bindMemory(to: UInt8.self), file.position)
                file.advance(rest)
                didTake(lane, rest.count, now)
            }
        }
        lane.intake.finish { sink.take($0, into: &lane.stream) }
        file.safe = file.position
        lane.isDirty = true
        hasTaken = true
    }
}
