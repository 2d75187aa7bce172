// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Clearing
import Daybook
import Desk
import Foundation
import Records
import Retention

struct RequestAnswer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Answer a request: write the copy, restrict, or say what became of an erasure.",
        discussion: """
            Access and portability write CODE.html and CODE.json into --out. Restriction takes the \
            person's records out of search until it is withdrawn. An erasure is carried out first, \
            by `daybook erase`; the answer then says what is left, until when and under which rule.

            Examples:
              daybook request answer q-7k2m9q4x --out answers
              daybook request answer q-7k2m9q4x --refuse "could not be identified"
              daybook request answer q-7k2m9q4x --withdraw
            """)

    @OptionGroup var place: PlaceOptions

    @Argument(help: ArgumentHelp("The request's code.", valueName: "code"))
    var request: String

    @Option(
        name: .long, help: ArgumentHelp("Where the copy goes.", valueName: "directory"),
        completion: .directory)
    var out = "."

    @Option(name: .long, help: "Refuse, and say why.")
    var refuse: String?

    @Flag(name: .long, help: "The person took it back; a restriction ends.")
    var withdraw = false

    mutating func run() throws {
        let ground = try Ground(place)
        let ledger = try ground.ledger()
        let found = try ledger.knownRequest(request)
        guard found.isOpen || found.isRestricting || found.isErasurePending else {
            throw DeskFailure(.usage, "request \(request) was answered already")
        }
        guard refuse == nil || !withdraw else {
            throw DeskFailure(.usage, "--refuse and --withdraw exclude each other")
        }
        if let refuse {
            return try close(
                found, ground, Request.Answer(at: ground.now, outcome: .refused), refuse)
        }
        if withdraw {
            if found.kind == .restriction { try ground.unrestrict(found) }
            return try close(
                found, ground, Request.Answer(at: ground.now, outcome: .withdrawn), nil)
        }
        switch found.kind {
        case .access, .portability: try copy(found, ledger, ground)
        case .restriction: try restrict(found, ledger, ground)
        case .erasure: try sayWhatIsLeft(found, ledger, ground)
        }
    }

    /// Records the answer.
    private func close(
        _ request: Request, _ ground: Ground, _ answer: Request.Answer, _ reason: String?
    ) throws {
        var members: JSONObject = [
            "request_id": .string(request.id), "outcome": .string(answer.outcome.rawValue),
        ]
        members["until"] = answer.until.map { .string($0.description) }
        members["rule"] = answer.rule.map { .string($0) }
        members["reason"] = reason.map { .string($0) }
        let record = try ground.keepHouse(.requestAnswered, members, sealing: ["reason"])
        try ground.storePins(try ground.ledger())
        let after = request.with(answer)
        Terminal.say(
            "request \(request.id): \(after.state(at: ground.now)), by record "
                + Words.grouped(record))
    }

    // MARK: - Access and portability

    private func copy(_ request: Request, _ ledger: Ledger, _ ground: Ground) throws {
        let decider = try ground.decider(ledger, at: ground.now)
        let person = try ground.person(numbered: request.personID)
        try ground.recordReading(of: person, for: request.id)
        let records = try ground.records(of: person, decider)
        let redact = try ground.redactor(sparing: person)
        let document = AnswerDocument(
            request: request, made: ground.now, names: person.titles,
            summary: PersonSummary(records, decider), records: records,
            redact: { redact($0) })
        let base = out.hasSuffix("/") ? out + request.id : "\(out)/\(request.id)"
        try Self.write(document.html, to: base + ".html", in: out)
        try Self.write(
            JSONValue.object(document.json).description + "\n", to: base + ".json", in: out)
        Terminal.say("\(base).html and \(base).json: \(Words.count(records.count, "record"))")
        try close(
            request, ground,
            Request.Answer(at: ground.now, outcome: records.isEmpty ? .nothing : .done), nil)
    }

    /// Writes a file that only its owner can read, and nothing in the place of another.
    private static func write(_ text: String, to path: String, in directory: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw DeskFailure(.cannotCreate, "cannot make the directory \(directory)")
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw DeskFailure(
                .cannotCreate,
                "cannot write \(path): \(String(cString: strerror(errno))). Move what is there, or "
                    + "name another directory with --out.")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
        } catch {
            unlink(path)
            throw DeskFailure(
                .inputOutput, "cannot write \(path): \(error.localizedDescription)")
        }
    }

    // MARK: - Restriction and erasure

    private func restrict(_ request: Request, _ ledger: Ledger, _ ground: Ground) throws {
        let count = try ground.restrict(request)
        Terminal.say("\(Words.count(count, "record")) left search; they are kept and not used")
        try close(request, ground, Request.Answer(at: ground.now, outcome: .done), nil)
    }

    private func sayWhatIsLeft(_ request: Request, _ ledger: Ledger, _ ground: Ground) throws {
        let decider = try ground.decider(ledger, at: ground.now)
        let fates = try ground.fates(of: request.personID, decider, .erasure(request: request.id))
        if fates.contains(where: \.isErase) {
            throw DeskFailure(
                .usage,
                "\(Words.count(fates.count(where: \.isErase), "record")) of the person can be "
                    + "erased: `daybook erase \(Self.quoted(request.person)) --apply` first, then "
                    + "answer")
        }
        guard !fates.isEmpty else {
            return try close(request, ground, Request.Answer(at: ground.now, outcome: .done), nil)
        }
        // The last of them says when all is gone; a hold has no date.
        let isHeld = fates.contains { if case .held = $0 { true } else { false } }
        let last = fates.max { ($0.until ?? .max) < ($1.until ?? .max) }
        var rule: String?
        if case .restricted(_, let id)? = last { rule = id }
        Terminal.say(
            "\(Words.count(fates.count, "record")) of the person stay: tell them \""
                + (isHeld
                    ? "kept for legal reasons\""
                    : "kept, but not used, until "
                        + "\(last?.until.map { String($0.description.prefix(10)) } ?? "it may go") "
                        + "under \(rule ?? "a rule")\""))
        try close(
            request, ground,
            Request.Answer(
                at: ground.now, outcome: .restricted, until: isHeld ? nil : last?.until,
                rule: isHeld ? nil : rule), nil)
    }

    private static func quoted(_ text: String) -> String {
        text.contains(" ") ? "\"\(text)\"" : text
    }
}

extension Request {
    fileprivate func with(_ answer: Answer) -> Request {
        var request = self
        request.answer = answer
        return request
    }
}
