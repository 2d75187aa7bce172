// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import Segments
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A clock that the run turns by hand.
final class SimulatedClock: BookClock, @unchecked Sendable {
    // Sendable, because a simulated run has one thread.
    var microseconds: Int64 = 1_795_190_400_000_000

    func now() -> Timestamp { Timestamp(microseconds: microseconds) }
    func monotonic() -> UInt64 { UInt64(microseconds) * 1000 }
}

struct SimulatedEntropy: Entropy {
    let seed: UInt64

    func bytes(_ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }
}

/// What went wrong in a run; the text begins with the seed that repeats it.
struct SimulationFailure: Error, CustomStringConvertible {
    let description: String
}

/// One seeded run: a book that lives, dies and is opened again, with everything that it promised
/// kept beside it and compared after each death.
///
/// Goal: promises 1 to 5 of the design hold whatever the disk does. Method: random appends, syncs,
/// rotations and clock steps; a crash, an I/O error, a failing sync or a full disk at a random call;
/// then recovery on a sound disk and a look at every promise.
struct SimulatedWorld {
    let seed: UInt64
    let disk: SimulatedDisk
    let clock = SimulatedClock()
    private var random: SeededRandom
    private let place: BookPlace
    private var settings = BookSettings(liveName: "audit.log")
    /// Set for the canary: with such a disk the run must fail.
    var diskIgnoresSyncs = false

    /// What the book must hold by index, as far as it was promised.
    private var written: [UInt64: Int] = [:]
    private var synced: [UInt64: Int] = [:]
    private var nextRecord = 0
    /// Every checkpoint that was ever put into a file: none may be contradicted later.
    private final class Observed {
        var checkpoints: [Checkpoint] = []
        var hasLeaked = false
    }
    private let observed = Observed()
    /// How far a prune was ever asked for: nothing beyond may be gone.
    private var prunable: UInt64 = 0
    private(set) var crashes = 0
    private(set) var partsSeen = 0
    private(set) var segmentsSeen = 0
    private(set) var linesDropped = 0
    private(set) var prunesSeen = 0
    private(set) var faultsMet = 0

    /// Stands in records as an API key; must be in no byte that is written.
    private static let secret = "Zq7FAKE9xW2mLr5TbVn8Kp3Yd6Hs4Jc1"

    init(seed: UInt64) {
        self.seed = seed
        random = SeededRandom(seed: seed)
        disk = SimulatedDisk(seed: seed)
        place = BookPlace(
            logs: "/sim/logs", name: "audit", keys: "/sim/keys", masker: .standard, disk: disk,
            clock: clock, entropy: SimulatedEntropy(seed: seed))
        if random.chance(30) { settings.rotateBytes = 4_000 }
        // Small enough that a few records make a part and a few parts a day.
        settings.sealing.partRecords = Int.random(in: 3...20, using: &random)
        settings.sealing.isAutomatic = random.chance(70)
        settings.plainKeep = random.chance(50) ? .zero : .seconds(3)
        settings.encryptSegments = random.chance(10)
        let observed = observed
        disk.onWrite = { path, bytes in
            if bytes.contains(sequence: Self.secret) { observed.hasLeaked = true }
            guard path.hasSuffix("checkpoint.tmp"),
                let signed = try? SignedCheckpoint(parsing: Array(bytes))
            else { return }
            observed.checkpoints.append(signed.checkpoint)
        }
    }

    /// Runs a number of lives and checks after each.
    mutating func run(lives: Int) throws {
        for life in 0..<lives {
            disk.faults = chooseFaults()
            live()
            let lostPower = disk.hasCrashed ? random.chance(70) : random.chance(30)
            if disk.hasCrashed { crashes += 1 }
            disk.restart(losingPower: lostPower)
            if lostPower { written = synced }
            clock.microseconds += Int64.random(in: 1_000...5_000_000, using: &random)
            try check("after life \(life)")
        }
    }

    private mutating func chooseFaults() -> SimulatedDisk.Faults {
        var faults = SimulatedDisk.Faults()
        faults.ignoresSyncs = diskIgnoresSyncs
        faults.callsUntilCrash = Int.random(
            in: 0..<(120 + 80 * (settings.sealing.isAutomatic ? 1 : 0)), using: &random)
        if random.chance(25) { faults.callsUntilError = Int.random(in: 0..<100, using: &random) }
        if random.chance(25) { faults.syncsUntilFailure = Int.random(in: 0..<12, using: &random) }
        if random.chance(20) { faults.freeBytes = Int.random(in: 0..<20_000, using: &random) }
        return faults
    }

    // MARK: - A life

