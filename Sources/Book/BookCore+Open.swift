// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

extension BookCore {
    /// Opens a book for writing, or makes a new one where there is none, and recovers it after
    /// whatever ended its last writer.
    ///
    /// - Returns: nil when another process holds the book.
    /// - Throws: `rollback` when the lines are fewer than, or other than, what may have been
    ///   signed; `missingFile`, `damaged`, `missingKey` where one is at fault; disk errors.
    package static func open(_ place: BookPlace, _ settings: BookSettings) throws(BookError)
        -> BookCore?
    {
        let disk = place.disk
        var locks: [OpenFile] = []
        let lock = try onDisk { () throws(DiskError) in
            try disk.makeDirectory(place.logs, mode: settings.directoryMode)
            try disk.makeDirectory(place.directory, mode: settings.directoryMode)
            try disk.makeDirectory(place.treeDirectory, mode: settings.directoryMode)
            return try disk.lock(place.lockPath, mode: 0o600)
        }
        guard let lock else { return nil }
        locks.append(lock)
        do throws(BookError) {
            let (core, recovered) = try open(place, settings, nil, &locks)
            try core.begin(recovered)
            core.removeLeftovers()
            return core
        } catch {
            for lock in locks { disk.close(lock) }
            throw error
        }
    }

    /// Starts over from what is on disk, with the locks kept: after `mustReopen`.
    package func reopened() throws(BookError) -> BookCore {
        place.disk.close(live)
        treeFiles.close(place.disk)
        let locks = locks
        // What is being sealed meanwhile must neither enter nor remove a file.
        let (core, recovered) = try manifestFile.exclusively { () throws(BookError) in
            var locks = locks
            return try Self.open(place, settings, manifestFile, &locks, marks)
        }
        try core.begin(recovered)
        return core
    }

    /// Removes what a crash left of parts and segments that were being made: temporary files, and
    /// parts that the manifest does not name. Their lines are there, as recovery has just seen.
    private func removeLeftovers() {
        let disk = place.disk
        let manifest = manifest
        let parts = Set((manifest.closed.flatMap(\.parts) + manifest.live.parts).map(\.name))
        for name in (try? disk.list(place.partsDirectory)) ?? [] where !parts.contains(name) {
            try? disk.remove(place.partPath(name))
        }
        for name in (try? disk.list(place.directory)) ?? [] where name.hasSuffix(".parquet.tmp") {
            try? disk.remove(place.segmentPath(name))
        }
    }

    /// Declares what recovery found.
    private func begin(_ recovered: RecoveredState) throws(BookError) {
        do throws(BookError) {
            try declare(recovered)
        } catch {
            place.disk.close(live)
            throw error
        }
    }

    private static func open(
        _ place: BookPlace, _ settings: BookSettings, _ known: ManifestFile?,
        _ locks: inout [OpenFile], _ marks: AppendMarks? = nil
    ) throws(BookError) -> (BookCore, RecoveredState) {
        let manifest =
            if let stored = try readManifest(place) { stored } else {
                try create(place, settings)
            }
        guard let signer = try place.keys.key(for: manifest.origin) else {
            throw BookError(
                .missingKey,
                "The signing key of \(manifest.origin) is not at "
                    + "\(place.keys.keyPath(for: manifest.origin)). Restore it from a backup, or "
                    + "point DAYBOOK_KEYS at the directory that holds it.")
        }
        if locks.count < 2 {
            // Two copies of one book must not both go on signing under its name.
            let keyLock = try onDisk { () throws(DiskError) in
                try place.disk.lock(place.keys.lockPath(for: manifest.origin), mode: 0o600)
            }
            guard let keyLock else {
                throw BookError(
                    .held,
                    "Another copy of the book \(manifest.origin) is being written. Stop that "
                        + "process, or give this copy an origin and a key of its own.")
            }
            locks.append(keyLock)
        }
        try finishRenames(place, manifest, closedMode: settings.closedMode)
        for file in manifest.closed where file.mayNeedTrim && file.hasLines {
            try onDisk { () throws(DiskError) in
                guard place.disk.kind(of: place.path(file.name)) == .file else { return }
                try trimClosed(file, place, settings)
            }
        }
        let recovery = Recovery(place: place, settings: settings, manifest: manifest)
        let live = try recovery.openLive()
        do throws(BookError) {
            let recovered = try recovery.run(live, signer.verifier)
            let manifestFile =
                known ?? ManifestFile(place, manifest, mode: settings.directoryFileMode)
            manifestFile.adopt(manifest)
            let core = BookCore(
                place: place, settings: settings, manifestFile: manifestFile, signer: signer,
                locks: locks, live: live, recovered: recovered, marks: marks)
            return (core, recovered)
        } catch {
            place.disk.close(live)
            throw error
        }
    }

