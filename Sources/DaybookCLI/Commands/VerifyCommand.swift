// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Clearing
import Desk
import Records
import TransparencyLog

/// `daybook verify`: recomputes everything.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recompute everything and compare it with what was signed.",
        discussion: """
            Exit code 0: every record is as it was signed. 1: something was changed, cut or \
            removed; each finding names the file, the records and what to do. 64 and above: it \
            could not look, for one because there is no key to check the signature with.

            Records that no checkpoint covers yet (the last second of a running book) cannot be \
            proven, and are counted. Whoever has the signing key can rewrite what nobody else has \
            seen a checkpoint of: keep checkpoints elsewhere, and see `daybook extends`.

            What was personal in a record is in an envelope in the vault: each one that a line \
            speaks of opens, was erased by a receipt that says so, or is missing, which is a \
            finding. Without the keys only what was erased or is missing can be told.

            Examples:
              daybook verify
              daybook verify --book audit --json | jq .sound
              daybook verify --key desk.example/audit+530d903a+Aekye... --dir /mnt/copy/logs
            """)

    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "Only this book. (default: all that are here)")
    var book: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The key the checkpoint must be signed with, for one book. (default: that of the key "
                + "directory)", valueName: "verifier key"))
    var key: String?

    @Flag(name: .long, help: "Print one JSON object a book.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let books = if let book { [try ground.known(book)] } else { ground.existingBooks }
        guard !books.isEmpty else { throw ground.nothingHere }
        guard key == nil || books.count == 1 else {
            throw DeskFailure(.usage, "--key is one book's; say which with --book.")
        }
        let verifier = try key.map { try VerifierKey(argument: $0) }
        var isSound = true
        var unproven: [String] = []
        for name in books {
            var progress = Progress("verify \(name)")
            var verdict = try BookVerifier(ground.place(name), key: verifier).run {
                progress.report(UInt64($0), of: UInt64($1), "byte")
            }
            progress.end()
            let envelopes = verdict.isSound ? try ground.checkEnvelopes(name, &verdict) : nil
            if json {
                Terminal.say(json: verdict.json(envelopes))
            } else {
                say(verdict)
                if let envelopes { Terminal.say(envelopes.text) }
            }
            if !verdict.isSound { isSound = false }
            if verdict.isSound && verdict.isUnproven { unproven.append(name) }
        }
        if !isSound { throw verdictIsNo() }
        guard unproven.isEmpty else {
            throw DeskFailure(
                .noInput,
                "the records of \(unproven.joined(separator: " and ")) agree with each other, and "
                    + "who signed them could not be checked. The notes say why; --key takes what "
                    + "`daybook key` prints where the book is written.")
        }
    }

    private func say(_ verdict: Verdict) {
        let size = Words.count(verdict.size, "record")
        if verdict.isSound {
            let word = verdict.isUnproven ? "agrees with itself" : "sound"
            Terminal.say(
                "\(verdict.book): \(word). \(size), \(Words.bytes(verdict.bytes)), signed up to "
                    + "\(Words.grouped(verdict.checkpointSize))")
            Terminal.say("  origin \(verdict.origin)")
            Terminal.say("  root   \(verdict.root)")
            if verdict.uncovered > 0 {
                Terminal.say(
                    "  \(Words.count(verdict.uncovered, "record")) came after the checkpoint and "
                        + "cannot be proven yet")
            }
        } else {
            Terminal.say(
                "\(verdict.book): NOT SOUND. \(Words.count(verdict.findings.count, "finding")) in \(size)"
            )
        }
        for finding in verdict.findings {
            var text = "  \(finding.file)"
            if let records = finding.records {
                text +=
                    records.count == 1
                    ? ", record \(records.lowerBound)"
                    : ", records \(records.lowerBound) to \(records.upperBound)"
            }
            Terminal.say(text)
            Terminal.say("    \(finding.what)")
            Terminal.say("    \(finding.remedy)")
        }
        for note in verdict.notes { Terminal.say("  note: \(note)") }
    }
}

extension VerifierKey {
    /// A key from the command line: its text, or a file that holds it.
    init(argument: String) throws {
        if argument.contains("+") {
            try self.init(argument)
        } else {
            let bytes = try SmallFile.read(argument)
            let text = String(decoding: bytes, as: UTF8.self)
            try self.init(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
    }
}
