// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a trader does about how long records are kept.
@Suite(.timeLimit(.minutes(5))) struct RetentionTests {
    static func settings(_ audit: String) -> String { "books:\n  audit: {\(audit)}\n" }

    /// A sandbox with a sealed day of ten records.
    static func sealed() throws -> Sandbox {
        let sandbox = try Sandbox()
        let lines = (0..<10).map { #"{"event":"tick","level":"info","n":"\#($0)"}"# + "\n" }
        try sandbox.daybook("record", input: lines.joined())
        try sandbox.daybook("seal")
        return sandbox
    }

    @Test func `doctor says that everything is kept, until somebody chooses`() throws {
        let sandbox = try Self.sealed()
        let unchosen = "audit retention: everything is kept for ever: nobody has chosen yet"
        #expect(try sandbox.daybook("doctor").output.contains(unchosen))
        try sandbox.write(Self.settings("keep: forever"), to: "logs/daybook.yaml")
        let chosen = try sandbox.daybook("doctor").output
        #expect(!chosen.contains(unchosen))
        #expect(chosen.contains("audit retention: keep forever"))
    }

    @Test func `a book without records takes the settings, and records them`() throws {
        let sandbox = try Sandbox()
        try FileManager.default.createDirectory(
            at: sandbox.logs, withIntermediateDirectories: true)
        try sandbox.write(Self.settings("keep: 7y"), to: "logs/daybook.yaml")
        try sandbox.daybook("record", input: #"{"event":"tick"}"# + "\n")
        let records = try sandbox.records("audit")
        #expect(records.first?["event"] as? String == "retention_changed")
        #expect(records.first?["new_value"] as? String == "keep 7y")
        let shown = try sandbox.daybook("retention", "--book", "audit").output
        #expect(shown.contains("audit: keep 7y (by record 0)"))
    }

    @Test func `a shorter rule waits until it is accepted, and is a record then`() throws {
        let sandbox = try Self.sealed()
        try sandbox.write(Self.settings("keep: 30d"), to: "logs/daybook.yaml")
        let waiting = try sandbox.daybook("retention", "--book", "audit").output
        #expect(waiting.contains("everything is kept (the default)"))
        #expect(waiting.contains("daybook retention accept --book audit"))
        let dry = try sandbox.daybook("retention", "accept", "--dry-run")
        #expect(dry.output.contains("would become keep 30d"))
        #expect(try sandbox.daybook("retention").output.contains("proposed by daybook.yaml"))
        let accepted = try sandbox.daybook("retention", "accept")
        #expect(accepted.code == 0 && accepted.output.contains("keep 30d is in force, by record"))
        let line = try sandbox.daybook("search", "event:retention_changed").output
        #expect(line.contains(#""old_value":"keep forever","new_value":"keep 30d""#))
        #expect(line.contains(#""source":"daybook""#))
        #expect(try sandbox.daybook("retention").output.contains("nothing is due"))
    }

    @Test func `what is due is shown, pruned, recorded, and the book still verifies`() throws {
        let sandbox = try Self.sealed()
        try sandbox.write(Self.settings("max_size: 4096"), to: "logs/daybook.yaml")
        #expect(try sandbox.daybook("retention", "accept").code == 0)
        let more = (0..<200).map { #"{"event":"tick","level":"info","n":"\#($0)"}"# + "\n" }
        for _ in 0..<3 {
            try sandbox.daybook("record", input: more.joined())
            try sandbox.daybook("seal")
        }
        let dry = try sandbox.daybook("retention", "apply", "--dry-run", "--json").json()
        let applied = try sandbox.daybook("retention", "apply", "--json").json()
        #expect(dry["files"] as? [String] == applied["files"] as? [String])
        // Sealing may have pruned already what was due; in the end the oldest day is gone.
        let gone = try sandbox.daybook("cat", "0")
        #expect(gone.code == 66 && gone.errors.contains("was pruned from the book audit"))
        let verified = try sandbox.daybook("verify", "--book", "audit")
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
        #expect(verified.output.contains("pruned by record"))
        #expect(try sandbox.daybook("search", "event:records_pruned").output.contains("max_size"))
    }

    @Test func `a policy file that says other than its record binds nobody`() throws {
        let sandbox = try Self.sealed()
        try sandbox.write(Self.settings("keep: 7y"), to: "logs/daybook.yaml")
        try sandbox.daybook("retention", "accept")
        let path = sandbox.logs.appending(path: "audit/retention")
        let text = try String(contentsOf: path, encoding: .utf8)
        try Data(text.replacing("7y", with: "1d").utf8).write(to: path)
        let doctor = try sandbox.daybook("doctor")
        #expect(doctor.code == 1 && doctor.output.contains("does not say the same"))
        let apply = try sandbox.daybook("retention", "apply")
        #expect(apply.code == 65 && apply.errors.contains("daybook retention accept"))
    }
}
