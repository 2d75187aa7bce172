// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Desk
import Masking
import Records

@testable import Server

/// Records for the tests of the ways out.
enum Sample {
    /// Appends lines of JSON to a book, synced.
    static func append(_ lines: [String], to book: String = "audit", _ ground: Ground) throws {
        let opened = try ground.open(book)
        defer { try? opened.close() }
        var session = MaskingSession(ground.masker)
        var records = MaskedRecords()
        let rule = try ground.settings.choice(for: book).settings.seal
        for line in lines {
            guard let object = try JSONValue(parsing: line).objectValue else { continue }
            session.append(object: object, from: .daybook, sealing: rule, to: &records)
        }
        try opened.append(records, .synced)
    }

    /// An order's life of four records: only the first and the last name the strategy.
    static func order(_ number: Int, strategy: String) -> [String] {
        let id = "order-\(number)"
        let second = number < 10 ? "0\(number)" : "\(number)"
        func line(_ event: String, _ more: String, _ millisecond: Int) -> String {
            "{\"event\":\"\(event)\",\"event_type\":\"\(event)\",\"level\":\"info\","
                + "\"order_id\":\"\(id)\",\"asset\":\"AAPL\"\(more),"
                + "\"timestamp\":\"2026-11-20T10:00:\(second).\(millisecond)000Z\"}"
        }
        let named = ",\"strategy\":\"\(strategy)\""
        return [
            line("order_submitted", ",\"amount\":\"10\",\"order_type\":\"market\"\(named)", 100),
            line("order_pending", "", 200), line("order_accepted", "", 300),
            line(
                "order_filled",
                ",\"fill_price\":\"150.25\",\"filled_amount\":\"10\",\"commission\":\"1.05\"\(named)",
                400),
        ]
    }

    static func orders(_ count: Int, strategy: String) -> [String] {
        (0..<count).flatMap { order($0, strategy: strategy) }
    }

    static func message(_ text: String) -> String {
        "{\"event\":\"chat_message\",\"event_type\":\"chat_message\",\"level\":\"info\","
            + "\"platform\":\"slack\",\"sender\":\"alice\",\"text\":\"\(text)\","
            + "\"timestamp\":\"2026-11-20T10:00:00.000000Z\"}"
    }
}

extension ServerSandbox.Answer {
    /// The objects of an answer in JSON Lines.
    func objects() throws -> [JSONObject] {
        try lines.map { try JSONValue(parsing: $0).objectValue ?? [:] }
    }
}

extension JSONValue {
    /// A number as text.
    var numberText: String? { if case .number(let text) = self { text } else { nil } }
}
