// SPDX-License-Identifier: Apache-2.0

import Intake

/// What becomes of the files of a log: rotated, truncated, written to once more.
extension TailEngine {
    /// Compares what is known of a lane with what its directory shows.
    func update(_ lane: TailLane, _ files: [ListedFile], _ now: UInt64) throws {
        var unknown: [ListedFile] = []
        lane.current?.isListed = false
        for file in lane.read.values { file.isListed = false }
        for listed in files where try !take(listed, lane, now) { unknown.append(listed) }
        enqueue(unknown, lane, now)
        try watchRead(lane, now)
        if let current = lane.current {
            if current.isOpen, !current.look(now), current.lag == 0,
                now - current.grown > SourceLimits.lingerNanoseconds, lane.queue.isEmpty
            {
                // Deleted, and nothing came in its place.
                finish(lane, current, now)
                lane.lastModified = current.modified
                lane.current = nil
            } else if current.isOpen, current.isListed, current.lag == 0, !lane.intake.hasPending,
                now - current.grown > SourceLimits.closeNanoseconds
            {
                current.close()
            }
        }
        if lane.isActive(now) { warmUp(lane) }
    }

    /// Takes note of one file. False when it was not seen before.
    private func take(_ listed: ListedFile, _ lane: TailLane, _ now: UInt64) throws -> Bool {
        if let current = lane.current, current.identity == listed.identity {
            note(listed, current, now)
            // While it was not open, another one may have got its number.
            if !current.isOpen, current.lag != 0 || listed.size < current.position {
                warmUp(lane)
            }
            if listed.size < current.position { warmUp(lane) }
            return true
        }
        if let waiting = lane.queue.first(where: { $0.identity == listed.identity }) {
            note(listed, waiting, now)
            return true
        }
        guard let done = lane.read[listed.identity] else { return false }
        let isSame = listed.size == done.size && listed.modified == done.modified
        note(listed, done, now)
        if isSame { return true }
        guard done.open() == nil, done.isUnchanged() else {
            // Its number was given to another file.
            lane.read[listed.identity] = nil
            return false
        }
        return true
    }

    private func note(_ listed: ListedFile, _ file: TailFile, _ now: UInt64) {
        file.isListed = true
        file.path = listed.path
        file.turn = listed.turn
        if file.size != listed.size || file.modified != listed.modified { file.grown = now }
        file.size = listed.size
        file.modified = listed.modified
        file.listed = (listed.size, listed.modified)
    }

    /// Queues what is newer than what is read. What is older was there before the log was followed,
    /// or is a copy.
    private func enqueue(_ unknown: [ListedFile], _ lane: TailLane, _ now: UInt64) {
        let copies = unreadCopies(unknown, lane, now)
        if let current = lane.current, !copies.isEmpty {
            lane.queue.append(current)
            lane.current = nil
            lane.isMarked = false
        }
        let newer = unknown.filter { listed in
            if copies.contains(listed.identity) { return true }
            if let current = lane.current {
                if let last = lane.queue.last, last.turn < listed.turn { return true }
                return current.isListed
                    ? current.turn < listed.turn : listed.modified >= current.modified
            }
            if let last = lane.lastModified { return listed.modified >= last }
            return !isOld(listed)
        }
        guard !newer.isEmpty else { return }
        for listed in newer {
            let file = TailFile(listed, now: now)
            // Held open, it can be read even when rotation deletes it before its turn.
            if lane.queue.count < SourceLimits.openWaiting { _ = file.open() }
            lane.queue.append(file)
        }
        // One that late lines were put before stays in front.
        lane.queue.sort { ($0.safe > 0 ? 0 : 1, $0.turn) < ($1.safe > 0 ? 0 : 1, $1.turn) }
        warmUp(lane)
    }

    /// Copies of a file that was truncated before anything of it was read.
    private func unreadCopies(_ unknown: [ListedFile], _ lane: TailLane, _ now: UInt64)
        -> Set<FileIdentity>
    {
        guard let current = lane.current, let emptied = current.emptied, current.position == 0,
            current.isListed, openFile(lane, current)
        else { return [] }
        let head = current.bytes(0..<SourceLimits.leadBytes)
        let copies = unknown.filter { listed in
            guard listed.turn < current.turn, listed.modified >= emptied, listed.size > 0,
                !isOld(listed)
            else { return false }
            // While it still begins as its copy does, the truncation is yet to come.
            let copy = TailFile(listed, now: now)
            guard !head.isEmpty, copy.open() == nil else { return true }
            let count = min(head.count, listed.size)
            return !copy.bytes(0..<count).elementsEqual(head.prefix(count))
        }
        return Set(copies.map(\.identity))
    }

