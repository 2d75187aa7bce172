// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Chat
import Clearing
import Daybook
import Desk
import Masking
import Records
import Retention

/// `daybook clear --files`: a directory of log files that others left.
struct ClearFilesRun {
    let ground: Ground
    let options: ClearFilesOptions
    let rules: FileRules
    let apply: Bool
    let json: Bool

    /// - Parameters:
    ///   - olderThan: such as `7d`.
    ///   - downTo: such as `1GB`.
    init(
        _ ground: Ground, _ options: ClearFilesOptions, olderThan: String?, downTo: String?,
        apply: Bool, json: Bool
    ) throws {
        self.ground = ground
        self.options = options
        self.apply = apply
        self.json = json
        var rules = FileRules()
        rules.globs = options.match
        rules.containing = options.containing
        if let olderThan {
            guard let period = KeepPeriod(olderThan), period != .forever else {
                throw DeskFailure(
                    .usage, "--older-than takes a period such as 7d, 12w, 6mo or 2y.")
            }
            rules.olderThan = period
        }
        if let downTo {
            guard let bytes = ByteSize.parse(downTo) else {
                throw DeskFailure(.usage, "--down-to takes a size such as 500MB or 1GiB.")
            }
            rules.downTo = bytes
        }
        self.rules = rules
    }

    /// Prints the plan; with --apply carries it out.
    ///
    /// - Throws: exit code 1 when something that was chosen stayed.
    func run() throws {
        let action = try options.action()
        let root = try FileRoot(options.files ?? "", own: [ground.logs, ground.keys])
        let plan = try FilePlan(
            root, rules, holds: ground.ledger().activeHolds, now: ground.now)
        let report = ClearFilesReport(plan: plan, action: action)
        guard apply else {
            json ? Terminal.say(json: report.json(nil)) : report.sayPlan()
            return
        }
        if rules.olderThan != nil { try ground.requireRightClock() }
        Interruption.listen()
        let outcome = try clear(plan, action)
        json ? Terminal.say(json: report.json(outcome)) : report.say(outcome)
        if let code = Interruption.exitCode { throw ExitCode(code) }
        if !outcome.isWhole || !report.protected.isEmpty { throw verdictIsNo() }
    }

    private func clear(_ plan: FilePlan, _ action: FileClear.Action) throws -> FileClear.Outcome {
        let keeper = FileRecords(ground: ground, rules: rules, root: plan.root, action: action)
        var clear = FileClear(
            plan, action,
            holds: { () throws(ClearingError) in try keeper.holds() },
            record: { (entries) throws(ClearingError) in try keeper.keep(entries) })
        if options.importFirst {
            clear.importer = { path, file in keeper.importWhole(path, file) }
        }
        clear.isInterrupted = { Interruption.isRequested }
        let bar = ProgressBox("clear")
        let total = UInt64(plan.chosen.count)
        clear.progress = { done in bar.progress.report(UInt64(done), of: total, "file") }
        defer { bar.progress.end() }
        return try clear.run()
    }
}

/// Progress that a closure can report.
private final class ProgressBox {
    var progress: Progress
    init(_ verb: String) { progress = Progress(verb) }
}

/// The records of files that are cleared.
private struct FileRecords {
    let ground: Ground
    let rules: FileRules
    let root: FileRoot
    let action: FileClear.Action

    /// The holds that bind now.
    func holds() throws(ClearingError) -> [Hold] {
        try translated { try ground.ledger().activeHolds }
    }

    /// Keeps a record of each, synced.
    func keep(_ entries: [FileClear.Entry]) throws(ClearingError) {
        try translated {
            try ground.keepHouse(
                entries.map { entry in
                    entry.reason == nil
                        ? (.fileCleared, members(entry)) : (.fileKept, members(entry))
                },
                sealing: ["directory", "path", "sha256", "reason", "cleared_by"])
        }
    }

    private func members(_ entry: FileClear.Entry) -> JSONObject {
        var members: JSONObject = [
            "outcome": .string(entry.reason?.word ?? action.word),
            "byte_count": .number(String(entry.file.size)),
            "modified": .string(entry.file.changed.description),
            "rule": .string(rules.text),
            "directory": .string(root.path), "path": .string(entry.file.name.text),
            "sha256": .string(entry.digest),
            "cleared_by": .string(ground.userName),
        ]
        if let reason = entry.reason { members["reason"] = .string(reason.text) }
        return members
    }

    /// Imports one file; says why when it was not whole.
    func importWhole(_ path: String, _ file: FoundFile) -> String? {
        do {
            var lead = [UInt8](repeating: 0, count: CommandLimits.importLeadBytes)
            let count = try ImportStream(path).read(&lead, lead.count)
            if Self.isChat(Array(lead[..<count])) { return try importChat(path, file) }
            let candidate = ImportOrder.Candidate(path: path, lead: Array(lead[..<count]))
            var memory = try ImportMemory(
                ground.place("audit"), opener: ground.houseOpener)
            let importer = FileImporter(
                ground: ground, only: nil, durability: .synced, zone: try LocalZone(named: nil))
            let outcome = try importer.run(candidate, &memory)
            return outcome.wasInterrupted ? "it was interrupted" : nil
        } catch {
            return DeskFailure(known: error)?.message ?? "\(error)"
        }
    }

    /// Whether it is a chat log by how it begins. JSON Lines may be anything, so those go where
    /// `daybook import` brings them.
    private static func isChat(_ lead: [UInt8]) -> Bool {
        guard let format = ChatFormat.detect(lead) else { return false }
        return format != .jsonl
    }

    /// As `daybook import chat` does; a line that it did not understand keeps the file.
    private func importChat(_ path: String, _ file: FoundFile) throws -> String? {
        let source = try ChatSource(path, ChatSource.Wishes(zone: try LocalZone(named: nil)))
        var importer = try ChatImporter(ground, isDryRun: false)
        let counts = try importer.run(source)
        try importer.finish()
        try ImportChatCommand.keep(source, counts, ground, path: "\(root.path)/\(file.name.text)")
        if counts.wasInterrupted { return "it was interrupted" }
        guard counts.unread > 0 else { return nil }
        let first = counts.problems.first.map { ", the first is line \($0.line)" } ?? ""
        return "\(Words.count(counts.unread, "line")) not understood\(first)"
    }

    private func translated<Value>(_ work: () throws -> Value) throws(ClearingError) -> Value {
        do {
            return try work()
        } catch let error as ClearingError {
            throw error
        } catch {
            throw ClearingError(
                .damaged,
                "each cleared file is recorded, and that failed: "
                    + "\(DeskFailure(known: error)?.message ?? "\(error)") Nothing more went.")
        }
    }
}

extension Ground {
    /// Keeps several of Daybook's own records in the book `audit`, synced once.
    ///
    /// - Parameter names: the members that could identify somebody.
    func keepHouse(_ records: [(kind: EventKind, members: JSONObject)], sealing names: [String])
        throws
    {
        let audit = try open("audit")
        defer { try? audit.close() }
        var session = MaskingSession(masker)
        var masked = MaskedRecords()
        for (kind, members) in records {
            var object: JSONObject = [
                "event": .string(kind.rawValue), "event_type": .string(kind.rawValue),
                "level": .string(kind.level.name),
            ]
            for member in members { object[member.key] = member.value }
            session.append(object: object, from: .daybook, sealing: .house(names), to: &masked)
        }
        try audit.append(masked, .synced)
    }
}
