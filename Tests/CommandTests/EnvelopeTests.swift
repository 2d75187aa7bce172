// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite struct EnvelopeTests {
    /// What a program says under our care, by every way in.
    private func recordChat(_ sandbox: Sandbox) throws {
        #expect(try sandbox.daybook("run", "--", "bash", "talk.sh").code == 0)
        #expect(
            try sandbox.daybook(
                "record", "--format", "text", input: "quokka said hello\nand quokka left\n"
            ).code == 0)
        #expect(
            try sandbox.daybook(
                "record", "--book", "chat",
                input: #"{"event":"chat_message","platform":"irc","sender":"wombat","#
                    + #""conversation":"numbat","text":"sell the bandicoot"}"# + "\n"
            ).code == 0)
    }

    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write("echo buy the zanzibar\necho oh the bilby >&2\n", to: "talk.sh")
        return sandbox
    }

    private static let words = ["zanzibar", "bilby", "quokka", "wombat", "numbat", "bandicoot"]

    @Test func nothingThatWasSaidIsInAnyByteOfTheBooks() throws {
        let sandbox = try sandbox()
        try recordChat(sandbox)
        #expect(try sandbox.daybook("cat", "--book", "chat", "--open").code == 0)
        #expect(try sandbox.daybook("search", "quokka and bandicoot").code < 2)
        try lookForWords(sandbox)
        #expect(try sandbox.daybook("seal", "--book", "chat").code == 0)
        #expect(try sandbox.daybook("verify").code == 0)
        try lookForWords(sandbox)
    }

    /// Looks for each word as it is, in other letters, in two bytes a letter, and in base64 at each
    /// of the three places that it can have.
    private func lookForWords(_ sandbox: Sandbox) throws {
        let files = try sandbox.allBytes().filter { !$0.name.hasSuffix("/talk.sh") }
        #expect(files.count > 10)
        for word in Self.words {
            var forms = [Data(word.utf8), Data(word.uppercased().utf8)]
            forms.append(Data(word.utf8.flatMap { [$0, 0] }))
            for lead in 0..<3 {
                let text = Data((String(repeating: "x", count: lead) + word).utf8)
                    .base64EncodedString()
                let start = lead == 0 ? 0 : lead + 1
                forms.append(Data(text.dropFirst(start).prefix(6).utf8))
            }
            for (name, bytes) in files {
                for form in forms where bytes.range(of: form) != nil {
                    Issue.record(
                        "\(word) is in \(name) as \(String(decoding: form, as: UTF8.self))")
                }
            }
        }
    }

    @Test func whatIsSealedIsShownToWhoeverOpensIt() throws {
        let sandbox = try sandbox()
        try recordChat(sandbox)
        let stored = try sandbox.daybook("cat", "--book", "chat").lines
        #expect(stored.count == 4)
        #expect(stored.allSatisfy { $0.contains(#""sealed":"v1."#) && !$0.contains("text") })
        let opened = try sandbox.daybook("cat", "--book", "chat", "--open").lines
        #expect(opened.count == 4)
        for word in Self.words { #expect(opened.contains { $0.contains(word) }) }
        #expect(opened.allSatisfy { !$0.contains(#""sealed""#) })
        let message = try #require(opened.last)
        #expect(
            message.hasPrefix(
                #"{"event":"chat_message","platform":"irc","sender":"wombat","#
                    + #""conversation":"numbat","text":"sell the bandicoot","source":"stdin","#))
        #expect(
            try sandbox.daybook("tail", "-n", "1", "--book", "chat", "--open").lines == [message])
        #expect(try sandbox.daybook("tail", "-n", "1", "--book", "chat").lines == [stored[3]])
    }

    @Test func readingIsRecordedAndWhoReadIsSealed() throws {
        let sandbox = try sandbox()
        try recordChat(sandbox)
        try sandbox.daybook("cat", "--book", "chat", "--open", "2")
        let line = try #require(try sandbox.daybook("tail", "-n", "1").lines.last)
        #expect(line.contains(#""event":"record_viewed""#) && line.contains(#""first_index":2"#))
        #expect(line.contains(#""opened":true"#) && !line.contains("viewed_by"))
        let opened = try sandbox.daybook("cat", "--open").lines
        #expect(opened.contains { $0.contains(#""viewed_by":"#) })
    }

    @Test func verifyNamesEachMissingEnvelope() throws {
        let sandbox = try sandbox()
        try recordChat(sandbox)
        let sound = try sandbox.daybook("verify", "--book", "chat")
        #expect(sound.code == 0)
        #expect(sound.output.contains("envelopes: 4 open"))
        try sandbox.shell(
            """
            python3 - <<'END'
            import sqlite3
            vault = sqlite3.connect("logs/vault/envelopes.sqlite")
            rows = [row[0] for row in vault.execute("SELECT id FROM envelopes ORDER BY id")]
            vault.execute("DELETE FROM envelopes WHERE id = ?", (rows[1],))
            vault.execute("UPDATE envelopes SET ciphertext = ? WHERE id = ?", (b"x" * 80, rows[3]))
            vault.commit()
            END
            """)
        let verdict = try sandbox.daybook("verify", "--book", "chat")
        #expect(verdict.code == 1)
        #expect(verdict.output.contains("record 1 "))
        #expect(verdict.output.contains("missing"))
        #expect(verdict.output.contains("record 3 "))
        #expect(verdict.output.contains("not what the records commit to"))
        #expect(verdict.output.contains("envelopes: 2 open, 1 missing, 1 altered"))
        let opened = try sandbox.daybook("cat", "--book", "chat", "--open").lines
        #expect(opened[1].contains(#""envelope":"missing""#))
    }

    @Test func logsWithoutKeysOpenNothing() throws {
        let sandbox = try sandbox()
        try recordChat(sandbox)
        try FileManager.default.moveItem(
            at: sandbox.directory.appending(path: "keys"),
            to: sandbox.directory.appending(path: "away"))
        let result = try sandbox.daybook("cat", "--book", "chat", "--open")
        #expect(result.code > 1)
        for word in Self.words { #expect(!result.output.contains(word)) }
    }

    @Test func verifyWithoutKeysTellsWhatIsThere() throws {
        let sandbox = try sandbox()
        try recordChat(sandbox)
        let key = try sandbox.daybook("key", "--book", "chat").output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try FileManager.default.moveItem(
            at: sandbox.directory.appending(path: "keys"),
            to: sandbox.directory.appending(path: "away"))
        let verdict = try sandbox.daybook("verify", "--book", "chat", "--key", key)
        #expect(verdict.code == 0)
        #expect(verdict.output.contains("envelopes: 4 present, not opened"))
    }

    @Test func whatIsMadeToLookErasedIsFound() throws {
        let sandbox = try sandbox()
        try recordChat(sandbox)
        #expect(
            try sandbox.daybook("clear", "--conversation", "numbat", "--apply").code == 0)
        #expect(try sandbox.daybook("verify").code == 0)
        let opened = try sandbox.daybook("cat", "--book", "chat", "--open").lines
        #expect(opened.last?.contains(#""erased_by":""#) == true)
        try sandbox.shell(
            """
            python3 - <<'END'
            import sqlite3
            vault = sqlite3.connect("logs/vault/envelopes.sqlite")
            erasure = vault.execute("SELECT max(erasure) FROM envelopes").fetchone()[0]
            first = vault.execute("SELECT min(id) FROM envelopes").fetchone()[0]
            vault.execute("UPDATE envelopes SET erasure = ?, ciphertext = NULL, grp = NULL, "
                "r = NULL WHERE id = ?", (erasure, first))
            vault.commit()
            END
            """)
        let verdict = try sandbox.daybook("verify", "--book", "chat")
        #expect(verdict.code == 1)
        #expect(verdict.output.contains("not those of its receipt"))
    }

    @Test func aFieldOfTheAuditBookIsSealedWhereTheSettingsSaySo() throws {
        let sandbox = try sandbox()
        try FileManager.default.createDirectory(at: sandbox.logs, withIntermediateDirectories: true)
        try Data("books:\n  audit:\n    seal: [note]\n".utf8)
            .write(to: sandbox.logs.appending(path: "daybook.yaml"))
        try sandbox.daybook(
            "record",
            input: #"{"event":"order_filled","asset":"AAPL","note":"for the wombat"}"# + "\n"
                + #"{"event":"order_filled","asset":"AAPL"}"# + "\n")
        let stored = try sandbox.daybook("cat").lines
        #expect(stored[0].contains(#""asset":"AAPL","sealed":"v1."#))
        #expect(!stored[0].contains("wombat") && !stored[1].contains("sealed"))
        let opened = try sandbox.daybook("cat", "--open", "0").lines
        #expect(opened[0].contains(#""asset":"AAPL","note":"for the wombat","source""#))
        #expect(try sandbox.daybook("verify").output.contains("envelopes: 2 open"))
        // A search opens it and can be matched by it, which is a record before.
        let found = try sandbox.daybook("search", "--books", "audit", "note:*wombat")
        #expect(found.lines.count == 1 && found.output.contains(#""note":"for the wombat""#))
        #expect(try sandbox.daybook("cat").output.contains(#""event":"search_run""#))
    }

    @Test func whatDaybookItselfSealedIsSearchedWhenAskedFor() throws {
        let sandbox = try sandbox()
        try sandbox.daybook(
            "record", "--book", "chat", input: #"{"event":"chat_message","sender":"ada"}"# + "\n")
        let held = try sandbox.daybook(
            "hold", "open", "--matter", "zeppelin inquiry", "--book", "chat")
        #expect(held.code == 0, "\(held.errors)")
        func runs() throws -> Int {
            try sandbox.daybook("cat").output.components(separatedBy: #""event":"search_run""#)
                .count
                - 1
        }
        let closed = try sandbox.daybook("search", "--books", "audit", "zeppelin")
        #expect(closed.code == 1 && closed.output.isEmpty)
        #expect(try runs() == 0)
        let opened = try sandbox.daybook("search", "--books", "audit", "--open", "zeppelin")
        #expect(opened.code == 0, "\(opened.errors)")
        #expect(opened.output.contains("zeppelin inquiry"))
        #expect(try runs() == 1)
        // The search's own record is one that it could find; its query is sealed.
        #expect(try !sandbox.daybook("cat").output.contains("zeppelin"))
    }

    @Test func aProgramWithoutPersonalRecordsHasNoVault() throws {
        let sandbox = try sandbox()
        try sandbox.daybook("record", input: #"{"event":"order_filled"}"# + "\n")
        #expect(
            !FileManager.default.fileExists(atPath: sandbox.logs.appending(path: "vault").path()))
        #expect(try sandbox.daybook("cat", "--open").lines.count == 1)
    }

    @Test func whoAppendsThroughAnotherProcessSealsBefore() throws {
        let sandbox = try sandbox()
        try sandbox.write("echo first zanzibar\nsleep 3\n", to: "talk.sh")
        let holder = sandbox.process(Sandbox.binary, ["run", "--", "bash", "talk.sh"])
        holder.standardOutput = FileHandle.nullDevice
        try holder.run()
        let live = sandbox.logs.appending(path: "chat.log")
        #expect(
            eventually { (try? Data(contentsOf: live)).map { !$0.isEmpty } ?? false })
        #expect(
            try sandbox.daybook("record", "--format", "text", input: "second quokka\n").code == 0)
        holder.waitUntilExit()
        try lookForWords(sandbox)
        let opened = try sandbox.daybook("cat", "--book", "chat", "--open").lines
        #expect(opened.contains { $0.contains("zanzibar") })
        #expect(opened.contains { $0.contains("quokka") })
    }
}
