// SPDX-License-Identifier: Apache-2.0

import Records

/// What an HTTP message says about one order. Only endpoints and answers that can mean nothing else
/// count; batches of more than one order, rate limits and server errors stay messages.
struct CCXTOrder {
    private(set) var event: String
    private(set) var fields = JSONObject()

    private enum Action { case submit, cancel }

    init?(_ message: CCXTMessage) {
        guard let action = Self.action(message.method, message.url) else { return nil }
        event = action == .submit ? "order_submitted" : "order_cancel_requested"
        let isUnderstood =
            message.isRequest ? readRequest(message, action) : readResponse(message, action)
        guard isUnderstood else { return nil }
    }

    /// What the endpoint does.
    private static func action(_ method: String, _ url: String) -> Action? {
        let path = url.prefix { $0 != "?" }
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        switch (method, last) {
        case ("POST", "order"), ("POST", "AddOrder"), ("POST", "batch-orders"): return .submit
        case ("DELETE", "order"), ("POST", "CancelOrder"), ("POST", "cancel-order"),
            ("POST", "cancel-batch-orders"):
            return .cancel
        default: return nil
        }
    }

    // MARK: - Requests

    private mutating func readRequest(_ message: CCXTMessage, _ action: Action) -> Bool {
        guard let values = Self.parameters(message) else { return false }
        func first(_ names: String...) -> JSONValue? {
            for name in names { if let value = values[name]?.asText { return value } }
            return nil
        }
        if action == .cancel {
            guard let id = first("orderId", "ordId", "txid") else { return false }
            set("order_id", id)
            set("asset", first("symbol", "instId", "pair"))
            return true
        }
        // Kraken calls the side `type` and the type `ordertype`.
        let isKraken = values.contains("ordertype")
        guard let asset = first("symbol", "instId", "pair"),
            let side = isKraken ? first("type") : first("side"),
            let amount = first("quantity", "sz", "volume")
        else { return false }
        set("client_order_id", first("newClientOrderId", "clOrdId", "cl_ord_id"))
        set("asset", asset)
        set("side", side.stringValue.map { .string($0.lowercased()) })
        set("amount", amount)
        let type = isKraken ? first("ordertype") : first("type", "ordType")
        set("order_type", type?.stringValue.map { .string($0.lowercased()) })
        set("limit_price", first("price", "px"))
        return true
    }

    /// The parameters of one order: of a JSON object, of a JSON array with one object, or form data
    /// in the body or the query.
    private static func parameters(_ message: CCXTMessage) -> JSONObject? {
        switch message.body {
        case .object(let object): return object
        case .array(let orders): return orders.count == 1 ? orders[0].objectValue : nil
        case .string(let form): return Self.form(form)
        default:
            let query = message.url.split(separator: "?", maxSplits: 1)
            return query.count == 2 ? Self.form(String(query[1])) : nil
        }
    }

    private static func form(_ text: String) -> JSONObject? {
        var object = JSONObject()
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            object.append(String(parts[0]), .string(String(parts[1])))
        }
        return object.isEmpty ? nil : object
    }

    // MARK: - Responses

    private mutating func readResponse(_ message: CCXTMessage, _ action: Action) -> Bool {
        guard let body = message.body.objectValue else { return false }
        if let data = body["data"]?.arrayValue, body.contains("code") {
            return data.count == 1 && readOKX(data[0].objectValue, action)
        }
        if body.contains("error") { return readKraken(body, action) }
        return readBinance(body, message.status ?? "", action)
    }

    private static let binanceStates = [
        "NEW": "order_accepted", "PARTIALLY_FILLED": "order_partially_filled",
        "FILLED": "order_filled", "CANCELED": "order_canceled", "REJECTED": "order_rejected",
        "EXPIRED": "order_expired",
    ]

    private mutating func readBinance(
        _ body: JSONObject, _ status: String, _ action: Action
    ) -> Bool {
        if status == "400", body.contains("code"), let reason = body["msg"]?.asText {
            event = action == .submit ? "order_rejected" : "order_cancel_rejected"
            set("rejection_reason", reason)
            return true
        }
        guard status == "200", let id = body["orderId"]?.asText,
            let state = body["status"]?.stringValue, let known = Self.binanceStates[state]
        else { return false }
        event = known
        set("order_id", id)
        set("client_order_id", body["clientOrderId"])
        set("asset", body["symbol"])
        set("side", body["side"]?.stringValue.map { .string($0.lowercased()) })
        if known == "order_filled" || known == "order_partially_filled" {
            set("filled_amount", body["executedQty"])
        } else {
            set("amount", body["origQty"])
            set("limit_price", body["price"])
        }
        return true
    }

    private mutating func readOKX(_ order: JSONObject?, _ action: Action) -> Bool {
        guard let order, let code = order["sCode"]?.scalarText else { return false }
        set("order_id", order["ordId"])
        set("client_order_id", order["clOrdId"])
        if code == "0" {
            // An accepted cancel request is not yet a cancelled order.
            event = action == .submit ? "order_accepted" : "order_cancel_requested"
        } else {
            event = action == .submit ? "order_rejected" : "order_cancel_rejected"
            set("rejection_reason", order["sMsg"])
        }
        return true
    }

    private mutating func readKraken(_ body: JSONObject, _ action: Action) -> Bool {
        guard let errors = body["error"]?.arrayValue else { return false }
        if let first = errors.first?.stringValue {
            // Other families (EAPI, EService, EGeneral) do not say what became of the order.
            guard first.hasPrefix("EOrder:") else { return false }
            event = action == .submit ? "order_rejected" : "order_cancel_rejected"
            set("rejection_reason", .string(first))
            return true
        }
        guard let result = body["result"]?.objectValue else { return false }
        if action == .cancel {
            guard result["count"]?.scalarText == "1" else { return false }
            event = "order_canceled"
            return true
        }
        guard let ids = result["txid"]?.arrayValue, ids.count == 1 else { return false }
        event = "order_accepted"
        set("order_id", ids[0])
        return true
    }

    private mutating func set(_ name: String, _ value: JSONValue?) {
        switch value {
        case nil, .null, .string(""): break
        case let value?: fields.append(name, value)
        }
    }
}
