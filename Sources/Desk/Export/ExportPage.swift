// SPDX-License-Identifier: Apache-2.0

import Records
import TransparencyLog

/// The page that tells a reader what is in a bundle and how to check it. One file, no scripts, no
/// fetches: it opens anywhere.
struct ExportPage {
    var title: String
    /// Name and value.
    var facts: [(String, String)] = []
    var files: [BundleFile.Entry] = []
    var columns: [String] = []
    var rows: [[String]] = []
    var shownNote: String?
    var commands: [String] = []

    /// Members that make a row readable, in this order, where records have them.
    private static let wanted = [
        "timestamp", "event_type", "conversation", "sender", "deleted_by", "text", "file_name",
        "asset", "side", "order_id", "amount", "fill_price", "message", "reason", "sealed",
        "erased_by", "level", "platform",
    ]

    /// Members whose values are prose: the others stay on one line.
    private static let prose: Set<String> = [
        "text", "message", "reason", "sealed", "file_name", "conversation",
    ]

    /// Rows for the first records: the members that say most.
    mutating func show(_ records: [(index: UInt64, line: String)]) {
        let objects = records.map { record in
            (record.index, (try? JSONValue(parsing: record.line))?.objectValue ?? JSONObject())
        }
        let names = Self.wanted.filter { name in objects.contains { $0.1.contains(name) } }.prefix(
            8)
        columns = ["record"] + names
        rows = objects.map { index, object in
            [String(index)]
                + names.map { name in
                    guard let value = object[name] else { return "" }
                    let text = value.stringValue ?? value.description
                    return text.count > 300 ? String(text.prefix(300)) + "…" : text
                }
        }
    }

    var html: String {
        var page = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Self.escaped(title))</title>
            <style>
            :root { color-scheme: light dark; --line: #8884; --soft: #8882; }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; \
            padding: 0 1rem; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; }
            dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; font-size: .85rem; }
            th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; \
            border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
            th { white-space: nowrap; } td.prose { min-width: 8rem; white-space: pre-wrap; } td.one { white-space: nowrap; }
            td.hash { font: .75rem/1.6 ui-monospace, monospace; min-width: 12rem; }
            pre { background: var(--soft); padding: .8rem; overflow-x: auto; font-size: .8rem; }
            </style></head><body>
            <h1>\(Self.escaped(title))</h1>
            <dl>

            """
        for (name, value) in facts {
            page += "<dt>\(Self.escaped(name))</dt><dd>\(Self.escaped(value))</dd>\n"
        }
        page += "</dl>\n"
        if !rows.isEmpty {
            page += "<h2>Records</h2>\n"
            if let shownNote { page += "<p>\(Self.escaped(shownNote))</p>\n" }
            page += "<div class=\"wide\"><table><thead><tr>"
            for column in columns { page += "<th>\(Self.escaped(column))</th>" }
            page += "</tr></thead><tbody>\n"
            for row in rows {
                page += "<tr>"
                for (column, value) in zip(columns, row) {
                    let kind = Self.prose.contains(column) ? "prose" : "one"
                    page += "<td class=\"\(kind)\">\(Self.escaped(value))</td>"
                }
                page += "</tr>\n"
            }
            page += "</tbody></table></div>\n"
        }
        page += "<h2>How to check it</h2>\n<p>The key must have come to you by another way than "
        page += "this bundle: the one in it proves nothing by itself.</p>\n<pre>"
        page += Self.escaped(commands.joined(separator: "\n")) + "</pre>\n"
        page += "<h2>Files</h2>\n<div class=\"wide\"><table><thead><tr><th>file</th><th>bytes</th>"
        page += "<th>SHA-256</th></tr></thead><tbody>\n"
        for file in files where !file.name.hasPrefix("proofs/") {
            page += "<tr><td>\(Self.escaped(file.name))</td><td>\(Words.grouped(file.bytes))"
            page += "</td><td class=\"hash\">\(file.digest.hex)</td></tr>\n"
        }
        let proofs = files.count { $0.name.hasPrefix("proofs/") }
        if proofs > 0 {
            page += "<tr><td>proofs/</td><td colspan=\"2\">\(Words.count(proofs, "proof")); "
            page += "digests in manifest.json</td></tr>\n"
        }
        return page + "</tbody></table></div>\n</body></html>\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
