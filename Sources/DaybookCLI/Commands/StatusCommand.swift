// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records
import TransparencyLog

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `daybook status`, and `daybook` alone: what is here, and the next sensible command.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say what is here and what to do next. The same as daybook alone.",
        discussion: """
            Example:
              daybook status --json | jq '.books[] | {book, records}'
            """)

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        try StatusReport.print(place, asJSON: json)
    }
}

/// What a look at the directory finds, without reading all of it.
enum StatusReport {
    static func print(_ options: PlaceOptions, asJSON: Bool) throws {
        let ground = try Ground(options)
        let reports = try ground.existingBooks.map { try BookReport($0, ground) }
        let advice = next(reports, ground)
        if asJSON {
            Terminal.say(json: [
                "directory": .string(ground.logs), "keys": .string(ground.keys),
                "books": .array(reports.map { .object($0.json) }),
                "next": .array(advice.map { .string($0) }),
            ])
            return
        }
        if reports.isEmpty {
            Terminal.say("There is no book in \(ground.logs) yet.")
        } else {
            Terminal.say("Books in \(ground.logs):")
            for report in reports { for line in report.lines { Terminal.say("  " + line) } }
        }
        Terminal.say("Next:")
        for line in advice { Terminal.say("  " + line) }
        Terminal.say("All commands: daybook --help")
    }

    private static func next(_ reports: [BookReport], _ ground: Ground) -> [String] {
        let elsewhere = ground.logs == "logs" ? "" : " --dir \(ground.logs)"
        guard !reports.isEmpty else {
            return [
                "daybook run\(elsewhere) -- python bot.py     record a program",
                "daybook demo\(elsewhere)                     record a simulated desk",
                "daybook import\(elsewhere) old.log           record logs that you have",
            ]
        }
        if let broken = reports.first(where: { $0.trouble != nil }) {
            return [
                "daybook verify\(elsewhere) --book \(broken.name)    what is wrong, and where",
                "daybook doctor\(elsewhere)                  keys, rights and space",
            ]
        }
        return [
            "daybook tail -f\(elsewhere)      see records come",
            "daybook verify\(elsewhere)       check that nothing was changed",
            "daybook doctor\(elsewhere)       check that all is set up well",
        ]
    }
}

/// One book as `status` shows it.
struct BookReport {
    let name: String
    let records: UInt64
    let files: Int
    let liveFile: String
    let lastRecord: String?
    let signed: Int?
    /// Seconds since the checkpoint was signed.
    let checkpointAge: Int?
    let isHeld: Bool
    /// Why the book cannot be read, when it cannot.
    let trouble: String?

    init(_ name: String, _ ground: Ground) throws {
        self.name = name
        let place = ground.place(name)
        isHeld = place.isHeld
        checkpointAge = FileFacts(place.checkpointPath).map { $0.ageSeconds }
        let bytes = try place.disk.contents(
            of: place.checkpointPath, limit: CommandLimits.smallFileBytes)
        signed = bytes.flatMap { try? SignedCheckpoint(parsing: $0) }?.checkpoint.size
        var snapshot: BookSnapshot?
        var line: [UInt8]?
        do throws(BookError) {
            snapshot = try BookSnapshot(place)
            line = try snapshot?.lastLines(1).first
            trouble = nil
        } catch {
            trouble = error.message
        }
        records = snapshot?.size ?? 0
        files = snapshot?.files.count ?? 0
        liveFile = snapshot?.files.last.map { place.path($0.name) } ?? ""
        lastRecord = line.flatMap { RecordFacts.recordingTime($0) }
    }

    var lines: [String] {
        if let trouble { return ["\(name): CANNOT BE READ. \(trouble)"] }
        var first =
            "\(name): \(Words.count(records, "record")) in \(Words.count(files, "file")), live \(liveFile)"
        if isHeld { first += ", being written now" }
        var lines = [first]
        if let lastRecord { lines.append("  last record \(lastRecord)") }
        if let signed {
            let age = checkpointAge.map { ", \(Self.duration($0)) ago" } ?? ""
            lines.append("  signed up to \(Words.grouped(signed))\(age)")
        } else {
            lines.append("  not signed yet")
        }
        return lines
    }

    static func duration(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(max(0, seconds)) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }

    var json: JSONObject {
        func number(_ value: (some BinaryInteger)?) -> JSONValue {
            value.map { .number(String($0)) } ?? .null
        }
        return [
            "book": .string(name), "records": number(records), "files": number(files),
            "live_file": .string(liveFile),
            "last_record": lastRecord.map { .string($0) } ?? .null,
            "signed_records": number(signed), "checkpoint_age_seconds": number(checkpointAge),
            "held": .bool(isHeld), "trouble": trouble.map { .string($0) } ?? .null,
        ]
    }
}

/// What a line says of itself.
enum RecordFacts {
    /// Its recording time: `recorded`, else `timestamp`.
    static func recordingTime(_ line: [UInt8]) -> String? {
        guard let value = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)),
            let record = value.objectValue
        else { return nil }
        return (record["recorded"] ?? record["timestamp"])?.stringValue
    }
}

/// What the file system says of a file.
struct FileFacts {
    let mode: UInt32
    let owner: UInt32
    let ageSeconds: Int

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        mode = UInt32(status.st_mode) & 0o7777
        owner = status.st_uid
        ageSeconds = time(nil) - status.st_mtim.tv_sec
    }
}

extension BookPlace {
    /// Whether a process holds the book just now: its lock is tried and given back at once.
    var isHeld: Bool {
        guard disk.kind(of: lockPath) == .file else { return false }
        do throws(DiskError) {
            guard let lock = try disk.lock(lockPath, mode: 0o600) else { return true }
            disk.close(lock)
            return false
        } catch {
            return false
        }
    }
}
