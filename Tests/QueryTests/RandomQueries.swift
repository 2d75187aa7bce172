// SPDX-License-Identifier: Apache-2.0

import Records

@testable import Query

/// A generator with a seed, so that a failing case can be run again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func roll(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func chance(_ percent: Int) -> Bool { roll(100) < percent }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[roll(values.count)] }
}

/// Records of which each value goes to a column, a companion, `_rest` or `_line` now and then, and
/// queries about the same fields and values.
struct RandomQueries {
    var dice: Dice
    private var second = 0

    init(seed: UInt64) { dice = Dice(seed: seed) }

    static let fields = [
        "event", "event_type", "order_id", "asset", "commission", "fill_price", "timestamp",
        "recorded", "duration_ms", "deadline", "note", "count", "data", "data.price", "Note",
        "_odd", "", "reason", "strategy",
    ]

    // MARK: - Records

    mutating func line() -> String {
        second += 1
        // A few lines are no canonical JSON: they are kept whole.
        let blank = dice.chance(2) ? " " : ""
        var members: [String] = []
        for field in Self.fields where dice.chance(field.isEmpty || field == "_odd" ? 3 : 55) {
            members.append("\"\(field)\":\(blank)\(value(of: field))")
        }
        if dice.chance(3) { members.append("\"extra_\(dice.roll(40))\":\"x\"") }
        return "{" + members.shuffled(using: &dice).joined(separator: ",") + "}"
    }

    private mutating func value(of field: String) -> String {
        if dice.chance(8) { return odd() }
        switch field {
        case "order_id": return "\"order-\(10_000 + second / 3)\""
        case "commission", "fill_price":
            return dice.chance(85) ? "\"\(decimal())\"" : decimal()
        case "timestamp", "recorded", "deadline": return "\"\(instant())\""
        case "duration_ms": return dice.chance(80) ? "\(dice.roll(50))" : "\"\(dice.roll(50))\""
        case "count", "data.price": return dice.chance(50) ? decimal() : "\"\(decimal())\""
        case "data": return container(0)
        case "note", "Note", "reason": return "\"\(text())\""
        default: return "\"\(word())\""
        }
    }

    private mutating func odd() -> String {
        switch dice.roll(9) {
        case 0: "null"
        case 1: "true"
        case 2: "12"
        case 3: "\"[\(word())]\""
        case 4: "\"{\\\"a\\\":1}\""
        case 5: "\"0.1234567890123\""
        case 6: "\"1234567890123456789012345678901234567890123\""
        case 7: container(0)
        default: "\"\(text())\""
        }
    }

    private mutating func container(_ depth: Int) -> String {
        func inner() -> String {
            dice.chance(20) && depth < 2
                ? container(depth + 1)
                : dice.pick(["\"\(word())\"", "\"\(text())\"", decimal(), "null", "true"])
        }
        if dice.chance(50) {
            return "[" + (0..<dice.roll(3)).map { _ in inner() }.joined(separator: ",") + "]"
        }
        let keys = ["price", "name", "note"].prefix(dice.roll(4))
        return "{" + keys.map { "\"\($0)\":\(inner())" }.joined(separator: ",") + "}"
    }

    mutating func word() -> String {
        dice.pick([
            "AAPL", "MSFT", "alpha", "Beta", "order_filled", "order_rejected", "x1", "true", "12",
            "1.5", "zeppelin", "é",
        ])
    }

    mutating func text() -> String {
        (0..<(1 + dice.roll(4))).map { _ in
            dice.chance(15) ? dice.pick(["\\\"", "\\n", "-", "[", "Zeppelin,", "\\u0001"]) : word()
        }.joined(separator: dice.chance(80) ? " " : "_")
    }

    mutating func decimal() -> String {
        switch dice.roll(8) {
        case 0: "\(dice.roll(10))"
        case 1: "-\(dice.roll(10)).\(dice.roll(100))"
        case 2: "1.50"
        case 3: "1.5"
        case 4: "0.00000001"
        case 5: "99999999999.123456789"
        default: "\(dice.roll(20)).\(dice.roll(10))"
        }
    }

