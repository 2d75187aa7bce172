// SPDX-License-Identifier: Apache-2.0

internal import Parquet
internal import Segments
internal import TransparencyLog

/// Lines that are to become a part.
struct PartTask: Sendable {
    /// Index of the first record of the day.
    var day: UInt64
    /// The live file, opened while it had that name; nil for a closed day.
    var live: OpenFile?
    /// Name of the file of lines.
    var name: String
    /// The first record, where its line begins, and how many there are at most.
    var first: UInt64
    var offset: Int
    var records: UInt64
    /// Where the lines that may be taken end.
    var end: Int
}

// A part or a segment: written beside, synced, read back and compared, named, entered.

extension SealJob {
    static var cancelled: BookError {
        BookError(.closed, "The book was closed before this was sealed; it goes on when opened.")
    }

    func makePart(_ task: PartTask, _ isCancelled: @escaping @Sendable () -> Bool)
        throws(BookError)
    {
        let manifest = manifestFile.current
        let (date, parts) = manifest.day(from: task.day)
        guard parts.last?.end ?? task.day == task.first else { return }
        let path = place.path(task.name)
        let opened =
            if let live = task.live { live } else {
                try openFound(path, place.disk, task.first..<(task.first + 1))
            }
        defer { if task.live == nil { place.disk.close(opened) } }
        let lines = LineFile(disk: place.disk, file: opened)
        let (group, end) = try encode(
            lines, from: task.offset, to: task.end, limit: task.records,
            day: try columns(of: parts, manifest.origin), isCancelled)
        let records = UInt64(group?.rows ?? 0)
        guard let group, records > 0 else {
            throw BookError(
                .damaged,
                "\(path) has no whole line at \(task.offset), where record \(task.first) is to be. "
                    + "`daybook verify` tells more.")
        }
        let name = Manifest.partName(first: task.first, records: records)
        let final = place.partPath(name)
        let options = try segmentOptions(manifest)
        let written = try write(final, mode: settings.directoryFileMode, isCancelled) {
            (sink) throws(SegmentError) in
            try SegmentFiles.writePart(
                group, header: header(manifest.origin, date, task.first, records), to: sink,
                options: options)
        }
        try compare(
            final + ".tmp", task.first..<(task.first + records), lines, from: task.offset, to: end)
        try giveName(final)
        let part = Manifest.PartFile(
            name: name, first: task.first, records: records, bytes: written.bytes,
            sha256: written.sha256, lineEnd: end)
        let isEntered = try manifestFile.update { manifest in manifest.enter(part, day: task.day) }
        if !isEntered { try? place.disk.remove(final) }
    }

    func makeSegment(_ first: UInt64, _ isCancelled: @escaping @Sendable () -> Bool)
        throws(BookError)
    {
        let manifest = manifestFile.current
        guard let file = manifest.closed.first(where: { $0.first == first }), file.segment == nil
        else { return }
        let options = try segmentOptions(manifest)
        let readers = try readers(of: file, manifest.origin, isCancelled)
        let name = manifest.segmentName(of: file)
        let final = place.segmentPath(name)
        var header = header(manifest.origin, file.date, file.first, file.records)
        header.root = file.root.bytes
        header.checkpoint =
            (try? place.disk.contents(
                of: place.checkpointPath, limit: Limits.checkpointBytes))?.map {
                String(decoding: $0, as: UTF8.self)
            }
        let written = try write(final, mode: settings.directoryFileMode, isCancelled) {
            (sink) throws(SegmentError) in
            try SegmentFiles.merge(readers, header: header, to: sink, options: options)
        }
        let recorded = try check(final + ".tmp", file, manifest, isCancelled)
        try giveName(final)
        var sealed: Manifest.ClosedFile?
        try manifestFile.update { manifest in
            _ = manifest.changeClosed(first: first) { file in
                file.segment = Manifest.SegmentFile(
                    name: name, bytes: written.bytes, sha256: written.sha256,
                    isEncrypted: options.key != nil)
                file.recorded = file.recorded ?? recorded
            }
            manifest.discardParts(ofDay: first, in: place)
            sealed = manifest.closed.first { $0.first == first }
            return sealed != nil
        } then: { manifest throws(BookError) in
            // Durable already: what cannot be removed now is removed later.
            try? remove(manifest.discarded)
        }
        // Only a cache: it cannot fail a seal.
        CatalogFile(place).refresh(manifestFile.current)
        if let sealed { settings.sealed?.didSeal(sealed.summary(of: place), of: place) }
    }

    // MARK: - Encoding

    private func header(
        _ origin: String, _ date: String, _ first: UInt64, _ records: UInt64
    ) -> SegmentHeader {
        SegmentHeader(
            origin: origin, date: date, first: first, records: records, root: nil, checkpoint: nil)
    }

    /// The columns that the day has so far.
    private func columns(of parts: [Manifest.PartFile], _ origin: String) throws(BookError)
        -> DayColumns
    {
        let day = DayColumns()
        for part in parts {
            let reader = try place.openColumns(
                place.partPath(part.name), origin: origin, part.range)
            day.add(reader.file.schema)
        }
        return day
    }

