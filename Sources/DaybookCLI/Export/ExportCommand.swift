// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Desk
import Query

/// `daybook export`: records with their proofs, for somebody who has no Daybook.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write records with their proofs for a regulator or an auditor.",
        discussion: """
            The bundle has the records as they are stored (JSON Lines) and as a table (Parquet), \\
            a proof of each, the signed checkpoint, the verifier key, a manifest with SHA-256 of \\
            every file, and a page to read. A path that ends with .tar makes an archive; \\
            --recipient encrypts it with age, and nothing of it is on disk in the clear.

            What is sealed stays sealed unless --open is given. Opening is a record in the book \\
            audit before the first byte is decrypted; the export itself is one before the bundle \\
            gets its name. Say who gets it, and until when: later receipts list it.

            Examples:
              daybook export --from 2026-11-01 --to 2026-11-30 november/
              daybook export 'event_type:order_filled and asset:AAPL' fills.tar
              daybook export --book chat --open 'sender:alice' --given-to "BaFin" --expires 90d \\
                --recipient age1… alice.tar.age
            """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var bookOption: BookOption
    @OptionGroup var times: SearchTimes

    @Argument(
        help: ArgumentHelp(
            "Which records, as for search, without pipes; then where to write: a new directory, "
                + "or a name that ends with .tar or .tar.age.",
            valueName: "[query] output"))
    var words: [String]

    @Flag(name: .long, help: "Open sealed records; the bundle then has them readable, too.")
    var open = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Restricted records, too, and why. Needs --open.", valueName: "reason"))
    var includeRestricted: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Encrypt to this age key (age1…). May be given more than once.", valueName: "key"))
    var recipient: [String] = []

    @Option(name: .long, help: "Who gets it.")
    var givenTo: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "When it shall be destroyed: 30d, 90d; or a date.", valueName: "time"))
    var expires: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Proofs at most; the first records get them.", valueName: "count"))
    var proofs = 10_000

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard let output = words.last, !output.isEmpty else {
            throw ValidationError("where to? `daybook export november/`")
        }
        if let problem = order(TimeRange(from: nil, to: nil), .utc).problem {
            throw ValidationError(problem)
        }
    }

    private var output: String {
        var path = words.last ?? ""
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    private func order(_ range: TimeRange, _ zone: QueryZone) -> ExportOrder {
        var order = ExportOrder(output: output, range: range, zone: zone)
        order.book = bookOption.book
        order.query = words.dropLast().joined(separator: " ")
        order.isOpened = open
        order.includeRestricted = includeRestricted
        order.recipients = recipient
        order.givenTo = givenTo
        order.expires = expires
        order.proofsMax = proofs
        order.mark = "--"
        return order
    }

    mutating func run() throws {
        let zone = try times.queryZone()
        let order = order(try times.range(zone), zone)
        let ground = try Ground(place)
        Interruption.listen()
        let made: ExportMade
        do {
            made = try ground.export(order) { Interruption.isRequested }
        } catch {
            if let code = Interruption.exitCode { throw ExitCode(code) }
            throw error
        }
        say(made)
    }

    private func say(_ made: ExportMade) {
        if json {
            Terminal.say(json: made.json)
        } else {
            Terminal.say(
                "wrote \(made.path): \(Words.count(made.records, "record")) of \(made.book), "
                    + "\(Words.count(made.proofs, "proof")); export \(made.id)")
            if made.proofs < Int(clamping: made.records) {
                Terminal.note("Only the first \(made.proofs) have proofs; --proofs says more.")
            }
        }
        if made.restrictedLeftOut > 0 {
            Terminal.note(
                "\(Words.count(made.restrictedLeftOut, "restricted record")) left out; "
                    + "--include-restricted REASON takes them in.")
        }
        if expires == nil || givenTo == nil {
            Terminal.note(
                "Who has it and until when is not said (--given-to, --expires): later receipts "
                    + "will list it as a copy without end.")
        }
    }
}
