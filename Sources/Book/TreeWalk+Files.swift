// SPDX-License-Identifier: Apache-2.0

internal import Segments
internal import TransparencyLog

// The files of a book in the order of their records: lines, parts, segments.

extension TreeWalk {
    func run(_ verdict: inout Verdict, progress: (Int, Int) -> Void) throws(BookError) {
        defer { hashing.stop() }
        if let cut = snapshot.manifest.cut {
            var pruned = PrunedHashes(place, cut)
            try pruned.check(&verdict)
        }
        let total = snapshot.files.reduce(0) { $0 + $1.bytes }
        for file in snapshot.manifest.closed {
            let done = verdict.bytes
            try walk(closed: file, &verdict) { progress(done + $0, total) }
            verdict.bytes += file.bytes
        }
        if let live = snapshot.files.last {
            let done = verdict.bytes
            if tree.size != live.first { skip(to: live.first) }
            let lines = LineFile(disk: place.disk, file: snapshot.live.file)
            // Of the live file only what the snapshot counted: a writer may be adding to it.
            _ = try walk(lines, to: live.bytes) { progress(done + $0, total) }
            verdict.bytes += live.bytes
            try check(
                snapshot.manifest.live.parts, of: lines, place.path(live.name), &verdict)
        }
        try compare()
        checkSealed(&verdict)
        for level in stored { level.close(place.disk) }
    }

    // MARK: - A closed day

    private func walk(
        closed listed: Manifest.ClosedFile, _ verdict: inout Verdict, progress: (Int) -> Void
    ) throws(BookError) {
        if tree.size != listed.first { skip(to: listed.first) }
        guard let file = try present(listed, &verdict) else {
            return skip(to: listed.end)
        }
        let edge = tree.frontier
        if file.hasLines { try walkLines(of: file, &verdict, progress: progress) }
        if let segment = file.segment {
            try walk(segment, of: file, edge, &verdict, progress: progress)
        }
    }

    /// The day as it is kept now: a writer may have sealed it since the snapshot was made. Nil when
    /// nothing of it is there.
    private func present(_ file: Manifest.ClosedFile, _ verdict: inout Verdict) throws(BookError)
        -> Manifest.ClosedFile?
    {
        if isThere(file) { return file }
        if let newest = try snapshot.newer(than: snapshot.manifest) {
            if newest.firstKept >= file.end {
                verdict.notes.append(
                    "Records \(file.first) to \(file.end - 1) were pruned while this looked; run it "
                        + "again.")
                return nil
            }
            if let found = newest.closed.first(where: { $0.first == file.first }), isThere(found) {
                return found
            }
        }
        let segment = file.segment.map { place.segmentPath($0.name) }
        let lines = file.hasLines ? place.path(file.name) : nil
        for path in [lines, segment].compactMap(\.self)
        where place.disk.kind(of: path) != .file {
            verdict.findings.append(
                .init(
                    file: path, records: file.records > 0 ? file.first...(file.end - 1) : nil,
                    what: "the file is missing", remedy: "Restore it from a copy."))
        }
        // What is left of the day is still worth a look.
        var rest = file
        if let lines, place.disk.kind(of: lines) != .file { rest.hasLines = false }
        if let segment, place.disk.kind(of: segment) != .file { rest.segment = nil }
        return rest.hasLines || rest.segment != nil ? rest : nil
    }

    private func isThere(_ file: Manifest.ClosedFile) -> Bool {
        let segment = file.segment.map { place.disk.kind(of: place.segmentPath($0.name)) }
        return (!file.hasLines || place.disk.kind(of: place.path(file.name)) == .file)
            && (segment ?? .file) == .file
    }

    private func walkLines(
        of file: Manifest.ClosedFile, _ verdict: inout Verdict, progress: (Int) -> Void
    ) throws(BookError) {
        let path = place.path(file.name)
        let opened = try openFound(path, place.disk, file.range)
        defer { place.disk.close(opened) }
        let lines = LineFile(disk: place.disk, file: opened)
        let size = try onDisk { () throws(DiskError) in try place.disk.size(of: opened) }
        let (count, end) = try walk(lines, to: size, progress: progress)
        let range = file.records > 0 ? file.first...(file.end - 1) : nil
        func no(_ what: String) {
            verdict.findings.append(
                .init(file: path, records: range, what: what, remedy: "Restore it from a copy."))
        }
        if count != file.records {
            isMiscounted = true
            no("the file has \(count) records; when it was closed it had \(file.records)")
        } else if size != file.bytes || end != file.bytes {
            no("the file has \(size) bytes; when it was closed it had \(file.bytes)")
        } else if !isMiscounted, roots[Int(file.end)] != file.root {
            // Narrowed down by `blame` where stored hashes allow; else this is the place.
            unexplainedFile = unexplainedFile ?? (path, range)
        }
        try check(file.parts, of: lines, path, &verdict)
    }

    /// Takes lines up to an offset into the tree.
    /// - Returns: how many there were, and where the last one ends.
    private func walk(_ lines: LineFile, to end: Int, progress: (Int) -> Void) throws(BookError)
        -> (count: UInt64, end: Int)
    {
        try LineHashing(lines, to: end).forEachRun(threads: threads) {
            run, done throws(BookError) in
            for record in run.sealed { sealed[record.file] = record }
            try run.leaves.withUnsafeBufferPointer { leaves throws(BookError) in try take(leaves) }
            progress(done)
        }
    }

    // MARK: - Columns

