// SPDX-License-Identifier: Apache-2.0

import Records

/// Requests and responses as ccxt prints them with `verbose = True`, and as its logger
/// `ccxt.base.exchange` logs them at DEBUG.
enum CCXT {
    private static let methods: [StaticString] = [
        "GET http", "POST http", "PUT http", "DELETE http", "PATCH http",
    ]

    /// Whether a bare line may be a logged message of ccxt.
    static func leads(_ probe: Probe) -> Bool {
        methods.contains { probe.has($0) }
            && (probe.contains(", Request: {") || probe.contains(", Response: "))
    }

    /// `fetch Request: binance POST https://… RequestHeaders: {…} RequestBody: …`
    static func readPrinted(
        _ lines: Lines, _ context: ReadingContext, _ memory: inout ReadingMemory
    ) -> Reading? {
        var reader = lines.first
        let isRequest = reader.skip("fetch Request: ")
        guard isRequest || reader.skip("fetch Response: ") else { return nil }
        var exchange = CCXTMessage(isRequest: isRequest)
        exchange.exchange = reader.text(word(&reader))
        exchange.method = reader.text(word(&reader))
        exchange.url = reader.text(word(&reader))
        if !isRequest { exchange.status = reader.text(word(&reader)) }
        guard reader.skip(isRequest ? "RequestHeaders: " : "ResponseHeaders: ") else { return nil }
        exchange.headers = headers(&reader)
        guard reader.skip(isRequest ? " RequestBody: " : " ResponseBody: ") else { return nil }
        let range = lines.message(from: reader.position)
        exchange.setBody(lines, range)
        return Reading(object: exchange.draft.record(nil), book: .audit, end: range.upperBound)
    }

    /// `POST https://…, Request: {…} body` without a logging prefix.
    static func readBare(
        _ lines: Lines, _ context: ReadingContext, _ memory: inout ReadingMemory
    ) -> Reading? {
        guard methods.contains(where: { lines.first.has($0) }) else { return nil }
        return readLogged(lines.first).map {
            Reading(object: $0.record(nil), book: .audit, end: lines.firstEnd)
        }
    }

    /// `POST https://…, Request: {…} body`, `POST https://…, Response: 200 {…} body`
    static func readLogged(_ message: Cursor) -> Draft? {
        var reader = message
        let method = reader.take(while: \.isUppercase)
        guard !method.isEmpty, reader.skip(.space) else { return nil }
        let start = reader.position
        guard let isRequest = mark(&reader) else { return nil }
        var exchange = CCXTMessage(isRequest: isRequest)
        exchange.method = reader.text(method)
        exchange.url = reader.text(start..<reader.position)
        _ = reader.skip(isRequest ? ", Request: " : ", Response: ")
        if !isRequest { exchange.status = reader.text(word(&reader)) }
        exchange.headers = headers(&reader)
        _ = reader.skip(.space)
        exchange.setBody(reader, reader.rest)
        return exchange.draft
    }

    /// Moves to `, Request: ` or `, Response: `, whichever is there, and says which.
    private static func mark(_ reader: inout Cursor) -> Bool? {
        var search = reader
        while let comma = search.find(.comma) {
            search.move(to: comma)
            let isRequest = search.has(", Request: ")
            if isRequest || search.has(", Response: ") {
                reader.move(to: comma)
                return isRequest
            }
            search.advance()
        }
        return nil
    }

    private static func word(_ reader: inout Cursor) -> Range<Int> {
        let range = reader.take { $0 != .space }
        reader.skipSpaces()
        return range
    }

    /// A dict; what is none stays text up to the next blank.
    private static func headers(_ reader: inout Cursor) -> JSONValue {
        var repr = PythonRepr(reader)
        if reader.peek() == .openBrace, let value = repr.value() {
            reader.move(to: repr.cursor.position)
            return value
        }
        return .string(reader.text(reader.take { $0 != .space }))
    }
}

/// One HTTP message, and what it says about an order when it says so plainly.
struct CCXTMessage {
    let isRequest: Bool
    var exchange: String?
    var method = ""
    var url = ""
    var status: String?
    var headers = JSONValue.null
    private(set) var body = JSONValue.null

    init(isRequest: Bool) { self.isRequest = isRequest }

    mutating func setBody(_ lines: Lines, _ range: Range<Int>) {
        setBody(Cursor(lines.bytes), range)
    }

    /// JSON becomes structure, `None` null, anything else stays text.
    mutating func setBody(_ cursor: Cursor, _ range: Range<Int>) {
        let range = cursor.trimmed(range)
        if range.isEmpty || cursor.equals(range, "None") { return }
        body = JSONValue.json(cursor, range) ?? .string(cursor.text(range))
    }

    var draft: Draft {
        var draft = Draft(isRequest ? "message_sent" : "message_received", broker: "ccxt")
        draft.level = .debug
        if let order = CCXTOrder(self) {
            draft.event = order.event
            draft.level = order.event == "order_rejected" ? .error : .info
            draft.fields = order.fields
        }
        if let exchange { draft.own.append("exchange", .string(exchange)) }
        draft.own.append("message_direction", isRequest ? "sent" : "received")
        draft.own.append("method", .string(method))
        draft.own.append("url", .string(url))
        if let status {
            let bytes = Array(status.utf8)
            draft.own.append(
                "status",
                JSONNumber.isValid(bytes, 0..<bytes.count) ? .number(status) : .string(status))
        }
        draft.own.append("headers", headers)
        draft.own.append("body", body)
        return draft
    }
}
