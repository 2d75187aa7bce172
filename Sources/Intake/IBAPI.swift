// SPDX-License-Identifier: Apache-2.0

import Records

/// Messages of Interactive Brokers' Python library: `REQUEST placeOrder {…}`, `ANSWER orderStatus
/// {…}`, `SENDING placeOrder b'…'`, `ERROR 1002 201 …`.
enum IBAPI {
    /// Whether a bare line may be such a message: logged with a format of `%(message)s` alone.
    static func leads(_ probe: Probe) -> Bool {
        guard probe.has("REQUEST ") || probe.has("ANSWER ") || probe.has("SENDING ") else {
            return false
        }
        return probe.contains(" {") || probe.contains(" b'") || probe.contains(" b\"")
    }

    /// A message without a logging prefix.
    static func readBare(
        _ lines: Lines, _ context: ReadingContext, _ memory: inout ReadingMemory
    ) -> Reading? {
        let line = lines.first
        guard line.has("REQUEST ") || line.has("ANSWER ") || line.has("SENDING ") else {
            return nil
        }
        return read(line, &memory).map {
            Reading(object: $0.record(nil), book: .audit, end: lines.firstEnd)
        }
    }

    /// A message of one of the `ibapi.` loggers; nil for its chatter.
    static func read(_ message: Cursor, _ memory: inout ReadingMemory) -> Draft? {
        var reader = message
        if reader.skip("REQUEST ") {
            if reader.peek() == 0x62 { return wire(&reader, "message_sent") }
            return call(&reader).flatMap { request($0, $1) }
        }
        if reader.skip("SENDING ") {
            guard let name = reader.takeName() else { return nil }
            reader.skipSpaces()
            var draft = wire(&reader, "message_sent")
            draft?.own.append("request", .string(reader.text(name)))
            return draft
        }
        if reader.skip("ANSWER ") {
            if reader.peek() == 0x62 { return wire(&reader, "message_received") }
            guard let (name, fields) = call(&reader) else { return nil }
            return answer(name, fields, &memory)
        }
        if reader.skip("ERROR ") { return error(&reader, &memory) }
        if reader.skip("len ") {
            _ = reader.take(while: \.isDigit)
            guard reader.skip(" raw:") else { return nil }
            return wire(&reader, "message_received")
        }
        return nil
    }

    // MARK: - Parts of a message

    /// `name {fields}`
    private static func call(_ reader: inout Cursor) -> (String, JSONObject)? {
        guard let name = reader.takeName() else { return nil }
        reader.skipSpaces()
        guard let fields = IBAPIFields.read(reader) else { return nil }
        return (reader.text(name), fields)
    }

