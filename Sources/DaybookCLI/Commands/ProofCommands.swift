// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records
import TransparencyLog

/// `daybook prove`: the proof that one record is in the book.
struct ProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write the proof that a record is in the book.",
        discussion: """
            The proof is a .tlog-proof file (C2SP): with it, the line and the book's key anyone \
            can check, offline and without Daybook, that the record is in the book that was \
            signed.

            Examples:
              daybook prove 42
              daybook prove 42 -o evidence.tlog-proof
              daybook cat 42 > line.json
              daybook verify-proof --key "$(daybook key)" --line line.json evidence.tlog-proof
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption

    @Argument(help: "The record's index, from 0.")
    var index: UInt64

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write it; - for standard output. (default: <book>-<index>.tlog-proof)",
            valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(name: .long, help: "Print what was written as JSON.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let book = try ground.known(bookOption.book)
        let prover = try BookProver(ground.place(book))
        let proof = try prover.prove(index)
        let path = output ?? "\(book)-\(index).tlog-proof"
        try SmallFile.write(proof.bytes, to: path)
        guard path != "-" else { return }
        if json {
            Terminal.say(json: [
                "book": .string(book), "index": .number(String(index)), "file": .string(path),
                "size": .number(String(prover.signed.checkpoint.size)),
                "root": .string(prover.signed.checkpoint.root.base64),
                "origin": .string(prover.signed.checkpoint.origin),
            ])
        } else {
            Terminal.say(
                "wrote \(path): record \(index) of \(book), in the signed tree of \(Words.count(prover.signed.checkpoint.size, "record"))"
            )
            Terminal.note("to check it without the book:")
            Terminal.note("  daybook cat --book \(book) \(index) > line.json")
            Terminal.note(
                "  daybook verify-proof --key \"$(daybook key --book \(book))\" --line line.json \(path)"
            )
        }
    }
}

/// `daybook verify-proof`: needs no book.
struct VerifyProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-proof",
        abstract: "Check a proof. Needs no book.",
        discussion: """
            Exit code 0: the line is in the tree that the key has signed. 1: it is not, and why.

            Example:
              daybook verify-proof --key desk+530d903a+Aekye... --line line.json 42.tlog-proof
            """)

    @Option(
        name: .long,
        help: ArgumentHelp("The book's verifier key, or a file with it.", valueName: "key"))
    var key: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The record's line, in a file; - for standard input.", valueName: "file"),
        completion: .file())
    var line: String

    @Argument(help: ArgumentHelp("The .tlog-proof file.", valueName: "proof"), completion: .file())
    var proof: String

    @Flag(name: .long, help: "Print the verdict as JSON.")
    var json = false

    mutating func run() throws {
        let verifier = try VerifierKey(argument: key)
        var bytes = try SmallFile.read(line)
        // `daybook cat` ends the line, as every line of a file does; it is not part of the record.
        if bytes.last == 0x0A { bytes.removeLast() }
        let verdict = try TLogProof.verify(
            line: bytes, proof: SmallFile.read(proof), key: verifier)
        let checkpoint = verdict.proof.signed.checkpoint
        if json {
            Terminal.say(json: [
                "accepted": .bool(verdict.isAccepted), "origin": .string(checkpoint.origin),
                "index": .number(String(verdict.proof.inclusion.index)),
                "size": .number(String(checkpoint.size)),
                "reasons": .array(verdict.reasons.map { .string($0) }),
            ])
        } else if verdict.isAccepted {
            Terminal.say(
                "yes: the line is record \(verdict.proof.inclusion.index) of \(checkpoint.origin), "
                    + "in its signed tree of \(Words.count(checkpoint.size, "record"))")
        } else {
            Terminal.say("no: \(verdict.reasons.joined(separator: "; "))")
        }
        if !verdict.isAccepted { throw verdictIsNo() }
    }
}

/// `daybook extends`: whether the book continues an older checkpoint.
struct ExtendsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extends",
        abstract: "Prove that the book still continues an older checkpoint.",
        discussion: """
            Keep a copy of logs/audit/checkpoint somewhere else now and then: by mail, on \
            another machine, with your auditor. Later this shows that nothing before it was \
            changed.

            Exit code 0: it continues it. 1: it does not.

            Example:
              daybook extends /mnt/usb/checkpoint-2026-11-01
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption

    @Argument(
        help: ArgumentHelp("The older checkpoint.", valueName: "checkpoint"), completion: .file())
    var checkpoint: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The key that must have signed both. (default: that of the key directory)",
            valueName: "verifier key"))
    var key: String?

    @Flag(name: .long, help: "Print the verdict, with the consistency proof, as JSON.")
    var json = false

    mutating func run() throws {
        let ground = try Ground(place)
        let book = try ground.known(bookOption.book)
        let old = try SignedCheckpoint(parsing: SmallFile.read(checkpoint))
        let prover = try BookProver(ground.place(book))
        let verifier = try key.map { try VerifierKey(argument: $0) } ?? ground.verifierKey(of: book)
        var reasons: [String] = []
        for (name, signed) in [
            ("the older checkpoint", old), ("this book's checkpoint", prover.signed),
        ] {
            let answer = signed.verify(with: verifier, origin: verifier.name, witnesses: [])
            if !answer.isAccepted {
                reasons.append(
                    "\(name): " + answer.reasons.map(\.description).joined(separator: ", "))
            }
        }
        let answer = try prover.extends(old.checkpoint)
        if !answer.holds { reasons.append(answer.reason) }
        let holds = reasons.isEmpty
        if json {
            Terminal.say(json: [
                "extends": .bool(holds), "origin": .string(prover.signed.checkpoint.origin),
                "old_size": .number(String(old.checkpoint.size)),
                "new_size": .number(String(prover.signed.checkpoint.size)),
                "proof": .array(answer.proof.map { .string($0.base64) }),
                "reasons": .array(reasons.map { .string($0) }),
            ])
        } else {
            Terminal.say(holds ? "yes: \(answer.reason)" : "no: \(reasons.joined(separator: "; "))")
        }
        if !holds { throw verdictIsNo() }
    }
}
