// SPDX-License-Identifier: Apache-2.0

import Intake
import Masking

/// Finding the place again.
extension TailEngine {
    /// Looks for where an earlier run ended, and reads again what the books may have since.
    func start(_ now: UInt64) throws {
        let memory = try sink.memory()
        sequence = memory.sequence
        var marks: [String: TailMark] = [:]
        for object in memory.positions {
            if let mark = TailMark(object) { marks[mark.key] = mark }
        }
        let cuts = note.load(since: sequence)
        let isFirst = memory.sequence == 0
        let logs = listing.look { marks[TailMark.key(of: $0)] != nil }.logs
        for path in logs.keys.sorted() {
            guard var files = logs[path] else { continue }
            if marks[TailMark.key(of: path)] == nil {
                old.formUnion(files.lazy.filter { !$0.isNamed }.map(\.identity))
                files.removeAll { !$0.isNamed }
            }
            guard !files.isEmpty, let lane = makeLane(path) else { continue }
            if let mark = marks[lane.key] {
                lane.stream.passOver = memory.since[lane.stream.provenance.source] ?? [:]
                lane.cuts = cuts[lane.key] ?? []
                restore(lane, mark, files, now)
            } else if isFirst, startsAtEnd {
                skip(lane, files, now)
            }
            try update(lane, files, now)
            begin(lane)
        }
        for lane in lanes.values.sorted(by: { $0.path < $1.path }) where lane.stream.isPassingOver {
            try replay(lane, now)
        }
        // From here on nobody needs what was before.
        try mark(now, isFull: true)
    }

    /// Begins at the ends of the files that are there.
    private func skip(_ lane: TailLane, _ files: [ListedFile], _ now: UInt64) {
        let named = files.filter(\.isNamed)
        for listed in named {
            let file = TailFile(listed, now: now)
            guard openFile(lane, file) else { continue }
            file.restart(at: file.endOfLines())
            if listed.identity == named.last?.identity {
                lane.current = file
            } else {
                lane.read[file.identity] = file
                file.close()
            }
        }
    }

    private func restore(
        _ lane: TailLane, _ mark: TailMark, _ files: [ListedFile], _ now: UInt64
    ) {
        for entry in mark.files {
            let file = find(entry, files, now)
            if let file { file.restart(at: entry.position) }
            if entry.isCurrent {
                lane.lastModified = entry.modified
                guard let file else {
                    lose(lane, entry, files, now)
                    continue
                }
                lane.current = file
                lane.isMarked = true
                if entry.position == 0 { file.emptied = entry.modified }
            } else if let file {
                lane.read[file.identity] = file
                file.close()
            }
        }
    }

    /// The file that an entry speaks of, whatever its name is now; or a copy of it.
    private func find(_ entry: TailMark.File, _ files: [ListedFile], _ now: UInt64) -> TailFile? {
        let sameNumber = files.first { $0.identity.inode == entry.identity.inode }
        if let sameNumber {
            let file = TailFile(sameNumber, now: now)
            if file.open() == nil, file.matches(entry.print, at: entry.position) { return file }
        }
        guard entry.isCurrent else { return nil }
        return findCopy(of: entry.print, at: entry.position, among: files, but: nil, now)
    }

    /// The file that was read is not there any more, or was truncated meanwhile.
    private func lose(
        _ lane: TailLane, _ entry: TailMark.File, _ files: [ListedFile], _ now: UInt64
    ) {
        lane.stream.passOver = [:]
        lane.cuts = []
        report.fail(
            "\(lane.path): the file that was read until byte \(entry.position) is gone or was "
                + "truncated while nobody followed it: lines that came after, if any, are lost.",
            isLoss: true)
        // Its name may be that of a new file with the same number.
        if let listed = files.first(where: { $0.identity.inode == entry.identity.inode }),
            listed.turn == files.last?.turn
        {
            lane.current = TailFile(listed, now: now)
            lane.isMarked = false
        }
    }

    /// Reads again, from the mark, until as many records were passed over as the books have.
    private func replay(_ lane: TailLane, _ now: UInt64) throws {
        defer { lane.stream.passOver = [:] }
        guard let file = lane.current, openFile(lane, file) else { return }
        while lane.stream.isPassingOver {
            let before = file.position
            switch readPiece(file) {
            case .bytes(let offset, let count): _ = take(lane, file, offset, count, now)
            default: break
            }
            if sink.isFull { try sink.handOver(isPause: false) }
            guard file.position == before else { continue }
            // No more lines: what the books have beyond was ended by silence, or by the end.
            if lane.intake.hasPending {
                lane.intake.flush { sink.take($0, into: &lane.stream) }
                file.safe = file.position
            } else if !lane.queue.isEmpty {
                finish(lane, file, now)
                return
            } else {
                return
            }
        }
    }
}