    /// A message on the wire: four bytes of length, then fields that each end with a zero byte.
    private static func wire(_ reader: inout Cursor, _ event: String) -> Draft? {
        var repr = PythonRepr(reader)
        guard var bytes = repr.bytesLiteral() else { return nil }
        var end = repr.cursor
        _ = end.skip(.pipe)
        guard end.isAtEnd else { return nil }
        var draft = Draft(event, broker: "ibapi")
        if bytes.starts(with: [0x41, 0x50, 0x49, 0]) { bytes.removeFirst(4) }
        let prefixed = bytes.count >= 4 && bytes[0] == 0
        var parts = Array(bytes[(prefixed ? 4 : 0)...]).split(
            separator: 0, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        draft.own.append(
            "fields",
            .array(
                parts.map { part in
                    .string(part.withUnsafeBufferPointer { String(readable: $0) })
                }))
        return draft
    }

    // MARK: - Requests

    private static func request(_ name: String, _ fields: JSONObject) -> Draft? {
        var draft: Draft
        switch name {
        case "placeOrder":
            draft = Draft("order_submitted", broker: "ibapi")
            setOrder(fields, &draft)
        case "cancelOrder":
            draft = Draft("order_cancel_requested", broker: "ibapi")
            draft.set("order_id", fields["orderId"]?.asText)
        default:
            draft = Draft("ibapi_" + name, broker: "ibapi")
        }
        draft.own = fields
        draft.own.append("request", .string(name))
        draft.own.append("message_direction", "sent")
        return draft
    }

    private static func setOrder(_ fields: JSONObject, _ draft: inout Draft) {
        draft.set("order_id", fields["orderId"]?.asText)
        draft.set("asset", fields["contract"]?.objectValue?["symbol"])
        guard let order = fields["order"]?.objectValue else { return }
        draft.set("side", order["action"]?.stringValue.map { .string($0.lowercased()) })
        draft.set("amount", order["totalQuantity"])
        let type = order["orderType"]?.stringValue
        draft.set("order_type", type.map { .string(orderTypes[$0] ?? $0.lowercased()) })
        draft.set("limit_price", order["lmtPrice"])
    }

    private static let orderTypes = [
        "LMT": "limit", "MKT": "market", "STP": "stop", "STP LMT": "stop_limit",
    ]

    // MARK: - Answers

    private static func answer(
        _ name: String, _ fields: JSONObject, _ memory: inout ReadingMemory
    ) -> Draft {
        var draft = Draft("ibapi_" + name, broker: "ibapi")
        draft.own = fields
        draft.own.append("answer", .string(name))
        draft.own.append("message_direction", "received")
        switch name {
        case "connectAck": draft.event = "session_logon"
        case "connectionClosed": draft.event = "session_logout"
        case "openOrder": setOrder(fields, &draft)
        case "orderStatus": setStatus(fields, &draft)
        case "execDetails": setExecution(fields, &draft)
        case "commissionReport":
            draft.event = "fee_assessed"
            let report = fields["commissionReport"]?.objectValue
            draft.set("exec_id", report?["ExecId"])
            draft.set("commission", report?["Commission"])
            draft.set("currency", report?["Currency"])
        case "error":
            let request = fields["reqId"]?.scalarText ?? ""
            let code = fields["errorCode"]?.scalarText ?? ""
            setError(request, code, fields["errorString"]?.stringValue ?? "", &draft)
            memory.lastIBError = (request, code)
        default: break
        }
        return draft
    }

    /// The states of an order. `Inactive` says that it does not work, not why: it keeps the
    /// broker's name.
    private static func setStatus(_ fields: JSONObject, _ draft: inout Draft) {
        draft.set("order_id", fields["orderId"]?.asText)
        let filled = fields["filled"]?.scalarText ?? ""
        let hasFill = filled.contains { ("1"..."9").contains($0) }
        switch fields["status"]?.stringValue {
        case "Filled": draft.event = "order_filled"
        case "Submitted": draft.event = hasFill ? "order_partially_filled" : "order_accepted"
        case "PreSubmitted", "PendingSubmit", "ApiPending": draft.event = "order_pending"
        case "PendingCancel": draft.event = "order_cancel_requested"
        case "Cancelled", "ApiCancelled": draft.event = "order_canceled"
        default: break
        }
        guard hasFill else { return }
        // What the order reached so far, not the last fill: amount and price belong together.
        draft.set("fill_price", fields["avgFillPrice"])
        draft.set("filled_amount", fields["filled"])
        draft.set("remaining_amount", fields["remaining"])
    }

    /// One execution. The order's own events come from `orderStatus`, so that a fill counts once.
    private static func setExecution(_ fields: JSONObject, _ draft: inout Draft) {
        let execution = fields["execution"]?.objectValue
        draft.set("order_id", execution?["OrderId"])
        draft.set("asset", fields["contract"]?.objectValue?["symbol"])
        switch execution?["Side"]?.stringValue {
        case "BOT": draft.set("side", "buy")
        case "SLD": draft.set("side", "sell")
        default: break
        }
        draft.set("fill_price", execution?["Price"])
        draft.set("filled_amount", execution?["Shares"])
        draft.set("exec_id", execution?["ExecId"])
    }

    // MARK: - Errors

    /// `ERROR 1002 201 Order rejected - …`
    private static func error(_ reader: inout Cursor, _ memory: inout ReadingMemory) -> Draft? {
        let request = takeNumber(&reader)
        guard !request.isEmpty, reader.skip(.space) else { return nil }
        let code = takeNumber(&reader)
        guard !code.isEmpty, reader.skip(.space) || reader.isAtEnd else { return nil }
        let (requestText, codeText) = (reader.text(request), reader.text(code))
        let message = reader.text(reader.rest)
        var draft = Draft("ibapi_error", broker: "ibapi")
        draft.own.append("reqId", .number(requestText))
        draft.own.append("errorCode", .number(codeText))
        draft.own.append("errorString", .string(message))
        let isRepeated =
            memory.lastIBError.map { $0.request == requestText && $0.code == codeText } ?? false
        memory.lastIBError = nil
        if !isRepeated { setError(requestText, codeText, message, &draft) }
        return draft
    }

    private static func takeNumber(_ reader: inout Cursor) -> Range<Int> {
        let start = reader.position
        _ = reader.skip(.hyphen)
        let digits = reader.take(while: \.isDigit)
        return digits.isEmpty || !JSONNumber.isValid(reader.bytes, start..<digits.upperBound)
            ? start..<start : start..<digits.upperBound
    }

    /// 201 is the one code that always means a rejected order.
    private static func setError(
        _ request: String, _ code: String, _ message: String, _ draft: inout Draft
    ) {
        guard code == "201" else { return }
        draft.event = "order_rejected"
        draft.level = .error
        draft.set("order_id", .string(request))
        draft.set("rejection_reason", .string(message))
    }
}