    static func readManifest(_ place: BookPlace) throws(BookError) -> Manifest? {
        try readManifestBytes(place, isStrict: true)?.0
    }

    static func readManifestBytes(_ place: BookPlace, isStrict: Bool) throws(BookError)
        -> (Manifest, [UInt8])?
    {
        let bytes = try onDisk { () throws(DiskError) in
            try place.disk.contents(of: place.manifestPath, limit: Limits.manifestBytes)
        }
        guard let bytes else { return nil }
        return (try Manifest(decoding: bytes, path: place.manifestPath, isStrict: isStrict), bytes)
    }

    private static func trimClosed(
        _ file: Manifest.ClosedFile, _ place: BookPlace, _ settings: BookSettings
    ) throws(DiskError) {
        let path = place.path(file.name)
        let opened = try place.disk.open(path, .reading, mode: 0)
        let size = try place.disk.size(of: opened)
        place.disk.close(opened)
        guard size > file.bytes else { return }
        try place.disk.setMode(path, mode: settings.mode, group: nil)
        try trim(path, to: file.bytes, place.disk)
        try place.disk.setMode(path, mode: settings.closedMode, group: nil)
    }

    /// Makes a book: key, empty live file, manifest, in this order.
    private static func create(_ place: BookPlace, _ settings: BookSettings) throws(BookError)
        -> Manifest
    {
        let disk = place.disk
        let livePath = place.path(settings.liveName)
        if disk.kind(of: livePath) == .file {
            let size = try onDisk { () throws(DiskError) in
                let file = try disk.open(livePath, .reading, mode: 0)
                defer { disk.close(file) }
                return try disk.size(of: file)
            }
            guard size == 0 else {
                throw BookError(
                    .setting,
                    "\(livePath) exists and is not a book's: move it away and bring it in with "
                        + "`daybook import`, or choose another file name in daybook.yaml. If it is "
                        + "the book's, its manifest \(place.manifestPath) is missing: restore it.")
            }
        }
        let origin = settings.origin ?? newOrigin(place)
        if let mark = try place.keys.highWater(for: origin), mark.size > 0 {
            throw BookError(
                .rollback,
                "The book \(origin) had \(mark.size) records, and \(place.manifestPath) is gone. "
                    + "Restore the book's directory, or choose another origin for a new book.")
        }
        if try place.keys.key(for: origin) == nil {
            _ = try place.keys.createKey(for: origin, entropy: place.entropy)
        }
        let now = place.clock.now()
        let manifest = Manifest(
            origin: origin,
            live: .init(name: settings.liveName, date: settings.calendar.date(at: now), first: 0))
        try onDisk { () throws(DiskError) in
            let file = try disk.open(livePath, .creating, mode: settings.mode)
            disk.close(file)
            try disk.setMode(livePath, mode: settings.mode, group: settings.group)
            try disk.syncDirectory(place.logs)
            try disk.replaceFile(
                place.manifestPath, with: manifest.encoded(), mode: settings.directoryFileMode)
            try disk.syncDirectory(place.logs)
        }
        return manifest
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }

    /// A name that no other book has: eight random bytes and the book's own name.
    private static func newOrigin(_ place: BookPlace) -> String {
        let id = place.entropy.bytes(8).map(hexadecimal).joined()
        return "daybook.local/\(id)/\(place.name)"
    }

    /// Says in the book itself what recovery found.
    private func declare(_ recovered: RecoveredState) throws(BookError) {
        if let gap = recovered.gap {
            try append(
                own: .logGapDeclared(
                    reason: "the last writer was cut off: these bytes were no whole record",
                    fields: [
                        "after_index": .integer(Int64(clamping: size) - 1),
                        "bytes": .integer(Int64(gap.bytes)),
                        "sha256": .string(gap.sha256.map(Self.hexadecimal).joined()),
                    ]))
        }
        if recovered.beyond > 0 || recovered.gap != nil {
            try append(
                own: .crashRecovered(
                    fields: [
                        "records_kept": .integer(Int64(clamping: recovered.beyond)),
                        "records_before": .integer(Int64(clamping: size)),
                    ]))
        }
    }
}
