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
            person's records out of search, and what they write from now on, until it is withdrawn, \
            or until the day given with --until, on which `daybook retain run` ends it. An erasure is carried out first, \
            by `daybook erase`; the answer then says what is left, until when and under which rule.

            Examples:
              daybook request answer q-7k2m9q4x --out answers
              daybook request answer q-7k2m9q4x --refuse "could not be identified"
              daybook request answer q-7k2m9q4x --until 2027-06-30
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

    @Option(
        name: .long,
        help: ArgumentHelp("When a restriction ends by itself.", valueName: "date"))
    var until: String?

    mutating func run() throws {
        let ground = try Ground(place)
        guard until == nil || refuse == nil && !withdraw else {
            throw DeskFailure(.usage, "--until goes with a restriction that is granted")
        }
        guard refuse == nil || !withdraw else {
            throw DeskFailure(.usage, "--refuse and --withdraw exclude each other")
        }
        let reply: RequestReply =
            try refuse.map { .refuse(reason: $0) }
            ?? (withdraw
                ? .withdraw
                : .carryOut(until: until.map { try ScopeForm.instant($0, "--until") }))
        let answered = try ground.answerRequest(request, reply, deliver: copy)
        if let count = answered.restricted {
            Terminal.say("\(Words.count(count, "record")) left search; they are kept and not used")
        }
        if let (records, told) = answered.stays {
            Terminal.say(
                "\(Words.count(records, "record")) of the person stay: tell them \"\(told)\"")
        }
        Terminal.say(
            "request \(request): \(answered.request.state(at: ground.now)), by record "
                + Words.grouped(answered.record))
    }

    private func copy(_ document: AnswerDocument) throws {
        let base = out.hasSuffix("/") ? out + request : "\(out)/\(request)"
        try Self.write(document.html, to: base + ".html", in: out)
        try Self.write(
            JSONValue.object(document.json).description + "\n", to: base + ".json", in: out)
        Terminal.say(
            "\(base).html and \(base).json: \(Words.count(document.records.count, "record"))")
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
}
