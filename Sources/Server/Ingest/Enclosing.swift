// SPDX-License-Identifier: Apache-2.0

import Records

/// What a protocol says of a record besides its text: when, how bad, from where.
struct Enclosing {
    /// Members that are added after the record's own, such as `labels`. One whose name is taken is
    /// added as `sender_` and its name.
    var members: [(name: String, value: JSONValue)] = []
    /// Nanoseconds since 1970, for a record that has no instant of its own; 0 for none.
    var nanoseconds: UInt64 = 0
    /// For a record that has none of its own.
    var level: Level?

    /// The object with what it lacks.
    func around(_ object: JSONObject) -> JSONObject {
        var whole = object
        // A level that was guessed of plain text gives way to one that somebody said.
        if let level, whole["level"] == nil || whole["event"] == "terminal_output" {
            whole["level"] = .string(level.name)
        }
        for (name, value) in members {
            whole.append(whole.contains(name) ? "sender_\(name)" : name, value)
        }
        if nanoseconds > 0, !Self.instants.contains(where: { whole.contains($0) }) {
            whole.append("timestamp", .string(Self.instant(nanoseconds)))
        }
        return whole
    }

    private static let instants = [
        "timestamp", "@timestamp", "time", "ts", "asctime", "datetime", "date_time",
    ]

    /// An instant with as many digits as it needs: six, or nine where the last three say something.
    static func instant(_ nanoseconds: UInt64) -> String {
        let text = Timestamp(microseconds: Int64(nanoseconds / 1_000)).description
        let rest = nanoseconds % 1_000
        guard rest > 0 else { return text }
        let digits = String(rest)
        let zeros = String(repeating: "0", count: 3 - digits.utf8.count)
        return "\(text.dropLast())\(zeros)\(digits)Z"
    }
}