    /// Opens the book and works with it until the machine dies or the life is over.
    private mutating func live() {
        guard var core = try? BookCore.open(place, settings) else {
            faultsMet += 1
            return
        }
        // Recovery may have cut and declared; from here on its own records stand too.
        var job: SyncJob?
        var seal: SealJob?
        for _ in 0..<(settings.sealing.isAutomatic ? 45 : 30) where !disk.hasCrashed {
            do {
                if core.mustReopen {
                    job = nil
                    core = try core.reopened()
                }
                if core.mustReplaceLive {
                    job = nil
                    try core.replaceLive()
                    promiseSynced(below: core.size)
                }
                if settings.sealing.isAutomatic && random.chance(45) {
                    try upkeep(core, &seal)
                } else {
                    try step(core, &job)
                }
            } catch {
                faultsMet += 1
                // Space comes back now and then.
                if random.chance(40) { disk.faults.freeBytes = .max }
            }
        }
        if !disk.hasCrashed { core.abandon() }
    }

    private mutating func step(_ core: BookCore, _ job: inout SyncJob?) throws {
        clock.microseconds += Int64.random(in: 1...2_000_000, using: &random)
        if random.chance(2) { clock.microseconds -= 7_200_000_000 }
        if random.chance(2) { clock.microseconds += 86_400_000_000 }
        if job == nil && (core.isRotationDue || core.isOverSize) { try rotate(core) }
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
            let count = Int.random(in: 1...12, using: &random)
            let number = nextRecord
            // Used up even when the append fails: the crash that fails it may keep the lines.
            nextRecord += count
            let first = try core.append([records(number..<(number + count))])
            for offset in 0..<count { written[first + UInt64(offset)] = number + offset }
        case 5..<8:
            if let running = job {
                job = nil
                let outcome = running.run()
                defer { if outcome.linesSynced { promiseSynced(below: running.size) } }
                try core.endSync(running, outcome)
            } else {
                job = core.beginSync(checkpoint: random.chance(60))
            }
        case 8:
            if job == nil { try rotate(core) }
        default:
            if job == nil {
                try core.checkpoint()
                promiseSynced(below: core.size)
            }
        }
    }

    /// A step of what goes on behind the writer's back: begun, and later done, with anything else
    /// between.
    private mutating func upkeep(_ core: BookCore, _ running: inout SealJob?) throws {
        clock.microseconds += Int64.random(in: 1...500_000, using: &random)
        if let job = running {
            running = nil
            let outcome = job.run()
            try core.endSeal(job, outcome)
            if let error = outcome.error { throw error }
        } else if random.chance(4), core.manifest.closed.count > 1 {
            // Only of what was looked at after an earlier life.
            let ends = core.manifest.closed.map(\.end).filter { $0 <= UInt64(known.count) }
            guard let until = ends.randomElement(using: &random), until <= core.checkpointed else {
                return
            }
            prunable = max(prunable, until)
            try core.beginPrune(PrunePlan(until: until, rule: "the simulation wants it"))
        } else {
            if random.chance(20) { core.retrySealing() }
            running = try core.nextSeal()
        }
    }

    private mutating func rotate(_ core: BookCore) throws {
        let size = core.size
        try core.rotate()
        promiseSynced(below: size)
    }

    /// What was written below an index is on stable storage from here on.
    private mutating func promiseSynced(below end: UInt64) {
        for (index, record) in written where index < end { synced[index] = record }
    }

    private mutating func records(_ numbers: Range<Int>) -> MaskedRecords {
        var session = MaskingSession(.standard)
        var records = MaskedRecords()
        for number in numbers {
            let padding = String(
                repeating: "x", count: random.chance(3) ? 2000 : Int(random.next() % 60))
            let text =
                random.chance(10)
                ? #"{"event":"cfg","n":\#(number),"api_key":"\#(Self.secret)"}"#
                : #"{"event":"order_filled","n":\#(number),"note":"\#(padding)"}"#
            Array(text.utf8).withUnsafeBufferPointer { line in
                try? session.append(
                    jsonLine: line, from: Provenance(source: "sim"), to: &records)
            }
        }
        return records
    }

    // MARK: - The promises

    private mutating func check(_ when: String) throws {
        let seed = seed
        func fail(_ what: String) -> SimulationFailure {
            SimulationFailure(description: "seed \(seed), \(when): \(what)")
        }
        let core: BookCore
        do {
            guard let opened = try BookCore.open(place, settings) else {
                throw fail("the lock outlived its process")
            }
            core = opened
        } catch let error as BookError {
            throw fail("recovery refused (\(error.code)): \(error.message)")
        }
        try core.checkpoint()
        core.abandon()

        let snapshot = try BookSnapshot(place)
        guard snapshot.firstKept <= prunable, snapshot.firstKept <= UInt64(known.count) else {
            throw fail("records up to \(snapshot.firstKept) are gone, and nobody asked for that")
        }
        var lines = known[..<Int(snapshot.firstKept)].map(\.bytes)
        try snapshot.forEachLine(in: 0..<snapshot.size) { _, line in
            lines.append(Array(line))
            return true
        }
        try checkLines(lines, fail)
        try checkPieces(snapshot, fail)
        for (index, record) in written {
            guard index < UInt64(lines.count) else {
                throw fail("acknowledged record \(index) is gone; the book has \(lines.count)")
            }
            guard known[Int(index)].number == String(record) else {
                throw fail("record \(index) is not the one that was acknowledged")
            }
        }
        try checkTree(fail)
        if observed.hasLeaked { throw fail("a secret was handed to the disk") }
        // One thread: the simulated disk is for one.
        let verdict = try BookVerifier(place, threads: 1).run()
        guard verdict.isSound else { throw fail("verify says no: \(verdict.findings)") }
        // What is there now was synced by the checkpoint above.
        synced = written
    }

    /// Pieces have every record that is there, once, and columns give the same lines.
    private mutating func checkPieces(
        _ snapshot: BookSnapshot, _ fail: (String) -> SimulationFailure
    ) throws {
        var next = snapshot.firstKept
        for piece in snapshot.pieces {
            guard piece.range.lowerBound == next else {
                throw fail("\(piece.name) does not continue the piece before it")
            }
            next = piece.range.upperBound
            guard piece.kind == .part || piece.kind == .segment else { continue }
            if piece.kind == .part { partsSeen += 1 } else { segmentsSeen += 1 }
            let known = known
            var isSame = true
            try snapshot.segment(piece).forEachBatch(in: piece.range) { batch in
                for line in 0..<batch.count {
                    let index = Int(batch.firstIndex) + line
                    isSame = isSame && known[index].bytes.elementsEqual(batch.line(line))
                }
                return true
            }
            guard isSame else { throw fail("\(piece.name) gives other lines") }
        }
        guard next == snapshot.size else { throw fail("the pieces end at \(next)") }
        linesDropped += snapshot.manifest.closed.count { !$0.hasLines }
        if snapshot.firstKept > 0 { prunesSeen += 1 }
    }

    /// Every line is whole, and no record is there twice; recording time never steps back.
    private mutating func checkLines(_ lines: [[UInt8]], _ fail: (String) -> SimulationFailure)
        throws
    {
        var seen = Set<String>()
        var last = ""
        for (index, line) in lines.enumerated() {
            // Parsed once, as long as it stays as it is.
            if index >= known.count || known[index].bytes != line {
                let kept = min(index, known.count)
                let stale = known.count - kept
                known.removeLast(stale)
                let text = String(decoding: line, as: UTF8.self)
                guard case .object(let object)? = try? JSONValue(parsing: text) else {
                    throw fail("line \(index) is no JSON object")
                }
                known.append(
                    KnownLine(
                        bytes: line, leaf: TreeHash.leaf(line),
                        number: object["n"].map(\.description),
                        time: (object["recorded"] ?? object["timestamp"])?.stringValue ?? ""))
            }
            if let number = known[index].number, !seen.insert(number).inserted {
                throw fail("record n=\(number) stands in the book twice")
            }
            guard known[index].time >= last, !known[index].time.isEmpty else {
                throw fail("the recording time steps back at line \(index)")
            }
            last = known[index].time
        }
        let surplus = known.count - lines.count
        known.removeLast(surplus)
    }

    private struct KnownLine {
        var bytes: [UInt8]
        var leaf: Digest
        var number: String?
        var time: String
    }
    private var known: [KnownLine] = []

    /// No checkpoint that was ever signed is contradicted by the book as it is now.
    private func checkTree(_ fail: (String) -> SimulationFailure) throws {
        var roots: [Digest] = [TreeHash.empty]
        var frontier = MerkleFrontier()
        for line in known {
            frontier.append(line.leaf)
            roots.append(frontier.root)
        }
        for checkpoint in observed.checkpoints {
            guard checkpoint.size < roots.count else {
                throw fail(
                    "a checkpoint over \(checkpoint.size) records was signed and they are gone")
            }
            guard roots[checkpoint.size] == checkpoint.root else {
                throw fail("the checkpoint over \(checkpoint.size) records is contradicted")
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Looks for a text without a loop in Swift: unoptimised builds run this over every write.
    func contains(sequence text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let base = baseAddress, let first = wanted.first else { return false }
        var position = 0
        while position + wanted.count <= count,
            let found = memchr(base + position, Int32(first), count - position - wanted.count + 1)
        {
            if memcmp(found, wanted, wanted.count) == 0 { return true }
            position = UnsafeRawPointer(found) - base + 1
        }
        return false
    }
}
