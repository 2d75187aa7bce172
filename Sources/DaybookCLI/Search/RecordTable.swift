// SPDX-License-Identifier: Apache-2.0

import Query
import Records

/// Whole records in columns: time, level, event, the fields that most of them have, and the rest
/// as `key=value`.
struct RecordTable: ResultText {
    private let style: TextStyle
    private let books: [String]
    private var waiting: [(book: Int, record: JSONObject)] = []
    private var fields: [String] = []
    private var text: TextColumns?

    private static let waitingMax = 200
    private static let fieldsMax = 6
    /// Columns that the rest has at least.
    private static let restWidth = 20
    /// Columns that one field takes at most.
    private static let fieldWidth = 40
    /// Fields that give way when there is little room.
    private static let longTexts: Set<String> = ["message", "text", "reason", "rejection_reason"]

    /// Fields that get a column of their own, in this order, where at least a third of the first
    /// records has them.
    private static let preferred = [
        "order_id", "asset", "side", "amount", "filled_amount", "fill_price", "limit_price",
        "price", "commission", "strategy", "venue", "sender", "message", "text",
        "rejection_reason", "reason",
    ]

    init(_ style: TextStyle, books: [String]) {
        self.style = style
        self.books = books
    }

    mutating func take(_ record: FoundRecord, into out: inout OutputBuffer) {
        let line = String(decoding: record.line, as: UTF8.self)
        let parsed = (try? JSONValue(parsing: line))?.objectValue
        waiting.append((record.book, parsed ?? ["text": .string(line)]))
        if text != nil || waiting.count >= Self.waitingMax { flush(into: &out) }
    }

    mutating func flush(into out: inout OutputBuffer) {
        if text == nil, !waiting.isEmpty { begin() }
        for (book, record) in waiting {
            let row = row(book, record)
            text?.add(row, into: &out)
        }
        waiting = []
    }

    mutating func end(into out: inout OutputBuffer) {
        flush(into: &out)
        text?.flush(into: &out)
    }

    private mutating func begin() {
        let chosen = Self.preferred.filter { name in
            waiting.count { $0.record[name] != nil } * 3 >= waiting.count
        }
        var first = ["time"]
        if books.count > 1 { first.append("book") }
        first += ["level", "event"]
        fields = []
        // What is not wide enough for a column of its own is among the rest.
        var left = (style.width ?? .max / 2) - Self.restWidth
        for (place, name) in first.enumerated() { left -= width(of: place, name) + 2 }
        for name in chosen.prefix(Self.fieldsMax) {
            let texts = waiting.map { $0.record[name].map(Self.shown) ?? "" }
            let width = ([name] + texts).map { min(TextWidth.of($0), Self.fieldWidth) }.max() ?? 0
            guard width + 2 <= left else { break }
            left -= width + 2
            fields.append(name)
        }
        text = TextColumns(
            (first + fields + ["more"]).map { name in
                let kind = FieldKind(of: name)
                return TextColumns.Column(
                    name: name, isNumber: kind == .decimal || kind == .integer,
                    isFixed: name != "more" && !Self.longTexts.contains(name))
            }, style)
    }

    private func width(of place: Int, _ name: String) -> Int {
        waiting.reduce(name.count) { max($0, TextWidth.of(row($1.book, $1.record)[place])) }
    }

    private func row(_ book: Int, _ record: JSONObject) -> [String] {
        let instant = (record["timestamp"] ?? record["recorded"])?.stringValue ?? ""
        let event = (record["event_type"] ?? record["event"]).map(RecordText.text) ?? ""
        var row = [String(instant.prefix(23)).replacing("T", with: " ")]
        if books.count > 1 { row.append(books[book]) }
        row.append(record["level"]?.stringValue ?? "")
        row.append(RecordText.safe(event))
        for name in fields { row.append(record[name].map(Self.shown) ?? "") }
        var rest: [String] = []
        if let said = record["event"].map(RecordText.text), said != event {
            rest.append(RecordText.safe(said))
        }
        for member in record
        where !Self.apart.contains(member.key) && !fields.contains(member.key) {
            rest.append("\(RecordText.safe(member.key))=\(Self.shown(member.value))")
        }
        row.append(rest.joined(separator: " "))
        return row.map { RecordText.safe($0) }
    }

    private static let apart: Set<String> = [
        "event", "event_type", "level", "timestamp", "recorded", "source",
    ]

    static func shown(_ value: JSONValue) -> String { RecordText.safe(RecordText.text(value)) }
}
