// SPDX-License-Identifier: Apache-2.0

/// A generator with a seed, so that a failing case can be run again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// Lines as a book could have them, and stranger ones: every JSON type under every kind of name.
struct RandomRecords {
    var random: SplitMix
    /// How many names there are outside the vocabulary.
    var names: Int
    /// The longest strings are five times as many bytes.
    var longest: Int

    init(seed: UInt64, names: Int = 40, longest: Int = 4000) {
        random = SplitMix(seed: seed)
        self.names = names
        self.longest = longest
    }

    private static let typed = [
        "event", "event_type", "level", "timestamp", "recorded", "source", "order_id", "asset",
        "fill_price", "filled_amount", "commission", "amount", "limit_price", "duration_ms",
        "exit_code", "size_bytes", "deadline", "until", "reason", "strategy", "value", "fee",
    ]

    private static let odd = [
        "", "_x", "_shape", "_line", "_wide.amount", "Event", "EVENT", "Fill_Price", "a.b", "a b",
        "é", "e\u{301}", "É", "\\\"", "\\\\", "\\n", "\\u0000", "ключ", "🙂", "key,with:signs}",
        "select", "__proto__", "x\u{2028}y", String(repeating: "long", count: 80),
    ]

    mutating func line() -> [UInt8] {
        var text = "{"
        var keys: Set<[UInt8]> = []
        let count = random.chance(3) ? 0 : 1 + random.below(random.chance(2) ? 60 : 14)
        for _ in 0..<count {
            let key = key()
            guard keys.insert(Array(key.utf8)).inserted else { continue }
            text += keys.count == 1 ? "\"" : ",\""
            text += key + "\":" + value(of: key)
        }
        return Array((text + "}").utf8)
    }

    private mutating func key() -> String {
        switch random.below(10) {
        case 0..<6: Self.typed[random.below(Self.typed.count)]
        case 6: Self.odd[random.below(Self.odd.count)]
        case 7: "Case\(random.below(9))".randomlyCased(&random)
        default: "field_\(random.below(names))"
        }
    }

    private mutating func value(of key: String) -> String {
        guard random.chance(80) else { return anything(0) }
        switch key {
        case "timestamp", "recorded", "deadline", "until": return "\"" + instant() + "\""
        case "duration_ms", "exit_code", "size_bytes": return integer()
        case "fill_price", "filled_amount", "commission", "amount", "limit_price", "value", "fee":
            return random.chance(80) ? "\"" + decimal() + "\"" : number()
        case "event", "event_type": return "\"order_\(random.below(6))\""
        case "asset": return "\"A\(random.below(30))\""
        default: return "\"" + string() + "\""
        }
    }

    private mutating func anything(_ depth: Int) -> String {
        switch random.below(depth < 4 ? 12 : 9) {
        case 0: return "null"
        case 1: return random.chance(50) ? "true" : "false"
        case 2: return integer()
        case 3: return number()
        case 4: return "\"" + decimal() + "\""
        case 5: return "\"" + instant() + "\""
        case 6, 7, 8: return "\"" + string() + "\""
        case 9:
            return "["
                + (0..<random.below(4)).map { _ in anything(depth + 1) }
                .joined(separator: ",") + "]"
        default:
            var text = "{"
            for position in 0..<random.below(4) {
                if position > 0 { text += "," }
                text += "\"k\(position)\":" + anything(depth + 1)
            }
            return text + "}"
        }
    }

    private mutating func digits(_ count: Int) -> String {
        String((0..<count).map { _ in Character("\(random.below(10))") })
    }

    private mutating func whole() -> String {
        random.chance(30) ? "0" : "\(1 + random.below(9))" + digits(random.below(12))
    }

    mutating func decimal() -> String {
        let sign = random.chance(15) ? "-" : ""
        switch random.below(20) {
        case 0: return "0E-\(random.below(30))"
        case 1: return sign + "0." + String(repeating: "0", count: random.below(16)) + digits(4)
        case 2: return sign + whole() + "." + digits(1 + random.below(30))
        case 3: return sign + digits(1 + random.below(30))
        case 4:
            return ["", ".", "1.", ".5", "+1", "NaN", "Infinity", "abc", " 1", "1,5"][
                random.below(10)]
        case 5: return sign + "\(1 + random.below(9))E+\(random.below(12))"
        case 6: return sign + "\(1 + random.below(9)).\(digits(3))E-\(random.below(20))"
        case 7: return sign + "\(1 + random.below(9))e-0\(random.below(10))"
        case 8: return ["1.5", "1.50", "0E-8", "0.000000001234", "-0", "-0.00"][random.below(6)]
        case 9, 10, 11: return sign + whole()
        default: return sign + whole() + "." + digits(1 + random.below(8))
        }
    }

    private mutating func number() -> String {
        let sign = random.chance(20) ? "-" : ""
        switch random.below(6) {
        case 0: return sign + whole()
        case 1: return sign + whole() + "e\(random.below(20))"
        case 2: return sign + "\(random.below(10)).\(digits(1 + random.below(20)))E-05"
        case 3: return sign + "\(1 + random.below(9))e-0\(1 + random.below(9))"
        default: return sign + whole() + "." + digits(1 + random.below(17))
        }
    }

    private mutating func integer() -> String {
        switch random.below(8) {
        case 0: return "-" + (whole())
        case 1: return "9223372036854775807"
        case 2: return "-9223372036854775808"
        case 3: return "9223372036854775808"
        case 4: return "\"\(random.below(1000))\""
        default: return "\(random.below(100_000))"
        }
    }

    private mutating func instant() -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let year = ["2026", "2025", "0001", "9999", "1969", "2026"][random.below(6)]
        let time = "\(two(random.below(25))):\(two(random.below(61))):\(two(random.below(60)))"
        let day = "\(year)-\(two(1 + random.below(12)))-\(two(1 + random.below(31)))"
        return random.chance(90)
            ? "\(day)T\(time).\(digits(6))Z" : "\(day) \(time),\(digits(3))+01:00"
    }

    private mutating func string() -> String {
        let pieces = [
            "momentum", "AAPL", " ", "\\\"", "\\\\", "\\n", "\\u0000", "\\u001f", "/", "é",
            "e\u{301}",
            "日本", "🙂", "\u{7f}", "\u{2028}", "150.25", "{\\\"a\\\":1}", ",", ":", "}", "order-",
        ]
        if random.chance(1) { return String(repeating: "long ", count: random.below(longest)) }
        if random.chance(40) { return "v\(random.below(12))" }
        return (0..<random.below(8)).map { _ in pieces[random.below(pieces.count)] }.joined()
    }
}

extension String {
    fileprivate func randomlyCased(_ random: inout SplitMix) -> String {
        random.chance(60) ? self : random.chance(50) ? lowercased() : uppercased()
    }
}
