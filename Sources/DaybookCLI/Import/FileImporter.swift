// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Intake
import Records
import TransparencyLog

/// Imports one file into the books, from where an earlier import of it ended.
struct FileImporter {
    let ground: Ground
    let only: String?
    let durability: Durability?
    let zone: LocalZone
    /// What the records name as their source, and by which a cut off import counts its own; nil for
    /// the file's name.
    var source: String?

    /// What came of one file.
    struct Outcome {
        let path: String
        var newBytes = 0
        var oldBytes = 0
        var records = 0
        var wasInterrupted = false
    }

    private var firstBook: String { only ?? "audit" }
    private var textBook: String? { only == nil ? "chat" : nil }

    func run(_ file: ImportOrder.Candidate, _ memory: inout ImportMemory) throws -> Outcome {
        var outcome = Outcome(path: file.path)
        let name = file.path.namePart
        let source = source ?? "file:\(name)"
        let known = memory.marks.filter { $0.matches(lead: file.lead) }
        let (done, hasher) = try imported(file, known)
        outcome.oldBytes = done
        // Records beyond the newest mark of that length: an import was cut off there.
        let last = known.last { $0.bytes == done }
        var recorder = try Recorder(ground, source: source, only: only, durability: durability)
        if let last {
            recorder.passOver(
                try ImportMemory.count(
                    source: source, in: ground.place(firstBook), from: last.index + 1), .audit)
            if let textBook, let textSize = last.textSize {
                recorder.passOver(
                    try ImportMemory.count(
                        source: source, in: ground.place(textBook), from: textSize), .chat)
            }
        }
        var run = Run(
            file: file, name: name, textBook: textBook, recorder: recorder, hasher: hasher,
            zone: zone)
        try run.read(from: done, hasMark: last != nil, &memory, &outcome)
        return outcome
    }

    /// How many bytes of the file are in the book already, and the hash of those.
    private func imported(_ file: ImportOrder.Candidate, _ known: [ImportMark]) throws -> (
        bytes: Int, hasher: PrefixHasher
    ) {
        var hasher = PrefixHasher()
        var best = (bytes: 0, hasher: hasher)
        let candidates = known.filter { $0.bytes > 0 }.sorted { $0.bytes < $1.bytes }
        guard !candidates.isEmpty else { return best }
        let stream = try ImportStream(file.path)
        var chunk = [UInt8](repeating: 0, count: CommandLimits.readBytes)
        for mark in candidates {
            while hasher.count < mark.bytes {
                let got = stream.read(&chunk, min(chunk.count, mark.bytes - hasher.count))
                guard got > 0 else { return best }
                hasher.update(chunk[..<got])
            }
            if hasher.root == mark.hash { best = (mark.bytes, hasher) }
        }
        return best
    }
}

/// One file on its way into the books.
private struct Run: ~Copyable {
    let file: ImportOrder.Candidate
    let name: String
    let textBook: String?
    var recorder: Recorder
    /// Hash of all bytes whose records were taken.
    var hasher: PrefixHasher
    let zone: LocalZone
    /// Bytes of lines that wait in Intake for more.
    private var waiting: [UInt8] = []
    private var markedBytes = 0

    init(
        file: ImportOrder.Candidate, name: String, textBook: String?,
        recorder: consuming Recorder, hasher: PrefixHasher, zone: LocalZone
    ) {
        self.file = file
        self.name = name
        self.textBook = textBook
        self.recorder = recorder
        self.hasher = hasher
        self.zone = zone
        markedBytes = hasher.count
    }

    mutating func read(
        from start: Int, hasMark: Bool, _ memory: inout ImportMemory,
        _ outcome: inout FileImporter.Outcome
    ) throws {
        var stream = try ImportStream(file.path)
        try stream.skip(start)
        var reader = LineReader(stream.descriptor)
        var taker = IntakeTaker(stream: .file, zone: zone)
        var progress = Progress("import \(name)")
        var isMarked = hasMark
        while reader.read() {
            // Only now is it known that there is something new.
            if !isMarked {
                try mark(&memory)
                isMarked = true
            }
            while let line = reader.next() {
                take(line, endsWithFeed: true, &taker)
                if recorder.isFull { try recorder.handOver(isPause: false) }
            }
            progress.report(
                UInt64(hasher.count), of: stream.plainSize.map { UInt64($0) }, "byte")
            if hasher.count - markedBytes >= CommandLimits.importMarkBytes { try mark(&memory) }
        }
        outcome.wasInterrupted = Interruption.isRequested
        if !outcome.wasInterrupted {
            if let line = reader.takeRest() { take(line, endsWithFeed: false, &taker) }
            taker.finish(to: &recorder)
            hasher.update(waiting)
        }
        if hasher.count > markedBytes { try mark(&memory) }
        progress.end()
        outcome.newBytes = hasher.count - start
        try recorder.finish()
        outcome.records = recorder.counts.reduce(0) { $0 + $1.records } - marks
        if let code = reader.failure {
            throw DeskFailure(.inputOutput, "\(file.path): reading failed (error \(code)).")
        }
        if !outcome.wasInterrupted { try stream.checkEnd() }
    }

    private var marks = 0

    /// Feeds one line and finds out which bytes now have their records.
    private mutating func take(
        _ line: UnsafeBufferPointer<UInt8>, endsWithFeed: Bool, _ taker: inout IntakeTaker
    ) {
        let before = taker.records
        if endsWithFeed {
            taker.feed(line: line, to: &recorder)
        } else {
            taker.feed(line, to: &recorder)
        }
        let isWaiting = taker.hasPending || taker.hasPartialLine
        if !isWaiting || taker.records > before {
            // What waited is done; this line, if anything, is what waits now.
            hasher.update(waiting)
            waiting.removeAll(keepingCapacity: true)
        }
        if isWaiting {
            waiting += line
            if endsWithFeed { waiting.append(0x0A) }
        } else {
            hasher.update(line)
            if endsWithFeed { hasher.update(CollectionOfOne(0x0A)) }
        }
    }

    /// Syncs the records, then says in the book how far it came.
    private mutating func mark(_ memory: inout ImportMemory) throws {
        let sizes = try recorder.checkpoint()
        let mark = ImportMark(
            file: name, bytes: hasher.count, hash: hasher.root, lead: file.lead,
            textSize: textBook.flatMap { sizes[$0] })
        recorder.take(ours: mark.json, sealing: ImportMark.sealed)
        _ = try recorder.checkpoint()
        memory.add(mark)
        marks += 1
        markedBytes = hasher.count
    }
}
