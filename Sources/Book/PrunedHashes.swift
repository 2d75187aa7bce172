// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

/// Checks the stored hashes over what was pruned: no line can give them again, but each level is
/// folded into the one above, and the last of each level into the roots that the cut keeps.
struct PrunedHashes {
    let place: BookPlace
    let cut: Manifest.Cut

    /// Groups of 256 hashes, by level, that do not fold into what is stored above them.
    private var wrong: [[UInt64]] = []

    init(_ place: BookPlace, _ cut: Manifest.Cut) {
        self.place = place
        self.cut = cut
    }

    mutating func check(_ verdict: inout Verdict) throws(BookError) {
        if cut.leaves.withUnsafeBufferPointer({ peaks(of: Array($0)) }) != expectedPeaks(level: 0) {
            verdict.findings.append(
                .init(
                    file: place.manifestPath,
                    what:
                        "the leaf hashes that it keeps of pruned records are not those of the cut",
                    remedy: "Restore it from a copy."))
        }
        var level = 1
        while BookTree.hashes(at: level, size: cut.until) > 0 {
            wrong.append(try wrongGroups(level))
            level += 1
        }
        for level in stride(from: wrong.count, to: 0, by: -1) {
            for group in wrong[level - 1] where !isDoubtful(level + 1, group) {
                let span = Limits.groupRecords << UInt64(8 * level)
                let first = min(group * span, cut.until - 1)
                let last = min(first + span, cut.until) - 1
                verdict.findings.append(
                    .init(
                        file: place.treePath(level: level), records: first...last,
                        what: "the stored hashes of these pruned records are not those that were "
                            + "signed, or are missing",
                        remedy: "Restore the file from a copy: no line can give them again."))
            }
        }
    }

    /// Whether the hash at a position may be wrong itself, so that nothing below is to blame.
    private func isDoubtful(_ level: Int, _ position: UInt64) -> Bool {
        guard level <= wrong.count else { return false }
        return wrong[level - 1].contains(position / Limits.groupRecords)
    }

    private func wrongGroups(_ level: Int) throws(BookError) -> [UInt64] {
        let count = BookTree.hashes(at: level, size: cut.until)
        let groups = count / Limits.groupRecords
        let own = try StoredLevel(place, level: level)
        let above = try StoredLevel(place, level: level + 1)
        defer {
            own.close(place.disk)
            above.close(place.disk)
        }
        // A manifest is not signed: what it counts is walked only as far as there are hashes.
        guard !own.isShort(for: cut.until) else { return [own.count / Limits.groupRecords] }
        var wrong: [UInt64] = []
        for group in 0..<groups {
            let hashes = try own.hashes(group * Limits.groupRecords, Int(Limits.groupRecords))
            let parent = try above.hashes(group, 1)
            if UInt64(hashes.count) < Limits.groupRecords
                || TreeHash.root(of: hashes) != parent.first
            {
                wrong.append(group)
            }
        }
        let tail = try own.hashes(groups * Limits.groupRecords, Int(count % Limits.groupRecords))
        if peaks(of: tail) != expectedPeaks(level: level) { wrong.append(groups) }
        return wrong
    }

    private func peaks(of hashes: [Digest]) -> [Digest] {
        var frontier = MerkleFrontier()
        frontier.append(contentsOf: hashes)
        return frontier.peaks
    }

    /// The roots of the cut that the last hashes of a level fold into.
    private func expectedPeaks(level: Int) -> [Digest] {
        let count = cut.until >> UInt64(8 * level)
        // The largest come first: those of higher levels stand before.
        let before = (count / Limits.groupRecords).nonzeroBitCount
        return Array(cut.peaks[before..<count.nonzeroBitCount])
    }
}
