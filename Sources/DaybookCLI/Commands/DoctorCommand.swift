// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Desk
import Records

/// `daybook doctor`: whether all is set up well, and how to mend what is not.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at directory, rights, space, clock, keys and settings.",
        discussion: """
            Each finding comes with its remedy. Exit code 0: nothing is wrong (there may be \
            warnings); 1: something is. Reads little: `daybook verify` reads everything.

            Example:
              daybook doctor --json | jq '.findings[] | select(.grade != "ok")'
            """)

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func run() throws {
        let findings = Examination(place).run()
        let isWell = !findings.contains { $0.grade == .wrong }
        if json {
            Terminal.say(json: [
                "directory": .string(place.logsPath), "keys": .string(place.keysPath),
                "well": .bool(isWell),
                "findings": .array(
                    findings.map { finding in
                        .object([
                            "grade": .string(finding.grade.rawValue),
                            "subject": .string(finding.subject), "what": .string(finding.what),
                            "remedy": finding.remedy.map { .string($0) } ?? .null,
                        ])
                    }),
            ])
        } else {
            for finding in findings { say(finding) }
            let wrong = findings.count { $0.grade == .wrong }
            let warnings = findings.count { $0.grade == .warning }
            Terminal.say(
                isWell
                    ? "All is well"
                        + (warnings > 0 ? ", with \(Words.count(warnings, "warning"))." : ".")
                    : "\(Words.count(wrong, "thing")) must be mended.")
        }
        if !isWell { throw verdictIsNo() }
    }

    private func say(_ finding: Finding) {
        let mark =
            switch finding.grade {
            case .ok: "ok     "
            case .warning: "WARNING"
            case .wrong: "WRONG  "
            }
        Terminal.say("\(mark)  \(finding.subject): \(finding.what)")
        if let remedy = finding.remedy { Terminal.say("         → \(remedy)") }
    }
}

/// One thing that `doctor` looked at.
struct Finding {
    enum Grade: String {
        case ok, warning, wrong
    }

    let grade: Grade
    let subject: String
    let what: String
    let remedy: String?
}
