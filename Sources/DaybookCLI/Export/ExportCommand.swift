// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Daybook
import Desk
import Query
import Records
import TransparencyLog
import Vault

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
        if includeRestricted != nil, !open {
            throw ValidationError("--include-restricted goes with --open.")
        }
        guard proofs >= 0 else { throw ValidationError("--proofs counts proofs.") }
        let isEncrypted = output.hasSuffix(".age")
        if recipient.isEmpty == isEncrypted {
            throw ValidationError(
                isEncrypted
                    ? "\(output): --recipient age1… says who can open it."
                    : "--recipient makes an encrypted archive: let the name end with .tar.age.")
        }
    }

    private var output: String {
        var path = words.last ?? ""
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    mutating func run() throws {
        let text = words.dropLast().joined(separator: " ")
        let zone = try times.queryZone()
        let plan = try Self.plan(text, zone)
        let range = try times.range(zone)
        let ground = try Ground(place)
        let name = try ground.known(bookOption.book)
        let now = ground.now
        let until = try expiry(now)
        let recipients = try recipient.map { try AgeRecipient($0) }
        Interruption.listen()
        let key = try ground.verifierKey(of: name)
        let prover = try freshProver(ground, name)
        let opener = try self.opener(ground)
        if open { try keepReading(ground, name, text) }

        let bundle = try BundleFile(output, recipients: recipients, now: now)
        var records = ExportRecords(
            prover.snapshot, prover, isOpened: opener != nil, proofsMax: proofs,
            memoryBytesMax: SearchForm.memoryMegabytes << 20, into: bundle)
        let run = QueryRun(
            plan,
            over: [
                QueryRun.Source(
                    name: name, snapshot: prover.snapshot, maySpill: false, opener: opener)
            ], time: range, zone: zone,
            settings: ScanSettings(
                threads: machineThreads(), memoryBytesMax: SearchForm.memoryMegabytes << 20,
                isCancelled: { Interruption.isRequested }))
        let summary: QueryRun.Summary
        do throws(QueryError) {
            summary = try run.run(into: &records)
        } catch {
            if let code = Interruption.exitCode { throw ExitCode(code) }
            throw DeskFailure(error, in: text)
        }
        if let failure = records.failure { throw failure }
        try records.finish()
        let id = ShortCode.make("x")
        var facts = Facts(
            id: id, now: now, book: name, query: text, range: range, until: until, records: records,
            signed: prover.signed, isOpened: opener != nil, key: key, givenTo: givenTo,
            restricted: summary.restricted)
        facts.isWithRestricted = includeRestricted != nil
        try facts.write(to: bundle)
        let digest = try keep(ground, facts, bundle, text)
        try bundle.place()
        say(facts, summary, bundle, digest)
    }

    // MARK: - Before

    private static func plan(_ text: String, _ zone: QueryZone) throws -> QueryPlan {
        let plan: QueryPlan
        do throws(QueryError) {
            plan = try QueryPlan(try Query(parsing: text, zone: zone), zone: zone)
        } catch {
            throw DeskFailure(error, in: text)
        }
        guard case .records(.whole(let renamings)) = plan.goal, renamings.isEmpty,
            plan.stages.isEmpty
        else {
            throw DeskFailure(
                .usage, "an export has whole records in their order: leave the pipes away.")
        }
        return plan
    }

    private func expiry(_ now: Timestamp) throws -> Timestamp? {
        guard let expires else { return nil }
        if let span = Span.microseconds(expires) {
            return Timestamp(microseconds: now.microseconds + min(span, 1 << 60))
        }
        guard let interval = InstantText.interval(expires, zone: .utc) else {
            throw DeskFailure(
                .usage, "--expires '\(expires)' is no time; expected 30d or 2026-12-31.")
        }
        return Timestamp(microseconds: interval.upperBound)
    }

    /// Signs all that is there, so that every record of now can be proven.
    private func freshProver(_ ground: Ground, _ name: String) throws -> BookProver {
        _ = try ground.snapshot(name)
        let book = try ground.open(name)
        try book.checkpoint()
        try book.close()
        return try BookProver(ground.place(name))
    }

    private func opener(_ ground: Ground) throws -> (any EnvelopeOpening)? {
        guard open else { return nil }
        guard let vault = try ground.door.vault(create: false) else { return nil }
        return includeRestricted == nil ? vault.opener : vault.openerOfRestricted
    }

    /// Says that sealed records are read, before the first is opened.
    private func keepReading(_ ground: Ground, _ book: String, _ query: String) throws {
        var members: JSONObject = [
            "query": .string(query.isEmpty ? "*" : query), "searched_by": .string(ground.userName),
            "book": .string(book), "purpose": "export",
        ]
        if let includeRestricted { members["restricted_reason"] = .string(includeRestricted) }
        try ground.keepHouse(
            .searchRun, members, sealing: ["query", "searched_by", "restricted_reason"])
    }

    // MARK: - After

    /// Records the export, synced, while the bundle has no name yet.
    ///
    /// - Returns: the digest of the manifest.
    private func keep(_ ground: Ground, _ facts: Facts, _ bundle: BundleFile, _ query: String)
        throws -> Digest
    {
        let digest = bundle.entries.last { $0.name == "manifest.json" }?.digest ?? Digest()
        var members: JSONObject = [
            "export_id": .string(facts.id),
            "record_count": .number(String(facts.records.count)),
            "digest": .string(digest.hex), "exported_by": .string(ground.userName),
            "book": .string(facts.book), "opened": .bool(facts.isOpened),
            "encrypted": .bool(!recipient.isEmpty), "path": .string(output),
            "query": .string(query.isEmpty ? "*" : query),
        ]
        if let first = facts.records.first {
            members["first_index"] = .number(String(first))
            members["last_index"] = .number(String(facts.records.last))
        }
        if let until = facts.until { members["expires"] = .string(until.description) }
        if let givenTo { members["given_to"] = .string(givenTo) }
        if !recipient.isEmpty { members["recipients"] = .array(recipient.map { .string($0) }) }
        if let includeRestricted { members["restricted_reason"] = .string(includeRestricted) }
        try ground.keepHouse(
            .exportMade, members,
            sealing: [
                "exported_by", "path", "query", "given_to", "recipients", "digest",
                "restricted_reason",
            ])
        return digest
    }

    private func say(
        _ facts: Facts, _ summary: QueryRun.Summary, _ bundle: BundleFile, _ digest: Digest
    ) {
        let records = facts.records
        if json {
            Terminal.say(json: [
                "export_id": .string(facts.id), "path": .string(output),
                "records": .number(String(records.count)),
                "proofs": .number(String(records.proofs)), "opened": .bool(facts.isOpened),
                "encrypted": .bool(!recipient.isEmpty),
                "restricted_left_out": .number(String(summary.restricted)),
                "manifest_sha256": .string(digest.hex),
            ])
        } else {
            Terminal.say(
                "wrote \(output): \(Words.count(records.count, "record")) of \(facts.book), "
                    + "\(Words.count(records.proofs, "proof")); export \(facts.id)")
            if records.proofs < Int(clamping: records.count) {
                Terminal.note("Only the first \(records.proofs) have proofs; --proofs says more.")
            }
        }
        if summary.restricted > 0 {
            Terminal.note(
                "\(Words.count(summary.restricted, "restricted record")) left out; "
                    + "--include-restricted REASON takes them in.")
        }
        if facts.until == nil || givenTo == nil {
            Terminal.note(
                "Who has it and until when is not said (--given-to, --expires): later receipts "
                    + "will list it as a copy without end.")
        }
    }
}
