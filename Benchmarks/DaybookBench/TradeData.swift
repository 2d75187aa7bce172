// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Trade records in the shape of the audit-logging guide, as Python's json.dumps prints them: about
/// 235 bytes each. An order has several events, spread among those of a few hundred others; there
/// are 200 assets; about 37 % of the records are fills with a commission, 0.9 % rejections with a
/// reason. The same seed gives the same bytes.
struct TradeData {
    /// Whether orders have random UUIDs instead of numbers.
    let hasUUIDs: Bool
    private var random: UInt64 = 42
    private var instant: Int64
    /// Microseconds between two records, at most.
    private let gap: UInt64
    private var nextOrder: UInt64 = 1
    private var open: [Order] = []
    private var prices: [Int64] = []
    private var assets: [[UInt8]] = []

    private struct Order {
        var number: UInt64
        var high: UInt64
        var low: UInt64
        var asset: Int
        var amount: Int64
        var limit: Int64
        var isBuy: Bool
    }

    private static let openMax = 400
    private static let day: Int64 = 86_400_000_000
    /// 2026-11-02T00:00:00Z.
    private static let start: Int64 = 1_793_577_600_000_000
    private static let reasons = [
        "Insufficient buying power", "Price outside the daily limits", "Market is closed",
        "Position limit exceeded", "Duplicate client order id", "Order size below the minimum",
        "Account is not permitted to trade this asset", "Rate limit of the venue exceeded",
    ]
    private static let strategies = [
        "MomentumStrategy", "MeanReversion", "PairsTrading", "OpeningRange", "VolatilityTarget",
    ]

    /// - Parameters:
    ///   - count: how many records will be asked for; they fill `days` days evenly.
    init(count: Int, days: Int, hasUUIDs: Bool) {
        self.hasUUIDs = hasUUIDs
        instant = Self.start
        gap = UInt64(max(2, Self.day * Int64(max(1, days)) * 2 / Int64(max(1, count))))
        let known = ["AAPL", "MSFT", "NVDA", "TSLA", "AMZN", "META", "GOOG", "NFLX"]
        var names = known
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        while names.count < 200 {
            let size = 3 + Int(next(2))
            let name = String((0..<size).map { _ in letters[Int(next(26))] })
            if !names.contains(name) { names.append(name) }
        }
        assets = names.map { Array($0.utf8) }
        prices = (0..<200).map { _ in Int64(500 + next(60_000)) }
    }

    private mutating func next(_ bound: UInt64) -> UInt64 {
        (word() >> 11) % bound
    }

    /// splitmix64.
    private mutating func word() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var z = random
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Adds one record and its line feed.
    mutating func append(to text: inout TextBuffer) {
        instant += Int64(next(gap))
        let roll = next(10_000)
        if open.isEmpty || roll < 3_500 && open.count < Self.openMax {
            submitted(&text)
        } else if roll < 4_490 {
            decision(&text)
        } else {
            let at = Int(next(UInt64(open.count)))
            switch roll {
            case ..<8_210: filled(at, &text)
            case ..<8_300: rejected(at, &text)
            case ..<9_150: canceled(at, &text)
            default: modified(at, &text)
            }
        }
        text.put("\", \"timestamp\": \"")
        text.put(instant: instant)
        text.put("\"}\n")
    }

    private mutating func submitted(_ text: inout TextBuffer) {
        // Popular assets are popular: the smaller of two draws.
        let asset = Int(min(next(200), next(200)))
        prices[asset] = max(100, prices[asset] + Int64(next(41)) - 20)
        let order = Order(
            number: nextOrder, high: word(), low: word(), asset: asset,
            amount: Int64(1 + next(90)) * (next(4) == 0 ? 10 : 1),
            limit: prices[asset] + Int64(next(21)) - 10, isBuy: next(2) == 0)
        nextOrder += 1
        open.append(order)
        begin("order_submitted", order, &text)
        text.put("\", \"side\": \"")
        text.put(order.isBuy ? "buy" : "sell")
        text.put("\", \"amount\": \"")
        text.put(decimal: order.amount)
        text.put("\", \"order_type\": \"limit\", \"limit_price\": \"")
        text.put(cents: order.limit)
    }

    private mutating func decision(_ text: inout TextBuffer) {
        let asset = Int(min(next(200), next(200)))
        text.put("{\"event\": \"trading_decision\", \"event_type\": \"trading_decision\", ")
        text.put("\"level\": \"info\", \"signal_type\": \"")
        text.put(next(2) == 0 ? "buy" : "sell")
        text.put("\", \"asset\": \"")
        text.put(assets[asset])
        text.put("\", \"amount\": \"")
        text.put(decimal: Int64(1 + next(90)))
        text.put("\", \"limit_price\": \"")
        text.put(cents: prices[asset])
        text.put("\", \"strategy_class\": \"")
        text.put(Self.strategies[Int(next(5))])
        // Now and then a remark, so that there is a rare word to look for.
        if next(20_000) == 0 {
            text.put("\", \"remark\": \"held back: Zeppelin desk asked to wait")
        }
    }

