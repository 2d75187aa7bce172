// SPDX-License-Identifier: Apache-2.0

/// Puts log files in the order of time.
enum ImportOrder {
    /// What is known of one file.
    struct Candidate {
        let path: String
        /// How it begins, uncompressed.
        let lead: [UInt8]
    }

    /// Files with an instant near their beginning go by it; the others, and equal ones, by what
    /// rotation made of their names: dates ascend, `.3` is older than `.1`, and the bare name is
    /// the newest.
    static func sorted(_ files: [Candidate]) -> [Candidate] {
        files.map { (file: $0, key: key($0)) }
            .sorted { left, right in
                if let a = left.key.instant, let b = right.key.instant, a != b { return a < b }
                if left.key.base != right.key.base {
                    return (left.key.instant ?? left.key.base)
                        < (right.key.instant ?? right.key.base)
                }
                return left.key.turn < right.key.turn
            }
            .map(\.file)
    }

    private struct Key {
        let instant: String?
        let base: String
        let turn: Turn
    }

    /// The place among the rotated files of one log, oldest first.
    struct Turn: Comparable {
        /// 0 for a date, 1 for a number, 2 for the bare name.
        let kind: Int
        let date: String
        let age: Int

        static func < (left: Turn, right: Turn) -> Bool {
            (left.kind, left.date, -left.age) < (right.kind, right.date, -right.age)
        }
    }

    private static func key(_ file: Candidate) -> Key {
        let (base, turn) = split(file.path)
        return Key(instant: instant(in: file.lead), base: base, turn: turn)
    }

    /// `bot.log` and its turn, for `logs/bot.log.2026-11-20.gz` and `logs/bot.log.3`.
    static func split(_ path: String) -> (base: String, turn: Turn) {
        var parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if let last = parts.last, parts.count > 1, ["gz", "zst"].contains(last) {
            parts.removeLast()
        }
        guard parts.count > 1, let last = parts.last else {
            return (path, Turn(kind: 2, date: "", age: 0))
        }
        let digits = last.filter { $0.isASCII && $0.isNumber }
        if digits.count >= 8, last.allSatisfy({ $0.isNumber || "-_T".contains($0) }) {
            return (parts.dropLast().joined(separator: "."), Turn(kind: 0, date: digits, age: 0))
        }
        if let number = Int(last), number >= 0 {
            return (parts.dropLast().joined(separator: "."), Turn(kind: 1, date: "", age: number))
        }
        return (parts.joined(separator: "."), Turn(kind: 2, date: "", age: 0))
    }

    /// The first text like `2026-11-20T14:25:00` or `2026-11-20 14:25:00`, with a `T`.
    static func instant(in lead: [UInt8]) -> String? {
        let shape = Array("dddd-dd-ddTdd:dd:dd".utf8)
        guard lead.count >= shape.count else { return nil }
        search: for start in 0...(lead.count - shape.count) {
            guard lead[start] == 0x31 || lead[start] == 0x32 else { continue }
            for (offset, wanted) in shape.enumerated() {
                let byte = lead[start + offset]
                switch wanted {
                case UInt8(ascii: "d"): guard byte &- 0x30 < 10 else { continue search }
                case UInt8(ascii: "T"): guard byte == 0x54 || byte == 0x20 else { continue search }
                default: guard byte == wanted else { continue search }
                }
            }
            var found = Array(lead[start..<(start + shape.count)])
            found[10] = 0x54
            return String(decoding: found, as: UTF8.self)
        }
        return nil
    }
}