    mutating func instant() -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let time = "2026-11-\(two(1 + dice.roll(3)))T\(two(dice.roll(24))):\(two(dice.roll(60))):00"
        return dice.chance(92)
            ? time + ".000000Z" : dice.pick([time + "Z", time + "+01:00", "soon"])
    }

    // MARK: - Queries

    mutating func filter(_ depth: Int = 0) -> Filter {
        switch dice.roll(depth < 3 ? 10 : 6) {
        case 0: .word(TextPattern(pattern(), isQuoted: dice.chance(20)))
        case 6: .not(filter(depth + 1))
        case 7: .and((0..<(2 + dice.roll(2))).map { _ in filter(depth + 1) })
        case 8: .or((0..<(2 + dice.roll(2))).map { _ in filter(depth + 1) })
        case 9: .all
        default: .field(field())
        }
    }

    private mutating func pattern() -> [TextPattern.Element] {
        var elements = dice.pick([word(), "Zeppelin", "beta", "price"]).utf8.map {
            TextPattern.Element.byte($0)
        }
        if dice.chance(25) { elements.append(.many) }
        if dice.chance(10) { elements[dice.roll(elements.count)] = .one }
        if dice.chance(3) { elements = [.many] }
        return elements
    }

    private mutating func field() -> FieldTest {
        let path = FieldPath(
            dice.chance(12) ? "data.note" : dice.pick(Self.fields + ["data.name", "nowhere"]))
        switch dice.roll(9) {
        case 0: return FieldTest(path, .exists)
        case 1: return FieldTest(path, .oneOf([literal(path), literal(path)]))
        case 2: return FieldTest(path, .phrase(TextPattern(pattern(), isQuoted: true)))
        case 3: return FieldTest(path, .pattern(TextPattern(pattern())))
        case 4, 5:
            let comparison = dice.pick([
                Comparison.less, .lessOrEqual, .greater, .greaterOrEqual,
            ])
            return FieldTest(path, .compare(comparison, literal(path)))
        default: return FieldTest(path, .equals(literal(path)))
        }
    }

    private mutating func literal(_ path: FieldPath) -> Literal {
        let text =
            switch path.kind {
            case .decimal, .integer: dice.chance(85) ? decimal() : word()
            case .instant: dice.pick([instant(), "2026-11-02", "2026-11-01T12", "soon"])
            case .text, .open:
                path.name == "order_id"
                    ? "order-\(10_000 + dice.roll(400))" : dice.pick([word(), text(), decimal()])
            }
        return Literal(text, for: path.kind)
    }

    mutating func time() -> TimeRange {
        func at() -> Timestamp? {
            Timestamp("2026-11-0\(1 + dice.roll(3))T1\(dice.roll(9)):00:00Z")
        }
        guard dice.chance(30) else { return .all }
        return TimeRange(from: dice.chance(70) ? at() : nil, to: dice.chance(70) ? at() : nil)
    }

    mutating func plan() -> StatsPlan {
        let functions: [Aggregate.Function] = [
            .count, .sum, .average, .minimum, .maximum, .distinct, .median, .percentile(90),
        ]
        let figures = (0..<(1 + dice.roll(3))).map { number -> Aggregate in
            dice.chance(20)
                ? Aggregate(.count, as: "n\(number)")
                : Aggregate(
                    dice.pick(functions), FieldPath(dice.pick(Self.fields + ["data.price"])),
                    as: "f\(number)")
        }
        let keys = (0..<dice.roll(3)).map { number -> GroupKey in
            dice.chance(25)
                ? GroupKey(.time(3_600_000_000), as: "k\(number)")
                : GroupKey(.field(FieldPath(dice.pick(Self.fields))), as: "k\(number)")
        }
        return StatsPlan(figures, by: keys)
    }
}
