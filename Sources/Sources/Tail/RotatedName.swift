// SPDX-License-Identifier: Apache-2.0

/// What rotation makes of a log's name: `bot.log` becomes `bot.log.1`, `bot.log.2026-11-20`,
/// `bot.log-20261120`, or is `bot-2026-11-20.log` from the start.
struct RotatedName: Hashable {
    /// The name without what rotation added: `bot.log`.
    let base: String
    /// Where it stands among the files of that log.
    let turn: Turn

    /// The place among the files of one log, oldest first: dates ascend, `.3` is older than `.1`,
    /// and the bare name is the newest.
    struct Turn: Hashable, Comparable {
        /// 0 for a date, 1 for a number, 2 for the bare name.
        let kind: Int
        let numbers: [Int]

        static let bare = Turn(kind: 2, numbers: [])

        static func < (left: Turn, right: Turn) -> Bool {
            guard left.kind == right.kind else { return left.kind < right.kind }
            guard left.kind == 0 else {
                return (left.numbers.first ?? 0) > (right.numbers.first ?? 0)
            }
            return left.numbers.lexicographicallyPrecedes(right.numbers)
        }
    }

    init(_ name: String) {
        let bytes = Array(name.utf8)
        if let (end, numbers) = Self.suffix(bytes) {
            base = String(decoding: bytes[..<end], as: UTF8.self)
            turn = Self.turn(numbers)
        } else if let (middle, numbers) = Self.middle(bytes) {
            base =
                String(decoding: bytes[..<middle.lowerBound], as: UTF8.self)
                + String(decoding: bytes[middle.upperBound...], as: UTF8.self)
            turn = Turn(kind: 0, numbers: numbers)
        } else {
            base = name
            turn = .bare
        }
    }

    private static func turn(_ numbers: [Int]) -> Turn {
        // A single number as small as a count of files is a count of files.
        if numbers.count == 1, numbers[0] < 100_000 { return Turn(kind: 1, numbers: numbers) }
        return Turn(kind: 0, numbers: numbers)
    }

    /// `.1`, `.2026-11-20_14`, `-20261120-1732192000` at the end.
    private static func suffix(_ name: [UInt8]) -> (end: Int, numbers: [Int])? {
        var start = name.count
        while start > 0, isDigit(name[start - 1]) || isJoint(name[start - 1]) { start -= 1 }
        // The joint before the first digit; `a.b.1` ends at the last point before digits.
        guard start > 0, start < name.count, isJoint(name[start]), isDigit(name[name.count - 1])
        else { return nil }
        let tail = name[start...]
        let numbers = numbers(tail)
        guard let first = numbers.first else { return nil }
        // Only a point leads a count: `worker-1` is a name of its own.
        if numbers.count == 1, first < 100_000, name[start] != UInt8(ascii: ".") { return nil }
        if numbers.count > 1, !isDate(numbers) { return nil }
        return (start, numbers)
    }

    /// `-2026-11-20` before an extension.
    private static func middle(_ name: [UInt8]) -> (range: Range<Int>, numbers: [Int])? {
        guard let point = name.lastIndex(of: UInt8(ascii: ".")), point > 0,
            point + 1 < name.count, isDigit(name[point - 1])
        else { return nil }
        var start = point
        while start > 0, isDigit(name[start - 1]) || isJoint(name[start - 1]) { start -= 1 }
        guard start > 0, isJoint(name[start]) else { return nil }
        let numbers = numbers(name[start..<point])
        guard isDate(numbers) else { return nil }
        return (start..<point, numbers)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func isJoint(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// 2026-11-20, 20261120, 2026-11, 1732192000.
    private static func isDate(_ numbers: [Int]) -> Bool {
        guard let first = numbers.first else { return false }
        if first >= 19_000_101 { return true }
        return numbers.count > 1 && (1900..<2200).contains(first)
    }

    private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
        bytes.split { !isDigit($0) }.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}
