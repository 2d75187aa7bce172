// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Query
import Records
import TransparencyLog
import Vault

// Records with their proofs, for somebody who has no Daybook.
extension Ground {
    /// Writes a bundle of records with their proofs. It gets its name when it is whole and its
    /// record is synced; opening what is sealed is recorded before the first byte is decrypted.
    ///
    /// - Parameter isCancelled: asked now and then, from any thread.
    /// - Throws: `temporary` when it was cancelled: nothing is left of it.
    package func export(
        _ order: ExportOrder, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> ExportMade {
        if let problem = order.problem { throw DeskFailure(.usage, problem) }
        let plan = try Self.plan(order)
        let name = try known(order.book)
        let now = now
        let until = try Self.expiry(order, now)
        let recipients = try order.recipients.map { try AgeRecipient($0) }
        let key = try verifierKey(of: name)
        let prover = try freshProver(name)
        let opener = try opener(order)
        if order.isOpened { try keepReading(order, name) }

        let bundle = try BundleFile(order.output, recipients: recipients, now: now)
        var records = ExportRecords(
            prover.snapshot, prover, isOpened: opener != nil, proofsMax: order.proofsMax,
            memoryBytesMax: Limits.memoryBytes, into: bundle)
        let run = QueryRun(
            plan,
            over: [
                QueryRun.Source(
                    name: name, snapshot: prover.snapshot, maySpill: false, opener: opener)
            ], time: order.range, zone: order.zone,
            settings: ScanSettings(
                threads: machineThreads(), memoryBytesMax: Limits.memoryBytes,
                isCancelled: isCancelled))
        let summary: QueryRun.Summary
        do throws(QueryError) {
            summary = try run.run(into: &records)
        } catch {
            throw DeskFailure(error, in: order.query)
        }
        if let failure = records.failure { throw failure }
        try records.finish()
        var facts = ExportFacts(
            id: ShortCode.make("x"), now: now, book: name, query: order.query, range: order.range,
            until: until, records: records, signed: prover.signed, isOpened: opener != nil,
            key: key, givenTo: order.givenTo, restricted: summary.restricted)
        facts.isWithRestricted = order.includeRestricted != nil
        try facts.write(to: bundle)
        let digest = try keep(order, facts, bundle)
        try bundle.place()
        return ExportMade(
            id: facts.id, path: order.output, book: name, records: records.count,
            proofs: records.proofs, isOpened: facts.isOpened,
            isEncrypted: !order.recipients.isEmpty, restrictedLeftOut: summary.restricted,
            manifest: digest.hex)
    }

    // MARK: - Before

    private static func plan(_ order: ExportOrder) throws -> QueryPlan {
        let plan: QueryPlan
        do throws(QueryError) {
            plan = try QueryPlan(
                try Query(parsing: order.query, zone: order.zone), zone: order.zone)
        } catch {
            throw DeskFailure(error, in: order.query)
        }
        guard case .records(.whole(let renamings)) = plan.goal, renamings.isEmpty,
            plan.stages.isEmpty
        else {
            throw DeskFailure(
                .usage, "an export has whole records in their order: leave the pipes away.")
        }
        return plan
    }

    private static func expiry(_ order: ExportOrder, _ now: Timestamp) throws -> Timestamp? {
        guard let expires = order.expires else { return nil }
        if let span = Span.microseconds(expires) {
            return Timestamp(microseconds: now.microseconds + min(span, 1 << 60))
        }
        guard let interval = InstantText.interval(expires, zone: .utc) else {
            throw DeskFailure(
                .usage,
                "\(order.mark)expires '\(expires)' is no time; expected 30d or 2026-12-31.")
        }
        return Timestamp(microseconds: interval.upperBound)
    }

    /// Signs all that is there, so that every record of now can be proven.
    private func freshProver(_ name: String) throws -> BookProver {
        _ = try snapshot(name)
        let book = try open(name)
        try book.checkpoint()
        try book.close()
        guard try snapshot(name).size > 0 else {
            throw DeskFailure(
                .noInput, "the book \(name) has no records yet, so there is nothing to export")
        }
        return try BookProver(place(name))
    }

    private func opener(_ order: ExportOrder) throws -> (any EnvelopeOpening)? {
        guard order.isOpened, let vault = try houseVault() else { return nil }
        return order.includeRestricted == nil ? vault.opener : vault.openerOfRestricted
    }

    /// Says that sealed records are read, before the first is opened.
    private func keepReading(_ order: ExportOrder, _ book: String) throws {
        var members: JSONObject = [
            "query": .string(order.query.isEmpty ? "*" : order.query),
            "searched_by": .string(userName), "book": .string(book), "purpose": "export",
        ]
        members["restricted_reason"] = order.includeRestricted.map { .string($0) }
        try keepHouse(
            .searchRun, members, sealing: ["query", "searched_by", "restricted_reason"])
    }

    // MARK: - After

    /// Records the export, synced, while the bundle has no name yet.
    ///
    /// - Returns: the digest of the manifest.
    private func keep(_ order: ExportOrder, _ facts: ExportFacts, _ bundle: BundleFile) throws
        -> Digest
    {
        let digest = bundle.entries.last { $0.name == "manifest.json" }?.digest ?? Digest()
        var members: JSONObject = [
            "export_id": .string(facts.id),
            "record_count": .number(String(facts.records.count)),
            "digest": .string(digest.hex), "exported_by": .string(userName),
            "book": .string(facts.book), "opened": .bool(facts.isOpened),
            "encrypted": .bool(!order.recipients.isEmpty), "path": .string(order.output),
            "query": .string(order.query.isEmpty ? "*" : order.query),
        ]
        if let first = facts.records.first {
            members["first_index"] = .number(String(first))
            members["last_index"] = .number(String(facts.records.last))
        }
        members["expires"] = facts.until.map { .string($0.description) }
        members["given_to"] = order.givenTo.map { .string($0) }
        if !order.recipients.isEmpty {
            members["recipients"] = .array(order.recipients.map { .string($0) })
        }
        members["restricted_reason"] = order.includeRestricted.map { .string($0) }
        try keepHouse(
            .exportMade, members,
            sealing: [
                "exported_by", "path", "query", "given_to", "recipients", "digest",
                "restricted_reason",
            ])
        return digest
    }
}
