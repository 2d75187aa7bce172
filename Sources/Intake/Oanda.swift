// SPDX-License-Identifier: Apache-2.0

import Records

/// Messages of oandapyV20, and OANDA's answers as bots print them.
enum Oanda {
    /// A message of the library's own logger; nil for its chatter.
    static func read(_ message: Cursor) -> Draft? {
        var reader = message
        if reader.skip("performing request ") {
            var draft = Draft("message_sent", broker: "oanda")
            draft.own.append("url", .string(reader.text(reader.rest)))
            return draft
        }
        guard reader.skip("request "), let failed = reader.find(" failed [") else { return nil }
        let url = reader.text(reader.position..<failed)
        reader.move(to: failed)
        guard reader.skip(" failed ["), reader.end > reader.position,
            reader.bytes[reader.end - 1] == .closeBracket
        else { return nil }
        reader = reader.at(reader.position..<reader.end - 1)
        let status = reader.take(while: \.isDigit)
        guard !status.isEmpty, reader.skip(.comma) else { return nil }
        var draft = Draft("message_received", broker: "oanda")
        if let body = JSONValue.json(reader, reader.rest)?.objectValue {
            draft = answer(body)
        } else {
            draft.own.append("body", .string(reader.text(reader.rest)))
        }
        draft.own.append("url", .string(url))
        draft.own.append("status", .number(message.text(status)))
        return draft
    }

    /// An answer or a stream line in the message of any logger: a word or two, then JSON or a dict
    /// to the end of the message.
    static func readAnswer(_ message: Cursor) -> Draft? {
        guard let open = message.find(.openBrace), open - message.position <= 64,
            message.find("ransaction") != nil || message.find("'type': '") != nil
        else { return nil }
        let range = open..<message.end
        guard
            let body =
                (JSONValue.json(message, range)
                ?? PythonRepr.value(message.bytes, range))?.objectValue
        else { return nil }
        guard let type = body["type"]?.stringValue, body.contains("time") else {
            return marks.contains(where: body.contains) ? answer(body) : nil
        }
        if type == "PRICE" || type == "HEARTBEAT" {
            var draft = Draft("message_received", broker: "oanda")
            draft.own = body
            draft.time = time(body)
            return draft
        }
        guard let event = event(ofTransaction: type) else { return nil }
        return transaction(event, body, own: body)
    }

    /// Keys that only OANDA's answers have.
    private static let marks =
        parts.map(\.key) + ["lastTransactionID", "relatedTransactionIDs"]

    /// The transactions of an answer, the one that says most first: an order that was created and
    /// filled in one answer is a filled order.
    private static let parts: [(key: String, event: String)] = [
        ("orderRejectTransaction", "order_rejected"),
        ("orderFillTransaction", "order_filled"),
        ("orderCancelTransaction", "order_canceled"),
        ("orderCreateTransaction", "order_accepted"),
    ]

    private static func answer(_ body: JSONObject) -> Draft {
        for part in parts {
            guard let found = body[part.key]?.objectValue else { continue }
            var own = JSONObject()
            own.append("body", .object(body))
            return transaction(part.event, found, own: own)
        }
        var draft = Draft("message_received", broker: "oanda")
        draft.own.append("body", .object(body))
        return draft
    }

    private static func event(ofTransaction type: String) -> String? {
        switch type {
        case "ORDER_FILL": "order_filled"
        case "ORDER_CANCEL": "order_canceled"
        case "ORDER_CANCEL_REJECT": "order_cancel_rejected"
        case _ where type.hasSuffix("_ORDER_REJECT"): "order_rejected"
        case _ where type.hasSuffix("_ORDER"): "order_accepted"
        default: nil
        }
    }

    private static func transaction(
        _ event: String, _ transaction: JSONObject, own: JSONObject
    ) -> Draft {
        var draft = Draft(event, broker: "oanda")
        let isCreation = event == "order_accepted"
        draft.set("order_id", transaction[isCreation ? "id" : "orderID"]?.asText)
        draft.set("asset", transaction["instrument"])
        if let units = transaction["units"]?.scalarText {
            draft.set("side", units.hasPrefix("-") ? "sell" : "buy")
            let size = units.hasPrefix("-") ? String(units.dropFirst()) : units
            draft.set(event == "order_filled" ? "filled_amount" : "amount", .string(size))
        }
        let price = transaction["price"]?.asText
        switch event {
        case "order_filled":
            draft.set("fill_price", price)
            draft.set("commission", transaction["commission"]?.asText)
        case "order_rejected":
            draft.level = .error
            draft.set("rejection_reason", transaction["rejectReason"])
        case "order_canceled":
            draft.set("reason", transaction["reason"])
        default:
            draft.set("limit_price", price)
        }
        draft.set("transaction_id", transaction["id"]?.asText)
        draft.own = own
        draft.time = time(transaction)
        return draft
    }

    /// OANDA's times are RFC 3339 with nanoseconds, in UTC.
    private static func time(_ object: JSONObject) -> EventTime? {
        object["time"]?.stringValue.flatMap { EventTime.read($0, { $0 }) }
    }
}
