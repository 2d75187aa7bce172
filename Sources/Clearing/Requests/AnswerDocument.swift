// SPDX-License-Identifier: Apache-2.0

internal import Book
package import Records
package import Retention

/// The answer to a request for access or portability, as programs and as people read it. It leaves
/// out what is about others: their names in the person's texts are taken out.
package struct AnswerDocument: Sendable {
    package let request: Request
    package let made: Timestamp
    /// The person's names and accounts.
    package let names: [String]
    package let summary: PersonSummary
    package let records: [PersonRecord]
    /// Takes the names of others out of a text.
    package let redact: @Sendable (String) -> String

    package init(
        request: Request, made: Timestamp, names: [String], summary: PersonSummary,
        records: [PersonRecord], redact: @escaping @Sendable (String) -> String
    ) {
        self.request = request
        self.made = made
        self.names = names
        self.summary = summary
        self.records = records
        self.redact = redact
    }

    /// Members that say nothing to the person, or that are the book's own.
    private static let left: Set<String> = [
        "event", "level", "source", "daybook_notes", "sealed", "recorded",
    ]

    /// What the person gets of one record; nil of what cannot be opened.
    private func members(of record: PersonRecord) -> JSONObject? {
        switch record.state {
        case .open, .redacted: break
        default: return nil
        }
        var members = JSONObject()
        for member in record.object where !Self.left.contains(member.key) {
            members.append(member.key, Self.mapping(member.value, redact))
        }
        return members
    }

    private static func mapping(_ value: JSONValue, _ body: (String) -> String) -> JSONValue {
        switch value {
        case .string(let text): .string(body(text))
        case .array(let elements): .array(elements.map { mapping($0, body) })
        case .object(let object):
            .object(
                JSONObject(
                    members: object.map {
                        JSONObject.Member(key: $0.key, value: mapping($0.value, body))
                    }))
        default: value
        }
    }

    /// Records that are kept and cannot be shown now, as restricted ones.
    package var closedCount: Int { records.count { members(of: $0) == nil } }

    // MARK: - For programs

    package var json: JSONObject {
        [
            "daybook_answer": 1, "request": .string(request.id),
            "kind": .string(request.kind.rawValue),
            "received": .string(request.received.description),
            "made": .string(made.description), "names": .array(names.map { .string($0) }),
            "kept": .array(
                summary.rows.map { row in
                    .object([
                        "platform": .string(row.platform),
                        "conversation": .string(row.conversation),
                        "records": .number(String(row.records)),
                        "oldest": row.oldest.map { .string($0.description) } ?? .null,
                        "newest": row.newest.map { .string($0.description) } ?? .null,
                        "fate": .string(row.told),
                    ])
                }),
            "not_shown": .number(String(closedCount)),
            "records": .array(records.compactMap { members(of: $0).map { .object($0) } }),
        ]
    }

    // MARK: - For people

    /// One page without scripts, links or pictures.
    package var html: String {
        var page = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Your data: answer \(Self.escaped(request.id))</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
                padding: 0 1rem; color: #222; background: #fff }
            table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
            th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
                border-bottom: 1px solid #ddd; overflow-wrap: anywhere }
            th { background: #f4f4f4 }
            .number { text-align: right }
            .when { white-space: nowrap }
            </style>
            </head>
            <body>
            <h1>Your data</h1>
            <p>Answer to request <strong>\(Self.escaped(request.id))</strong>
            (\(request.kind.rawValue)), received \(Self.day(request.received)), made \(Self.day(made)).
            It is about \(Self.escaped(names.joined(separator: ", "))).</p>

            """
        page += records.isEmpty ? "<p>Nothing is kept of you.</p>\n" : kept + messages
        page += Self.rights
        return page + "</body>\n</html>\n"
    }

    private var kept: String {
        var text = """
            <h2>What is kept, and until when</h2>
            <table>
            <tr><th>Where</th><th class="number">Records</th><th>From</th><th>To</th><th>Kept</th></tr>

            """
        for row in summary.rows {
            text += """
                <tr><td>\(Self.escaped("\(row.platform) \(row.conversation)"))</td>\
                <td class="number">\(row.records)</td>\
                <td class="when">\(row.oldest.map(Self.day) ?? "")</td>\
                <td class="when">\(row.newest.map(Self.day) ?? "")</td>\
                <td>\(Self.escaped(row.told))</td></tr>

                """
        }
        text += "</table>\n"
        if closedCount > 0 {
            text += """
                <p>\(closedCount) of these records are kept and not used, so they are not shown \
                here. Ask for them if you need them.</p>

                """
        }
        return text
    }

    private var messages: String {
        var text = """
            <h2>What it says</h2>
            <p>Names of other people were replaced: this copy is about you alone.</p>
            <table>
            <tr><th>When</th><th>What</th><th>Content</th></tr>

            """
        for record in records {
            guard let members = members(of: record) else { continue }
            let rest = members.filter { !["timestamp", "event_type"].contains($0.key) }
            let content = rest.map { member in
                "<strong>\(Self.escaped(member.key))</strong> \(Self.escaped(Self.plain(member.value)))"
            }.joined(separator: "<br>")
            text += """
                <tr><td class="when">\(Self.escaped(record.facts.timestamp?.description ?? ""))</td>\
                <td>\(Self.escaped(record.facts.kind ?? ""))</td><td>\(content)</td></tr>

                """
        }
        return text + "</table>\n"
    }

    private static let rights = """
        <h2>Your rights</h2>
        <p>You may ask for correction, for erasure, and for restriction of use, you may object, and
        you may complain to a supervisory authority. Where a law demands that data is kept, it is
        not used for anything else until the date given above, and then erased.</p>

        """

    private static func plain(_ value: JSONValue) -> String {
        value.stringValue ?? value.description
    }

    private static func day(_ instant: Timestamp) -> String {
        String(instant.description.prefix(10))
    }

    /// Text for HTML, controls taken out.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            default:
                let isControl =
                    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                    || (0x202A...0x202E).contains(scalar.value)
                    || (0x2066...0x2069).contains(scalar.value)
                escaped.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
            }
        }
        return escaped
    }
}
