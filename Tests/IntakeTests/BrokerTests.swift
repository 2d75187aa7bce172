// SPDX-License-Identifier: Apache-2.0

import Intake
import Records
import Testing

@Suite("Interactive Brokers")
struct IBAPITests {
    /// The events of one order, in order.
    private func life(_ order: String, _ items: [Item]) -> [String] {
        items.filter { $0["order_id"] == order && $0.event?.hasPrefix("order_") == true }
            .compactMap(\.event)
    }

    @Test(
        "the life of each order can be read from an INFO log",
        arguments: [
            "ibapi/ibapi_info.log", "ibapi/ibapi_debug.log",
        ])
    func lives(path: String) throws {
        let items = Reader.read(try sample(path))
        #expect(
            life("1001", items) == [
                "order_submitted", "order_accepted", "order_partially_filled", "order_filled",
            ])
        #expect(life("1002", items) == ["order_submitted", "order_rejected"])
        #expect(
            life("1003", items) == [
                "order_submitted", "order_pending", "order_cancel_requested", "order_canceled",
            ])
    }

    @Test("a session begins and ends")
    func session() throws {
        let events = Reader.read(try sample("ibapi/ibapi_info.log")).compactMap(\.event)
        #expect(events.count { $0 == "session_logon" } == 1)
        #expect(events.count { $0 == "session_logout" } == 1)
    }

    @Test("an order keeps the vocabulary's fields and the broker's own")
    func order() throws {
        let items = Reader.read(try sample("ibapi/ibapi_info.log"))
        let order = try #require(items.first { $0.event == "order_submitted" })
        #expect(order.book == .audit)
        #expect(order["event_type"] == "order_submitted")
        #expect(order["order_id"] == "1001")
        #expect(order["asset"] == "AAPL")
        #expect(order["side"] == "buy")
        #expect(order["amount"] == "100")
        #expect(order["order_type"] == "limit")
        #expect(order["limit_price"] == "150.250000")
        #expect(order["orderId"] == "1001")
        #expect(order.object?["contract"]?.objectValue?["primaryExchange"] == "NASDAQ")
        #expect(order.object?["order"]?.objectValue?["tif"] == "DAY")
        #expect(order["timestamp"] == "2026-11-21 02:28:05.703+00:00")
    }

    @Test("prices keep the digits that were printed")
    func prices() throws {
        let items = Reader.read(try sample("ibapi/ibapi_info.log"))
        let filled = try #require(items.first { $0.event == "order_filled" })
        #expect(filled.object?["fill_price"] == .string("150.244"))
        #expect(filled.object?["lastFillPrice"] == .string("150.25"))
        #expect(filled.object?["permId"] == .number("1534512341"))
        let fee = try #require(items.first { $0.event == "fee_assessed" })
        #expect(fee["commission"] == "0.350000")
        #expect(fee["exec_id"] == "00025b46.63f8a91c.01.01")
    }

    @Test("an execution is kept beside the order's events, so that a fill counts once")
    func executions() throws {
        let items = Reader.read(try sample("ibapi/ibapi_info.log"))
        let executions = items.filter { $0.event == "ibapi_execDetails" }
        #expect(executions.map { $0["filled_amount"] } == ["60.000000", "40.000000", "60.000000"])
        #expect(
            executions[0].object?["execution"]?.objectValue?["Time"] == "20261120  09:31:12")
    }

    @Test("a rejection is counted once, though ibapi logs it twice")
    func rejections() throws {
        let items = Reader.read(try sample("ibapi/ibapi_info.log"))
        #expect(items.count { $0.event == "order_rejected" } == 1)
        let alone = Reader.read(
            "2026-11-21 02:28:05.831 ibapi.wrapper ERROR ERROR 1002 201 Order rejected\n")
        #expect(alone.first?.event == "order_rejected")
        #expect(alone.first?["order_id"] == "1002")
        #expect(alone.first?["rejection_reason"] == "Order rejected")
    }

    @Test("bytes on the wire become fields")
    func wire() throws {
        let items = Reader.read(
            "2026-11-21 02:28:07.389 ibapi.client INFO SENDING reqMktData "
                + "b'\\x00\\x00\\x00<1\\x0011\\x00AAPL\\x00\\x00'\n"
                + "2026-11-21 02:28:07.392 ibapi.connection DEBUG len 20 raw:b"
                + "'\\x00\\x00\\x00\\x1049\\x001\\x001795227881\\x00'|\n")
        #expect(items.map(\.event) == ["message_sent", "message_received"])
        #expect(items[0].object?["fields"] == ["1", "11", "AAPL", ""])
        #expect(items[0]["request"] == "reqMktData")
        #expect(items[1].object?["fields"] == ["49", "1", "1795227881"])
    }

    @Test("messages printed without a logging prefix are read too")
    func bare() {
        let items = Reader.read("ANSWER orderStatus {'orderId': 7, 'status': 'Cancelled'}\n")
        #expect(items.first?.event == "order_canceled")
        #expect(items.first?["order_id"] == "7")
    }

    @Test("chatter of the library stays text in chat")
    func chatter() {
        let items = Reader.read(
            "2026-11-21 02:28:07.389 ibapi.connection DEBUG acquiring lock\n"
                + "2026-11-21 02:28:07.389 ibapi.client INFO REQUEST broken {'a': \n")
        #expect(items.allSatisfy { $0.book == .chat && $0.event == "terminal_output" })
        #expect(items.count == 2)
    }
}

