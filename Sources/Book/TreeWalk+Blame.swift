// SPDX-License-Identifier: Apache-2.0

internal import TransparencyLog

// Which file is to blame, and for which records.

extension TreeWalk {
    /// Names what differs from a checkpoint that is validly signed.
    func blame(_ checkpoint: Checkpoint, _ verdict: inout Verdict) {
        let size = UInt64(checkpoint.size)
        let groups = mismatches.filter { $0.level == 1 }.map(\.position)
        var named = false
        for group in groups where (group + 1) * Limits.groupRecords <= size {
            let first = group * Limits.groupRecords
            report(first...(first + Limits.groupRecords - 1), &verdict)
            named = true
        }
        if named || !verdict.findings.isEmpty { return }
        let tail = size - size % Limits.groupRecords
        if tail < size, unexplainedFile == nil || tail < (unexplainedFile?.records?.upperBound ?? 0)
        {
            report(tail...(size - 1), &verdict)
        } else if let file = unexplainedFile {
            verdict.findings.append(
                .init(
                    file: file.path, records: file.records,
                    what: "the records are not those that were signed",
                    remedy: "Restore the file from a copy."))
        } else if size > 0 {
            report(0...(size - 1), &verdict)
        }
    }

    private func report(_ records: ClosedRange<UInt64>, _ verdict: inout Verdict) {
        let names = snapshot.files.filter { file in
            file.records > 0 && file.range.overlaps(Range(records))
        }
        for file in names {
            let first = max(records.lowerBound, file.first)
            let last = min(records.upperBound, file.range.upperBound - 1)
            verdict.findings.append(
                .init(
                    file: place.path(file.name), records: first...last,
                    what: "at least one of these records is not what was signed",
                    remedy: "Restore the file from a copy."))
        }
    }

    /// Names stored tree hashes that differ although no record does.
    func reportTree(_ verdict: inout Verdict) {
        if let file = unexplainedFile, verdict.findings.isEmpty, mismatches.isEmpty {
            verdict.findings.append(
                .init(
                    file: file.path, records: file.records,
                    what: "the records are not those for which the manifest has the root",
                    remedy: "Restore the file, or the manifest, from a copy."))
        }
        guard verdict.findings.isEmpty else { return }
        for mismatch in mismatches {
            let span = UInt64(1) << UInt64(8 * mismatch.level)
            let first = mismatch.position * span
            verdict.findings.append(
                .init(
                    file: place.treePath(level: mismatch.level),
                    records: first...(first + span - 1),
                    what: "the stored hash number \(mismatch.position) is not that of its records, "
                        + "which are as signed",
                    remedy: "Delete the file; the next writer computes it anew."))
        }
        for level in stored where level.isShort(for: verdict.checkpointSize) {
            verdict.findings.append(
                .init(
                    file: level.path,
                    what: "the file is shorter than the records that the checkpoint covers need",
                    remedy: "Delete the file; the next writer computes it anew."))
        }
    }
}
