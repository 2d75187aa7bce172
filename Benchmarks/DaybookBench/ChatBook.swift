// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Query
import Records
import Vault

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the rooms below the commands take for a sealed chat book: sealing, searching, facts, shredding
/// and rewrapping. The commands add parsing, plans and receipts; `scripts/bench chat` measures those.
func chatBook(_ count: Int, _ directory: String) throws {
    let logs = "\(directory)/logs"
    let keys = "\(directory)/keys"
    guard let vault = try Vault.open(logs: logs, keys: keys, create: true) else { return }
    let place = BookPlace(logs: logs, name: "chat", keys: keys, masker: .standard)
    try fill(count, place, vault)
    let bytes = try commitmentsAndBytes(place)
    print(
        "\(bytes.commitments.count) envelopes; bytes a message: segments and tree "
            + "\(round(Double(bytes.stored) / Double(count), 1)), vault "
            + "\(round(Double(vaultBytes(vault)) / Double(count), 1))")
    for query in [
        "zeppelin", "text:zeppelin and conversation:room-07", "| stats count() by sender",
    ] {
        var rows = Rows()
        let time = try measured { try search(query, place, vault, &rows) }
        print("search \(query): \(time.text), \(rows.count) rows")
    }
    try clear(bytes.commitments, vault)
    var usage = rusage()
    getrusage(0, &usage)
    print("peak memory: \(usage.ru_maxrss / 1024) MB")
}

/// Seconds, and seconds of processor time.
private func measured(_ body: () throws -> Void) rethrows -> (seconds: Double, text: String) {
    let before = processorSeconds()
    let time = try seconds(body)
    let spent = round(processorSeconds() - before, 2)
    return (time, "\(round(time, 2)) s (\(spent) s of processors)")
}

private func fill(_ count: Int, _ place: BookPlace, _ vault: Vault) throws {
    var settings = BookSettings(liveName: "chat.log")
    settings.sealer = vault.sealer
    settings.plainKeep = .zero
    let book = try Book(place, settings)
    var data = ChatData(count: count, days: 90, isRecords: true)
    var session = MaskingSession(.standard)
    let source = Provenance(source: "bench")
    let rule = SealRule.all(elseUnder: .house)
    var bytes = 0
    let time = try measured {
        var done = 0
        while done < count {
            var batch = MaskedRecords()
            for _ in 0..<min(1000, count - done) {
                var text = TextBuffer()
                data.append(to: &text)
                bytes += text.bytes.count
                try text.bytes.dropLast().withUnsafeBufferPointer { line in
                    try session.append(jsonLine: line, from: source, sealing: rule, to: &batch)
                }
                done += 1
            }
            try book.append(batch, .written)
        }
    }
    report("mask, seal and append", records: count, bytes: bytes, seconds: time.seconds)
    print("  \(time.text)")
    try book.rotate()
    let sealed = try measured { _ = try book.seal() }
    print("until the day is a segment: \(sealed.text)")
    try book.close()
}

private func commitmentsAndBytes(
    _ place: BookPlace
) throws -> (commitments: [Commitment], stored: Int) {
    let snapshot = try BookSnapshot(place)
    var commitments: [Commitment] = []
    let name = Array("\"sealed\":\"".utf8)
    let time = try measured {
        try snapshot.forEachLine(in: 0..<snapshot.size) { _, line throws(BookError) in
            let width = Commitment.textCount + Commitment.version.utf8.count
            let start = line.indices.first { place in
                // The second byte tells most places apart.
                place + name.count + width <= line.count && line[place + 1] == name[1]
                    && line[place..<(place + name.count)].elementsEqual(name)
            }.map { $0 + name.count }
            guard let start else { return true }
            let value = UnsafeBufferPointer(rebasing: line[start..<(start + width)])
            if let commitment = Commitment(sealed: value) { commitments.append(commitment) }
            return true
        }
    }
    print("read all lines: \(time.text)")
    var stored = snapshot.pieces.reduce(0) { $0 + $1.bytes }
    for level in 1...4 { stored += fileBytes("\(place.directory)/tree/\(level)") }
    return (commitments, stored + fileBytes("\(place.directory)/catalog"))
}

/// With what SQLite has not brought into the main file yet.
private func vaultBytes(_ vault: Vault) -> Int {
    fileBytes(vault.path) + fileBytes(vault.path + "-wal")
}

private func fileBytes(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

private struct Rows: QueryOutput {
    var count = 0

    mutating func begin(_ shape: ResultShape, hits: UInt64?) {}

    mutating func take(_ record: FoundRecord) -> Bool {
        count += 1
        return true
    }

    mutating func take(_ row: [RecordValue?]) -> Bool {
        count += 1
        return true
    }
}

private func search(
    _ text: String, _ place: BookPlace, _ vault: Vault, _ rows: inout Rows
) throws {
    let source = QueryRun.Source(
        name: "chat", snapshot: try BookSnapshot(place), maySpill: false, opener: vault.opener)
    let threads = max(1, min(Limits.threads, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    let run = QueryRun(
        try QueryPlan(try Query(parsing: text)), over: [source],
        settings: ScanSettings(threads: threads))
    _ = try run.run(into: &rows)
}

private func clear(_ commitments: [Commitment], _ vault: Vault) throws {
    var facts: [EnvelopeFacts] = []
    let time = try measured { facts = try vault.facts(of: commitments) }
    print("facts of \(facts.count) envelopes: \(time.text)")
    guard let person = try vault.people.find("desk:alice-020").first ?? vault.people.list().first
    else { return }
    let own = facts.filter { $0.person == person.id }.map(\.commitment)
    var outcome: ShredOutcome?
    let spent = try measured {
        outcome = try vault.shred(
            ShredOrder(name: "bench-1", commitments: own, forget: [person.id]))
    }
    if let outcome {
        print(
            "shred one person: \(spent.text), \(outcome.erased) envelopes, "
                + "\(outcome.groupsDestroyed) groups, \(outcome.keysRewrapped) keys rewrapped")
    }
    // Every hundredth message: its group is punctured, so that survivors get keys of their own.
    let some = facts.enumerated().filter { $0.offset % 100 == 0 }.map(\.element.commitment)
    let puncture = try measured {
        outcome = try vault.shred(ShredOrder(name: "bench-2", commitments: some))
    }
    if let outcome {
        print(
            "shred \(outcome.erased) envelopes of all people: \(puncture.text), "
                + "\(outcome.groupsPunctured) groups punctured, \(outcome.keysRewrapped) keys "
                + "rewrapped")
    }
    var keys = 0
    let rotation = try measured { keys = try vault.rotateKeys().keys }
    print(
        "rotate: \(keys) keys, \(rotation.text), "
            + "\(Int(Double(keys) / rotation.seconds)) keys/s")
}