    private mutating func filled(_ at: Int, _ text: inout TextBuffer) {
        let order = open[at]
        begin("order_filled", order, &text)
        text.put("\", \"fill_price\": \"")
        text.put(cents: order.limit + Int64(next(5)) - 2)
        text.put("\", \"filled_amount\": \"")
        text.put(decimal: order.amount)
        text.put("\", \"commission\": \"")
        text.put(cents: 35 + Int64(next(166)))
        // An order in four is filled in several pieces.
        guard next(4) > 0 else { return }
        open.swapAt(at, open.count - 1)
        open.removeLast()
    }

    private mutating func rejected(_ at: Int, _ text: inout TextBuffer) {
        begin("order_rejected", open[at], &text, level: "error")
        text.put("\", \"reason\": \"")
        text.put(Self.reasons[Int(next(8))])
        open.swapAt(at, open.count - 1)
        open.removeLast()
    }

    private mutating func canceled(_ at: Int, _ text: inout TextBuffer) {
        begin("order_canceled", open[at], &text)
        text.put("\", \"reason\": \"")
        text.put(next(3) > 0 ? "User requested" : "End of session")
        open.swapAt(at, open.count - 1)
        open.removeLast()
    }

    private mutating func modified(_ at: Int, _ text: inout TextBuffer) {
        open[at].limit = max(100, open[at].limit + Int64(next(41)) - 20)
        begin("order_modified", open[at], &text)
        text.put("\", \"order_type\": \"limit\", \"limit_price\": \"")
        text.put(cents: open[at].limit)
    }

    /// Everything up to the asset's name; the caller goes on with `", "`.
    private func begin(
        _ event: StaticString, _ order: Order, _ text: inout TextBuffer,
        level: StaticString = "info"
    ) {
        text.put("{\"event\": \"")
        text.put(event)
        text.put("\", \"event_type\": \"")
        text.put(event)
        text.put("\", \"level\": \"")
        text.put(level)
        text.put("\", \"order_id\": \"")
        if hasUUIDs {
            text.put(uuid: order.high, order.low)
        } else {
            text.put("order-")
            text.put(order.number, width: 8)
        }
        text.put("\", \"asset\": \"")
        text.put(assets[order.asset])
    }
}

/// Text that goes to a file in large pieces.
struct TextBuffer {
    private(set) var bytes: [UInt8] = []

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    mutating func put(_ text: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(
                start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func put(_ text: [UInt8]) { bytes.append(contentsOf: text) }

    mutating func put(_ value: UInt64, width: Int) {
        var divisor: UInt64 = 1
        var digits = 1
        while digits < width || value / divisor >= 10 {
            divisor *= 10
            digits += 1
        }
        while divisor > 0 {
            bytes.append(0x30 + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    mutating func put(decimal value: Int64) { put(UInt64(value), width: 1) }

    /// 15025 as 150.25.
    mutating func put(cents value: Int64) {
        put(UInt64(value / 100), width: 1)
        bytes.append(UInt8(ascii: "."))
        put(UInt64(value % 100), width: 2)
    }

    mutating func put(uuid high: UInt64, _ low: UInt64) {
        let digits: StaticString = "0123456789abcdef"
        let version = high & ~0xF000 | 0x4000
        let variant = low & ~(3 << 62) | 2 << 62
        for position in 0..<32 {
            if [8, 12, 16, 20].contains(position) { bytes.append(UInt8(ascii: "-")) }
            let word = position < 16 ? version : variant
            bytes.append(digits.utf8Start[Int(word >> UInt64(60 - position % 16 * 4) & 15)])
        }
    }

    /// `2026-11-20T14:31:12.123456Z`, for instants of November and December 2026.
    mutating func put(instant: Int64) {
        let day: Int64 = 86_400_000_000
        let date = civil(instant / day)
        put(UInt64(date.year), width: 4)
        put("-")
        put(UInt64(date.month), width: 2)
        put("-")
        put(UInt64(date.day), width: 2)
        put("T")
        let time = UInt64(instant % day)
        put(time / 3_600_000_000, width: 2)
        put(":")
        put(time / 60_000_000 % 60, width: 2)
        put(":")
        put(time / 1_000_000 % 60, width: 2)
        put(".")
        put(time % 1_000_000, width: 6)
        put("Z")
    }

    /// A day since 1970-01-01 in the Gregorian calendar.
    private func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * part + 2) / 5 + 1
        )
    }
}

/// Writes `count` trade records to a file.
func generate(_ count: Int, _ path: String, days: Int, hasUUIDs: Bool) {
    guard let file = fopen(path, "w") else {
        print("cannot write \(path)")
        exit(73)
    }
    var data = TradeData(count: count, days: days, hasUUIDs: hasUUIDs)
    var text = TextBuffer()
    for number in 0..<count {
        data.append(to: &text)
        if number % 4096 == 4095 || number == count - 1 {
            guard fwrite(text.bytes, 1, text.bytes.count, file) == text.bytes.count else {
                print("cannot write \(path): the disk is full")
                exit(74)
            }
            text.clear()
        }
    }
    guard fclose(file) == 0 else {
        print("cannot write \(path): the disk is full")
        exit(74)
    }
}
