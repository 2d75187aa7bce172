// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Query
import Records
import Testing
import Vault

/// Search over a book whose records a real vault sealed.
@Suite struct VaultSearchTests {
    private func run(
        _ text: String, _ place: BookPlace, _ opener: any EnvelopeOpening
    ) throws -> (rows: [String], summary: QueryRun.Summary) {
        let source = QueryRun.Source(
            name: "chat", snapshot: try BookSnapshot(place), maySpill: false, opener: opener)
        var catcher = Catcher()
        let run = QueryRun(
            try QueryPlan(try Query(parsing: text)), over: [source],
            settings: ScanSettings(threads: 2))
        let summary = try run.run(into: &catcher)
        return (catcher.rows, summary)
    }

    /// 3,000 messages of three people, sealed, in a book.
    private func fill(_ place: BookPlace, _ vault: Vault) throws {
        var settings = BookSettings(liveName: "chat.log")
        settings.sealer = vault.sealer
        let book = try Book(place, settings)
        var session = MaskingSession(.standard)
        for batch in 0..<3 {
            var records = MaskedRecords()
            for number in (batch * 1000)..<(batch * 1000 + 1000) {
                let instant = Timestamp(
                    microseconds: 1_795_184_700_000_000 + Int64(number) * 60_000_000)
                session.append(
                    object: [
                        "event": "chat_message", "event_type": "chat_message", "level": "info",
                        "platform": "irc", "sender": .string("user\(number % 3)"),
                        "text": .string("the word\(number % 10) of record \(number)"),
                        "timestamp": .string(instant.description),
                    ],
                    from: Provenance(source: "test"),
                    sealing: .all(elseUnder: Account(platform: "irc", name: "nobody")),
                    to: &records)
            }
            try book.append(records, .synced)
        }
        try book.close()
    }

    @Test("a word is found in sealed texts; restricted and erased records are as their state says")
    func states() throws {
        let directory = TestDirectory()
        let place = BookPlace(
            logs: "\(directory.path)/logs", name: "chat", keys: "\(directory.path)/keys",
            masker: .standard, clock: SystemClock())
        let vault = try #require(
            try Vault.open(
                logs: "\(directory.path)/logs", keys: "\(directory.path)/keys", create: true))
        try fill(place, vault)
        #expect(try run("word7", place, vault.opener).rows.count == 300)
        let found = try run("sender:user1 and word4 and record", place, vault.opener)
        #expect(found.rows.count == 100)
        #expect(found.rows.allSatisfy { $0.contains(#""sender":"user1","text":"the word4 of"#) })
        #expect(try run("event_type:nosuch", place, vault.opener).rows.isEmpty)

        var commitments: [Commitment] = []
        try BookSnapshot(place).forEachLine(in: 0..<30) { _, line in
            if let seal = OpenedLine.seal(of: line) { commitments.append(seal.commitment) }
            return true
        }
        #expect(commitments.count == 30)
        try vault.restrict(Array(commitments[..<10]), until: nil, rule: "floor")
        _ = try vault.shred(
            ShredOrder(name: "spring", commitments: Array(commitments[10..<20])))
        let after = try run("the", place, vault.opener)
        #expect(after.rows.count == 2980)
        #expect(after.summary.restricted == 10)
        #expect(after.summary.closed == 0)
        #expect(try run("erased_by:spring | stats count()", place, vault.opener).rows == ["10"])
        #expect(try run("the", place, vault.openerOfRestricted).rows.count == 2990)
    }
}
