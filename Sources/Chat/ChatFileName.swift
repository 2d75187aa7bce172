// SPDX-License-Identifier: Apache-2.0

/// What the name of a log file says of what is in it.
package struct ChatFileName: Sendable, Hashable {
    /// The conversation: the name without its ends, its number and its day; of a file that has
    /// nothing but a day, the folder's.
    package let conversation: String?
    /// The day of a file of one day.
    package let day: CivilDate?

    private static let ends = [
        ".gz", ".zst", ".log", ".txt", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".zip",
        ".weechatlog",
    ]

    package init(_ path: String) {
        let parts = path.split(separator: "/")
        var name = parts.last.map(String.init) ?? ""
        var isShorter = true
        while isShorter {
            isShorter = false
            for end in Self.ends where name.hasSuffix(end) {
                name.removeLast(end.count)
                isShorter = true
            }
            // `desk.log.3`, but not `2026.11.20`.
            if let point = name.lastIndex(of: "."),
                let number = Int(name[name.index(after: point)...]),
                (0...999).contains(number),
                Self.ends.contains(where: { name[..<point].hasSuffix($0) })
            {
                name.removeSubrange(point...)
                isShorter = true
            }
        }
        let (rest, day) = Self.cut(name)
        self.day = day
        var conversation = rest
        for lead in ["WhatsApp Chat with ", "WhatsApp Chat - ", "WhatsApp-Chat mit "]
        where conversation.hasPrefix(lead) {
            conversation.removeFirst(lead.count)
        }
        if conversation.isEmpty, parts.count >= 2 {
            conversation = String(parts[parts.count - 2])
        }
        let isNothing = ["", "_chat", "result", "messages", "chat", ".", ".."].contains(
            conversation)
        self.conversation = isNothing ? nil : conversation
    }

    /// Takes `2026-11-20` or `20261120` from the end of a name, with what parts it from the rest.
    private static func cut(_ name: String) -> (String, CivilDate?) {
        let bytes = Array(name.utf8)
        for length in [10, 8] where bytes.count >= length {
            let tail = String(decoding: bytes.suffix(length), as: UTF8.self)
            let day: CivilDate? =
                if length == 10 {
                    CivilDate(tail.replacing("_", "-"))
                } else if let number = Int(tail), number > 19_000_000 {
                    CivilDate(number / 10_000, number / 100 % 100, number % 100)
                } else { nil }
            guard let day else { continue }
            var rest = Array(bytes.dropLast(length))
            while let last = rest.last, last == 0x2D || last == 0x5F || last == 0x2E {
                rest.removeLast()
            }
            return (String(decoding: rest, as: UTF8.self), day)
        }
        return (name, nil)
    }
}

extension String {
    /// Every `old` byte as `new`. Without Foundation, and for ASCII only.
    fileprivate func replacing(_ old: Character, _ new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}
