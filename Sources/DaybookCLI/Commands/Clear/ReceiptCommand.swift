// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Desk
import Records
import TransparencyLog

/// `daybook receipt`: what a clear did, for whoever holds its file. Needs no book.
struct ReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Show or check the receipt of a clear. Needs no book.",
        discussion: """
            A receipt is the record that says what was cleared, the proof that this record is in \
            the book that was signed, and the book's key. It names nobody.

            Examples:
              daybook receipt show logs/receipts/3f….receipt
              daybook receipt verify --key audit+530d903a+Aekye... 3f….receipt
            """,
        subcommands: [ReceiptShow.self, ReceiptVerify.self])
}

struct ReceiptShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Say what a receipt says, without checking it.")

    @Argument(help: ArgumentHelp("The receipt's file.", valueName: "file"), completion: .file())
    var file: String

    @Flag(name: .long, help: "Print its record.")
    var json = false

    mutating func run() throws {
        let receipt = try Receipt(
            parsing: SmallFile.read(file, limit: Clearing.Limits.receiptBytes))
        if json { return Terminal.say(json: receipt.record) }
        for (heading, text) in receipt.words { Terminal.say("\(heading): \(text)") }
    }
}

struct ReceiptVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a receipt. Needs no book.",
        discussion: """
            Exit code 0: the book that the key belongs to says what the receipt says. 1: it does \
            not, and why. Without --key the key in the file is taken, which proves only that the \
            file fits itself.
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The key of the book audit, or a file with it, from whom you trust.",
            valueName: "key"))
    var key: String?

    @Argument(help: ArgumentHelp("The receipt's file.", valueName: "file"), completion: .file())
    var file: String

    @Flag(name: .long, help: "Print the verdict as JSON.")
    var json = false

    mutating func run() throws {
        let receipt = try Receipt(
            parsing: SmallFile.read(file, limit: Clearing.Limits.receiptBytes))
        let trusted = try key.map { try VerifierKey(argument: $0) }
        let reasons = receipt.reasons(trusting: trusted)
        if json {
            Terminal.say(json: [
                "accepted": .bool(reasons.isEmpty), "key_given": .bool(trusted != nil),
                "key": .string(receipt.key.description),
                "index": .number(String(receipt.index)),
                "reasons": .array(reasons.map { .string($0) }),
            ])
        } else if reasons.isEmpty {
            Terminal.say(
                "yes: the receipt is record \(receipt.index) of "
                    + "\(receipt.proof.signed.checkpoint.origin)")
            if trusted == nil {
                Terminal.note("the key is the receipt's own; compare it with one that you trust:")
                Terminal.note("  \(receipt.key)")
            }
        } else {
            Terminal.say("no: \(reasons.joined(separator: "; "))")
        }
        if !reasons.isEmpty { throw verdictIsNo() }
    }
}
