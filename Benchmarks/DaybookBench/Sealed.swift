// SPDX-License-Identifier: Apache-2.0

import Book
import Masking

/// Times what a book of closed days costs to look at: opening a snapshot, and verifying all of it.
func verifyBook(_ logs: String, keys: String) throws {
    let place = BookPlace(logs: logs, name: "audit", keys: keys, masker: .standard)
    var days = 0
    let opening = try seconds { days = try BookSnapshot(place).segments.count }
    print("snapshot of \(days) days: \(round(opening * 1000, 2)) ms")
    var verdict: Verdict?
    let time = try seconds { verdict = try BookVerifier(place).run() }
    guard let verdict else { return }
    report(
        "verify (\(verdict.isSound ? "sound" : "NOT SOUND"))", records: Int(verdict.size),
        bytes: verdict.bytes, seconds: time)
    for finding in verdict.findings.prefix(3) { print("  \(finding.file): \(finding.what)") }
    for note in verdict.notes.prefix(3) { print("  note: \(note)") }
}

/// Times the sealing of every closed day of a book, as `daybook seal` does it: one thread, beside
/// appends.
func sealBook(_ logs: String, keys: String) throws {
    let place = BookPlace(logs: logs, name: "audit", keys: keys, masker: .standard)
    var settings = BookSettings(liveName: "audit.log")
    settings.plainKeep = .zero
    let book = try Book(place, settings)
    var sealed: [SegmentSummary] = []
    let time = try seconds { sealed = try book.seal() }
    let bytes = sealed.reduce(0) { $0 + $1.lineBytes }
    report(
        "seal", records: sealed.reduce(0) { $0 + Int($1.records) }, bytes: bytes, seconds: time)
    let onDisk = sealed.reduce(0) { $0 + $1.segmentBytes }
    print("  \(sealed.count) days, \(onDisk) bytes for \(bytes) bytes of lines")
    try book.close()
}