    /// Looks after files that were read to their ends.
    private func watchRead(_ lane: TailLane, _ now: UInt64) throws {
        for (identity, file) in lane.read {
            if file.isOpen { file.look(now) }
            if file.lag > 0, file.isOpen || file.open() == nil {
                return try readAgain(lane, file)
            }
            let quiet = now - file.grown
            if file.isListed, quiet > SourceLimits.closeReadNanoseconds {
                file.close()
            } else if quiet > SourceLimits.lingerNanoseconds {
                lane.read[identity] = nil
            }
        }
    }

    /// A program that had not noticed the rotation wrote on: its lines come now.
    private func readAgain(_ lane: TailLane, _ file: TailFile) throws {
        lane.read[file.identity] = nil
        try cut(lane)
        if let current = lane.current { lane.queue.insert(current, at: 0) }
        lane.current = file
        lane.isMarked = false
        warmUp(lane)
    }

    // MARK: - The next file

    /// Goes on with the next file of the log, if there is one that has something and this one will
    /// get no more. Returns whether there is more to read at once.
    func moveOn(_ lane: TailLane, _ file: TailFile, _ now: UInt64) throws -> Bool {
        guard let next = lane.queue.first else { return false }
        if next.isOpen { next.look(now) }
        guard next.size > 0 || lane.queue.count > 1 else { return false }
        // Rotation may have gone on while its directory was looked at. Two looks that agree are
        // one at a moment in which nothing moved.
        try update(lane, steadyFiles(lane), now)
        guard lane.queue.first === next, lane.current === file else { return true }
        // Whoever wrote into the next one had written the last of this one before.
        guard !hasMore(file) else { return true }
        finish(lane, file, now)
        lane.read[file.identity] = file
        lane.lastModified = file.modified
        lane.current = lane.queue.removeFirst()
        lane.cuts = []
        lane.isMarked = false
        return true
    }

    /// The files of one log, from two looks that agree.
    func steadyFiles(_ lane: TailLane) -> [ListedFile] {
        var last: [ListedFile]?
        for _ in 0..<SourceLimits.looks {
            let files = listing.look(only: lane.path)
            if let last, last.map(\.path) == files.map(\.path),
                last.map(\.identity) == files.map(\.identity)
            {
                return files
            }
            last = files
        }
        return last ?? []
    }

    // MARK: - Truncation

    /// A file is shorter than what was read of it, or other bytes stand there: it was truncated, or
    /// is a new one with an old number. What was not read yet may stand in a copy beside it.
    func truncated(_ lane: TailLane, _ file: TailFile, _ now: UInt64) throws {
        let print = file.printAtPosition
        let position = file.position
        // Noted, since whoever reads the copy after a crash has to end the record there, too.
        try cut(lane)
        lane.intake.finish { sink.take($0, into: &lane.stream) }
        lane.isDirty = true
        let copy = findCopy(of: print, at: position, among: steadyFiles(lane), but: file, now)
        // It may have been copied and truncated more than once: later copies are no older.
        file.emptied = copy?.modified ?? file.modified
        file.restart(at: 0)
        file.look(now)
        lane.cuts = []
        lane.isMarked = false
        guard let copy else {
            report.fail(
                "\(file.path) was truncated, and no copy of it was found beside it: lines that were "
                    + "written just before may be lost. Rotate by renaming, not by copytruncate.",
                isLoss: true)
            return
        }
        lane.read[copy.identity] = nil
        lane.queue.removeAll { $0.identity == copy.identity }
        copy.restart(at: position)
        guard copy.size > position else {
            lane.read[copy.identity] = copy
            return try update(lane, steadyFiles(lane), now)
        }
        lane.queue.insert(file, at: 0)
        lane.current = copy
    }

    func findCopy(
        of print: FilePrint, at position: Int, among files: [ListedFile], but file: TailFile?,
        _ now: UInt64
    ) -> TailFile? {
        guard position > 0 else { return nil }
        for listed in files where listed.identity != file?.identity && listed.size >= position {
            let candidate = TailFile(listed, now: now)
            guard candidate.open() == nil, candidate.matches(print, at: position) else { continue }
            return candidate
        }
        return nil
    }
}
