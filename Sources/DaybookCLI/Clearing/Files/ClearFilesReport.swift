// SPDX-License-Identifier: Apache-2.0

import Clearing
import Desk
import Records

/// What a clear of files would do, or did, for people and for programs.
struct ClearFilesReport {
    let plan: FilePlan
    let action: FileClear.Action

    /// Files to go that are listed by name; the rest are counted, and --json has them all.
    private static let listed = 40

    /// Files that the rules chose, and that stay all the same.
    var protected: [(name: FileName, size: Int?, reason: KeepReason)] {
        plan.kept.filter(\.reason.isProtection)
    }

    private var verb: String { action == .delete ? "delete" : "encrypt" }

    // MARK: - People

    func sayPlan() {
        Terminal.say("\(plan.root.path): \(plan.rules.text)")
        var table = TextTable([.left("FILE"), .right("BYTES"), .left("MODIFIED")])
        for file in plan.chosen.prefix(Self.listed) {
            table.add([
                shown(file.name), Words.grouped(file.size),
                String(file.changed.description.prefix(19)) + "Z",
            ])
        }
        if !plan.chosen.isEmpty { for line in table.lines { Terminal.say(line) } }
        if plan.chosen.count > Self.listed {
            Terminal.say(
                "and \(Words.count(plan.chosen.count - Self.listed, "file")) more; --json lists "
                    + "all")
        }
        Terminal.say(
            "would \(verb) \(Words.count(plan.chosen.count, "file")), "
                + Words.bytes(plan.chosen.reduce(0) { $0 + $1.size }))
        sayKept()
        if !plan.chosen.isEmpty { Terminal.say("Nothing was changed. Add --apply to do it.") }
    }

    func say(_ outcome: FileClear.Outcome) {
        for (file, reason) in outcome.kept {
            Terminal.say("stays: \(shown(file.name)): \(reason.text)")
        }
        sayKept()
        let done = action == .delete ? "deleted" : "encrypted"
        Terminal.say(
            "\(done) \(Words.count(outcome.cleared.count, "file")) of "
                + "\(Words.grouped(plan.chosen.count)), "
                + "\(Words.bytes(max(0, outcome.freed))) freed on the disk; each is a record")
        if outcome.wasInterrupted { Terminal.say("stopped before the end; run it again") }
    }

    /// Those that something protects one by one, the others by number.
    private func sayKept() {
        for (name, _, reason) in protected {
            Terminal.say("stays: \(shown(name)): \(reason.text)")
        }
        var counts: [(text: String, count: Int)] = []
        for (_, _, reason) in plan.kept where !reason.isProtection {
            if let place = counts.firstIndex(where: { $0.text == reason.text }) {
                counts[place].count += 1
            } else {
                counts.append((reason.text, 1))
            }
        }
        for (text, count) in counts {
            Terminal.say("stay: \(Words.grouped(count)), since \(text)")
        }
    }

    /// A name without what a terminal would take as a command.
    private func shown(_ name: FileName) -> String {
        String(
            String.UnicodeScalarView(
                name.text.unicodeScalars.map {
                    $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : $0
                }))
    }

    // MARK: - Programs

    func json(_ outcome: FileClear.Outcome?) -> JSONObject {
        var object: JSONObject = [
            "directory": .string(plan.root.path), "rule": .string(plan.rules.text),
            "applied": .bool(outcome != nil),
        ]
        if let outcome {
            object["cleared"] = .array(
                outcome.cleared.map { entry in
                    var object = Self.object(entry.file.name, entry.file.size, nil)
                    object["sha256"] = .string(entry.digest)
                    object["outcome"] = .string(action.word)
                    return .object(object)
                })
            object["freed_bytes"] = .number(String(outcome.freed))
            object["interrupted"] = .bool(outcome.wasInterrupted)
        } else {
            object["chosen"] = .array(
                plan.chosen.map { .object(Self.object($0.name, $0.size, nil)) })
        }
        let stayed = outcome?.kept.map { ($0.file.name, Int?($0.file.size), $0.reason) } ?? []
        object["kept"] = .array(
            (stayed + plan.kept).map { .object(Self.object($0.0, $0.1, $0.2)) })
        return object
    }

    private static func object(_ name: FileName, _ size: Int?, _ reason: KeepReason?)
        -> JSONObject
    {
        var object: JSONObject = ["path": .string(name.text)]
        object["byte_count"] = size.map { .number(String($0)) }
        object["why"] = reason.map { .string($0.word) }
        object["reason"] = reason.map { .string($0.text) }
        return object
    }
}
