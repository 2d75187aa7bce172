// SPDX-License-Identifier: Apache-2.0

internal import Records
internal import TransparencyLog

// Prune, in this order: record → checkpoint → what the cut needs of what goes → manifest without
// the files → unlink. A crash before the manifest leaves everything; one behind it leaves names in
// `discarded`.

extension SealJob {
    func prune(_ plan: PrunePlan, _ record: UInt64) throws(BookError) {
        let known = manifestFile.current
        guard plan.until > known.firstKept else { return }
        guard let last = known.closed.first(where: { $0.end == plan.until }) else {
            throw BookCore.notADay(plan, known)
        }
        let leaves = try known.leavesOfGroup(before: plan.until, in: place)
        let frontier = try TreeFiles.frontier(place, size: plan.until, tailLeaves: leaves)
        guard let frontier, frontier.root == last.root else {
            throw BookError(
                .damaged,
                "Nothing was pruned: what stays of the records below \(plan.until) would not give "
                    + "the root that was signed. `daybook verify` names the place.")
        }
        let cut = Manifest.Cut(
            until: plan.until, root: frontier.root, record: record, peaks: frontier.peaks,
            leaves: leaves)
        try manifestFile.update { manifest in
            let gone = manifest.closed.prefix { $0.end <= plan.until }
            manifest.cut = cut
            manifest.closed.removeFirst(gone.count)
            for file in gone { manifest.discarded += file.paths(in: place) }
            return true
        } then: { manifest throws(BookError) in
            // Durable already: what cannot be removed now is removed later.
            try? remove(manifest.discarded)
        }
        settings.sealed?.didPrune(until: plan.until, of: place)
    }
}

extension Manifest.ClosedFile {
    /// Every file of the day, as paths below the directory of all books.
    fileprivate func paths(in place: BookPlace) -> [String] {
        var paths = parts.map { "\(place.name)/parts/\($0.name)" }
        if hasLines { paths.append(name) }
        if let segment { paths.append("\(place.name)/\(segment.name)") }
        return paths
    }
}

extension BookCore {
    /// Decides whether a plan can be carried out, and puts the record of it into the book.
    ///
    /// The files go once a checkpoint covers that record. If a crash comes before, the record
    /// stands and the files do too: nothing is removed that nobody asks for again.
    /// - Returns: the index of the record.
    @discardableResult
    package func beginPrune(_ plan: PrunePlan) throws(BookError) -> UInt64 {
        let manifest = manifest
        guard plan.until > manifest.firstKept else {
            throw BookError(
                .setting,
                "Everything below record \(manifest.firstKept) was pruned before; there is nothing "
                    + "below \(plan.until) to remove.")
        }
        guard plan.until <= checkpointed,
            let last = manifest.closed.firstIndex(where: { $0.end == plan.until })
        else { throw Self.notADay(plan, manifest) }
        let days = manifest.closed[...last]
        let names = days.prefix(Limits.prunedFilesNamed).map { $0.segment?.name ?? $0.name }
        let index = try append(
            own: .recordsPruned(
                firstIndex: Int64(clamping: manifest.firstKept),
                recordCount: Int64(clamping: plan.until - manifest.firstKept),
                root: days[last].root.base64, rule: plan.rule, fileCount: Int64(days.count),
                fields: ["files": .strings(names)]), isUpkeep: true)
        seal.pruning = (plan, index)
        return index
    }

    static func notADay(_ plan: PrunePlan, _ manifest: Manifest) -> BookError {
        let days = manifest.closed.prefix(3).map { "\($0.end) (\($0.date))" }
        return BookError(
            .setting,
            "Record \(plan.until) is not behind the end of a closed day that is signed; whole days "
                + "are pruned. "
                + (days.isEmpty
                    ? "No day of this book is closed yet."
                    : "The oldest ends: \(days.joined(separator: ", "))."))
    }
}