    /// Encodes lines until a row group is full.
    /// - Returns: the row group, nil when there was no whole line, and where its last line ends.
    private func encode(
        _ lines: LineFile, from start: Int, to end: Int, limit: UInt64, day: DayColumns,
        _ isCancelled: @Sendable () -> Bool
    ) throws(BookError) -> (SegmentRowGroup?, Int) {
        let encoder = SegmentEncoder(day: day)
        let rowsMax = Int(clamping: min(limit, UInt64(settings.sealing.partRecords)))
        let bytesMax = settings.sealing.partBytes
        var offset = start
        var isCut = false
        _ = try lines.forEachBatch(from: start, to: end) { batch in
            guard let base = batch.bytes.baseAddress else { return false }
            if isCancelled() {
                isCut = true
                return false
            }
            var count = min(batch.starts.count, rowsMax - encoder.rows)
            if encoder.bytes + batch.end > bytesMax {
                let room = bytesMax - encoder.bytes
                let fitting = batch.starts.prefix(count).prefix { $0 < room }.count
                count = max(fitting, encoder.rows == 0 ? 1 : 0)
            }
            guard count > 0 else { return false }
            let bytes = batch.starts[count - 1] + batch.counts[count - 1] + 1
            let taken = encoder.append(lines: UnsafeRawBufferPointer(start: base, count: bytes))
            offset += taken
            return taken == batch.end && !encoder.isFull && encoder.rows < rowsMax
                && encoder.bytes < bytesMax
        }
        if isCut { throw Self.cancelled }
        guard encoder.rows > 0 else { return (nil, start) }
        return (
            try onColumns(place.directory) { () throws(SegmentError) in try encoder.finish() },
            offset
        )
    }

    /// The parts of a closed day, and its last lines as one more, in memory.
    private func readers(
        of file: Manifest.ClosedFile, _ origin: String, _ isCancelled: @Sendable () -> Bool
    ) throws(BookError) -> [SegmentReader] {
        var readers: [SegmentReader] = []
        for part in file.parts {
            readers.append(
                try place.openColumns(place.partPath(part.name), origin: origin, part.range))
        }
        var first = file.parts.last?.end ?? file.first
        var offset = file.parts.last?.lineEnd ?? 0
        guard first < file.end else { return readers }
        let path = place.path(file.name)
        let opened = try openFound(path, place.disk, first..<file.end)
        defer { place.disk.close(opened) }
        let day = DayColumns()
        for reader in readers { day.add(reader.file.schema) }
        while first < file.end {
            let (group, end) = try encode(
                LineFile(disk: place.disk, file: opened), from: offset, to: file.bytes,
                limit: file.end - first, day: day, isCancelled)
            guard let group, group.rows > 0 else {
                throw BookError(
                    .damaged,
                    "\(path) has fewer records than the manifest says. `daybook verify` names the "
                        + "place; it is not sealed.")
            }
            let header = header(origin, file.date, first, UInt64(group.rows))
            readers.append(
                try onColumns(path) { () throws(SegmentError) in
                    let sink = try SegmentFiles.writePart(
                        group, header: header, to: MemorySink(), options: SegmentOptions())
                    return try SegmentReader(MemorySource(sink.bytes), key: nil)
                })
            first += UInt64(group.rows)
            offset = end
        }
        return readers
    }

    /// The key that new files are written with; made when the book has none yet.
    private func segmentOptions(_ manifest: Manifest) throws(BookError) -> SegmentOptions {
        var options = SegmentOptions()
        guard settings.encryptSegments else { return options }
        if let key = try place.keys.segmentKey(for: manifest.origin) {
            options.key = key
        } else if manifest.closed.contains(where: { $0.segment?.isEncrypted ?? false }) {
            throw BookError(
                .missingKey,
                "The key of the encrypted segments of \(manifest.origin) is not at "
                    + "\(place.keys.segmentKeyPath(for: manifest.origin)). Restore it from a backup; "
                    + "nothing is sealed until then, and lines are kept.")
        } else {
            options.key = try place.keys.createSegmentKey(
                for: manifest.origin, entropy: place.entropy)
        }
        return options
    }

    // MARK: - Writing

    /// Writes a file under its temporary name and makes it durable.
    private func write(
        _ path: String, mode: UInt32, _ isCancelled: @escaping @Sendable () -> Bool,
        _ body: (DiskSinkHandle) throws(SegmentError) -> DiskSinkHandle
    ) throws(BookError) -> (bytes: Int, sha256: TransparencyLog.Digest) {
        try onDisk { () throws(DiskError) in
            try place.disk.makeDirectory(path.directoryPart, mode: settings.directoryMode)
        }
        let sink = try DiskSink(path + ".tmp", place.disk, mode: mode, isCancelled)
        do throws(BookError) {
            do throws(SegmentError) {
                _ = try body(DiskSinkHandle(sink: sink))
            } catch {
                throw sink.failure ?? BookError(error, at: path)
            }
            return try sink.finish()
        } catch {
            // What cannot be removed now is removed at the next opening.
            try? place.disk.remove(path + ".tmp")
            throw error
        }
    }

    private func giveName(_ path: String) throws(BookError) {
        try onDisk { () throws(DiskError) in
            try place.disk.setMode(path + ".tmp", mode: settings.closedMode, group: settings.group)
            try place.disk.rename(path + ".tmp", to: path)
            try place.disk.syncDirectory(path.directoryPart)
        }
    }
}