@Suite("OANDA")
struct OandaTests {
    @Test("answers become order events with the broker's instant")
    func answers() throws {
        let items = Reader.read(try sample("oandapyV20/oanda_debug.log"))
        let events = items.compactMap(\.event).filter { $0.hasPrefix("order_") }
        #expect(events == ["order_filled", "order_rejected", "order_canceled", "order_accepted"])

        let filled = try #require(items.first { $0.event == "order_filled" })
        #expect(filled["order_id"] == "6401")
        #expect(filled["asset"] == "EUR_USD")
        #expect(filled["side"] == "buy")
        #expect(filled["filled_amount"] == "1000")
        #expect(filled.object?["fill_price"] == .string("1.08412"))
        // The nanoseconds stay: Masking keeps the text beside the canonical instant.
        #expect(filled["timestamp"] == "2026-11-20T14:31:12.123456789Z")
        #expect(filled["logged_at"] == "2026-11-21 02:30:53,212")

        let rejected = try #require(items.first { $0.event == "order_rejected" })
        #expect(rejected["rejection_reason"] == "INSUFFICIENT_MARGIN")
        #expect(rejected.object?["status"] == .number("400"))
        #expect(rejected["level"] == "error")
    }

    @Test("requests and failures are messages")
    func messages() throws {
        let items = Reader.read(try sample("oandapyV20/oanda_debug.log"))
        #expect(items.count { $0.event == "message_sent" } == 10)
        let failed = try #require(
            items.first { $0.event == "message_received" && $0["status"] == "404" })
        #expect(
            failed.object?["body"]?.objectValue?["errorCode"] == "NO_SUCH_ORDER")
    }

    @Test("a sale has side sell and a size without sign")
    func sale() {
        let items = Reader.read(
            "INFO:bot:response {\"orderFillTransaction\": {\"orderID\": \"9\", "
                + "\"units\": \"-250\", \"price\": \"1.07\"}}\n")
        #expect(items.first?["side"] == "sell")
        #expect(items.first?["filled_amount"] == "250")
    }

    @Test("the bot's own words about a failure stay text")
    func words() throws {
        let items = Reader.read(try sample("oandapyV20/oanda_debug.log"))
        let words = items.filter { $0["message"]?.hasPrefix("call failed: ") == true }
        #expect(words.count == 4)
        #expect(words.allSatisfy { $0.book == .chat })
    }
}

@Suite("ccxt")
struct CCXTTests {
    @Test(
        "orders can be read from verbose output and from the log",
        arguments: [
            "binance_verbose_stdout.txt", "binance_logging_debug.log", "okx_verbose_stdout.txt",
            "okx_logging_debug.log", "kraken_verbose_stdout.txt", "kraken_logging_debug.log",
        ])
    func orders(file: String) throws {
        let items = Reader.read(try sample("ccxt/" + file))
        let events = items.compactMap(\.event).filter { $0.hasPrefix("order_") }
        #expect(
            events == ["order_submitted", "order_accepted", "order_submitted", "order_rejected"])
        let orders = items.filter { $0.event == "order_submitted" }
        #expect(orders.map { $0["amount"] } == ["0.015", "99"])
        #expect(orders.allSatisfy { $0["side"] == "buy" && $0["limit_price"] == "64250.1" })
        #expect(orders.allSatisfy { $0["order_type"] == "limit" && $0.book == .audit })
    }

    @Test("headers and body become structure")
    func structure() throws {
        let items = Reader.read(try sample("ccxt/binance_verbose_stdout.txt"))
        let sent = try #require(items.first { $0.event == "order_submitted" })
        #expect(sent["exchange"] == "binance")
        #expect(sent["method"] == "POST")
        #expect(
            sent.object?["headers"]?.objectValue?["Content-Type"]
                == "application/x-www-form-urlencoded")
        #expect(sent["body"]?.hasPrefix("timestamp=1795227882044&symbol=BTCUSDT") == true)
        let received = try #require(items.first { $0.event == "order_accepted" })
        #expect(received.object?["status"] == .number("200"))
        #expect(received.object?["body"]?.objectValue?["origQty"] == "0.01500")
        #expect(received["order_id"] == "28457")
    }

    @Test("a rate limit is no rejection")
    func rateLimit() throws {
        let items = Reader.read(try sample("ccxt/okx_verbose_stdout.txt"))
        let limited = try #require(items.first { $0["status"] == "429" })
        #expect(limited.event == "message_received")
        let order = Reader.read(
            "fetch Response: binance POST https://h/api/v3/order 429 ResponseHeaders: {} "
                + "ResponseBody: {\"code\":-1003,\"msg\":\"Too many requests\"}\n")
        #expect(order.first?.event == "message_received")
    }

    @Test("an answer that is a page of several lines is one record")
    func page() {
        let items = Reader.read(
            "fetch Response: x GET https://h/ 502 ResponseHeaders: {'Server': 'nginx'} "
                + "ResponseBody: <html>\n<head></head>\n<body>bad gateway</body>\n</html>\nnext\n")
        #expect(items.count == 2)
        #expect(
            items[0]["body"] == "<html>\n<head></head>\n<body>bad gateway</body>\n</html>")
        #expect(items[1]["text"] == "next")
    }

    @Test("a batch of two orders stays a message")
    func batch() {
        let one = "{\"instId\":\"A\",\"side\":\"buy\",\"sz\":\"1\"}"
        func read(_ body: String) -> String? {
            Reader.read(
                "fetch Request: okx POST https://h/api/v5/trade/batch-orders "
                    + "RequestHeaders: {} RequestBody: \(body)\n"
            ).first?.event
        }
        #expect(read("[\(one)]") == "order_submitted")
        #expect(read("[\(one),\(one)]") == "message_sent")
    }
}
