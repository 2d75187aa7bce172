// SPDX-License-Identifier: Apache-2.0

import Book
import Records

extension Receipt {
    /// What it says, for people: a heading and a sentence each.
    package var words: [(String, String)] {
        var words: [(String, String)] = []
        let add = { (heading: String, text: String?) in
            if let text { words.append((heading, text)) }
        }
        add("receipt", erasure)
        add("asked for by", record.text("purpose").map(Self.purpose))
        add("request", record.text("request_id"))
        add("received", record.text("received"))
        add("planned", record.text("planned"))
        add("carried out", record.text("recorded") ?? record.text("timestamp"))
        add("plan", record.text("plan_digest"))
        add("erased", erasedText)
        add("named by", record.text("commitments_digest").map { "SHA-256 over commitments \($0)" })
        add("freed", count("freed_bytes").map { "\($0) bytes on disk" })
        for entry in classes where entry.decision != "erase" {
            add(entry.decision, Self.text(of: entry))
        }
        add("looked for again", count("requery_hits").map { "\($0) of them still open" })
        add("keys", keysText)
        add(
            "redacted",
            count("redacted").flatMap {
                $0 > 0 ? "\($0) message\($0 == 1 ? "" : "s") of others" : nil
            })
        add("people forgotten", count("people_forgotten").flatMap { $0 > 0 ? "\($0)" : nil })
        for copy in copies { add("copy of keys", copy) }
        add("exports", exportsText)
        add("approved by", approvals)
        add("duties", record.text("duties"))
        add("method", record.text("method"))
        return words
    }

    private static func purpose(_ word: String) -> String {
        switch word {
        case "erasure": "the person concerned"
        case "expiry": "a policy"
        default: "somebody who chose the records"
        }
    }

    private var erasedText: String? {
        guard let records = count("record_count"), let envelopes = count("envelopes") else {
            return nil
        }
        return "\(records) record\(records == 1 ? "" : "s"), "
            + "\(envelopes) envelope\(envelopes == 1 ? "" : "s")"
    }

    private var classes: [Plan.Class] {
        (record["classes"]?.arrayValue ?? []).compactMap {
            $0.objectValue.flatMap { Plan.Class($0) }
        }
    }

    private static func text(of entry: Plan.Class) -> String {
        "\(entry.records) \(entry.kind), by \(entry.ground)"
            + (entry.until.map { ", until \($0)" } ?? "")
    }

    private var keysText: String? {
        guard let from = count("epoch_from"), let to = count("epoch_to") else { return nil }
        let destroyed = count("groups_destroyed") ?? 0
        let punctured = count("groups_punctured") ?? 0
        return "epoch \(from) to \(to); \(destroyed) destroyed, \(punctured) punctured, "
            + "\(count("rewrapped") ?? 0) written anew"
    }

    private var copies: [String] {
        (record["copies"]?.arrayValue ?? []).compactMap { value in
            guard let copy = value.objectValue, let made = copy.text("made") else { return nil }
            let expires = copy.text("expires") ?? "nobody said when"
            return
                "made \(made), opens older copies of the records until it is destroyed: \(expires)"
        }
    }

    private var exportsText: String? {
        guard let exports = record["exports"]?.arrayValue, !exports.isEmpty else { return nil }
        return "\(exports.count) made before may hold what was erased: "
            + exports.compactMap(Self.export).joined(separator: ", ")
    }

    private static func export(_ value: JSONValue) -> String? {
        guard let object = value.objectValue, let id = object.text("export") else {
            return value.stringValue
        }
        return "\(id) (until \(object.text("expires") ?? "nobody said when"))"
    }

    private var approvals: String? {
        let keys = (record["approver_fingerprints"]?.arrayValue ?? []).compactMap(\.stringValue)
        return keys.isEmpty ? nil : keys.joined(separator: ", ")
    }
}