    /// Compares parts with what the manifest says of them, and with the lines they were made of.
    private func check(
        _ parts: [Manifest.PartFile], of lines: LineFile, _ linesPath: String,
        _ verdict: inout Verdict
    ) throws(BookError) {
        let starts = [0] + parts.map(\.lineEnd)
        let (place, origin) = (place, snapshot.manifest.origin)
        let ahead = WorkAhead(parts.count, threads: threads) { number throws(BookError) in
            try Self.difference(
                of: parts[number], from: lines, at: starts[number], linesPath, place, origin)
        }
        defer { ahead.stop() }
        for (number, part) in parts.enumerated() {
            let path = place.partPath(part.name)
            // Merged since: the segment has its records now, and says so in a newer manifest.
            if place.disk.kind(of: path) != .file,
                let newest = try snapshot.newer(than: snapshot.manifest),
                !(newest.closed.flatMap(\.parts) + newest.live.parts).contains(part)
            {
                continue
            }
            let what = try ahead.take(number)
            guard let what else { continue }
            verdict.findings.append(
                .init(
                    file: path, records: part.first...(part.end - 1), what: what,
                    remedy:
                        "Delete it, and its line in no other file: the next writer makes it anew "
                        + "from the lines. Until then searches may read it."))
        }
    }

    /// What is wrong with a part; nil when nothing is.
    private static func difference(
        of part: Manifest.PartFile, from lines: LineFile, at start: Int, _ linesPath: String,
        _ place: BookPlace, _ origin: String
    ) throws(BookError) -> String? {
        let path = place.partPath(part.name)
        do throws(BookError) {
            if try digest(of: path, place.disk) != part.sha256 {
                return "the file is not the one that was written: its SHA-256 differs"
            }
            let isSame = try LineComparison(place, origin)
                .isSame(path, part.range, lines, from: start, to: part.lineEnd)
            return isSame ? nil : "it does not have the records of \(linesPath)"
        } catch {
            guard error.isOfContent else { throw error }
            return error.message
        }
    }

    /// Rebuilds the lines of a segment. They go into the tree, or, where the day's file of lines
    /// did already, they must give the same root.
    private func walk(
        _ segment: Manifest.SegmentFile, of file: Manifest.ClosedFile, _ edge: MerkleFrontier,
        _ verdict: inout Verdict, progress: (Int) -> Void
    ) throws(BookError) {
        let path = place.segmentPath(segment.name)
        let range = file.first...(file.end - 1)
        func no(_ what: String) {
            verdict.findings.append(
                .init(file: path, records: range, what: what, remedy: "Restore it from a copy."))
        }
        if try digest(of: path, place.disk) != segment.sha256 {
            no(
                "the file is not the one that was sealed: its SHA-256 differs, so that records may "
                    + "be hidden from searches or shown otherwise")
        }
        var own = edge
        var count: UInt64 = 0
        do throws(BookError) {
            try hashing.forEachRun(of: file) { run throws(BookError) in
                count += UInt64(run.leaves.count)
                for record in run.sealed { sealed[record.file] = record }
                if file.hasLines {
                    own.append(contentsOf: run.leaves)
                } else {
                    try run.leaves.withUnsafeBufferPointer { leaves throws(BookError) in
                        try take(leaves)
                    }
                }
                progress(file.bytes * Int(count) / max(1, Int(file.records)))
            }
        } catch {
            guard error.isOfContent else { throw error }
            no(error.message)
            if !file.hasLines { skip(to: file.end) }
            return
        }
        if count != file.records {
            no("the file has \(count) records; when it was sealed it had \(file.records)")
            if !file.hasLines { isMiscounted = true }
        } else if file.hasLines, own.root != file.root {
            no("its records are not those that were signed")
        } else if !file.hasLines, !isMiscounted, roots[Int(file.end)] != file.root {
            unexplainedFile = unexplainedFile ?? (path, range)
        }
    }

    // MARK: - What the book says of its segments

    /// Compares each segment with its `segment_sealed` record, which the tree covers: a file that
    /// was altered together with the manifest is found here.
    private func checkSealed(_ verdict: inout Verdict) {
        for file in snapshot.manifest.closed {
            guard let segment = file.segment else { continue }
            let path = place.segmentPath(segment.name)
            guard let record = sealed[segment.name], record.first == file.first else {
                if let index = segment.record, verdict.findings.isEmpty {
                    verdict.findings.append(
                        .init(
                            file: place.manifestPath,
                            what:
                                "it says that record \(index) tells of the sealing of \(path), and "
                                + "no record does",
                            remedy: "Restore the newest copy of the book's directory."))
                } else {
                    verdict.notes.append(
                        "No record covers the SHA-256 of \(path) yet; its records were checked. The "
                            + "next writer adds one.")
                }
                continue
            }
            let isSame =
                record.sha256 == segment.sha256 && record.bytes == UInt64(segment.bytes)
                && record.records == file.records
            guard !isSame, verdict.findings.allSatisfy({ $0.file != path }) else { continue }
            let actual = try? digest(of: path, place.disk)
            verdict.findings.append(
                .init(
                    file: actual == record.sha256 ? place.manifestPath : path,
                    records: file.first...(file.end - 1),
                    what: "the SHA-256 of \(path) is not the one in its segment_sealed record",
                    remedy: "Restore it from a copy."))
        }
    }
}

extension BookError {
    /// Whether a file has the wrong bytes, or none: an answer for `verify`, not a failure to look.
    fileprivate var isOfContent: Bool { code == .damaged || code == .missingFile }
}
