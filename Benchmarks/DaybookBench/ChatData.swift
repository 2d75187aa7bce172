// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Chat messages of 200 people in 24 conversations, spread over some days up to 2026-11-20, as JSON
/// Lines with an id, an instant, a sender, a conversation and a text of 20 to 160 characters. Few
/// people write much and many little, as they do. One message in 2,000 has the word `zeppelin`. The
/// same seed gives the same bytes.
struct ChatData {
    static let people = 200
    /// Whether each is a record as the importer makes it, and not a line of an export.
    let isRecords: Bool
    private static let conversations = 24
    /// 2026-11-21T00:00:00Z.
    private static let end: Int64 = 1_795_219_200_000_000

    private var random: UInt64 = 7
    private var instant: Int64
    private let gap: UInt64
    private var number: UInt64 = 0

    init(count: Int, days: Int, isRecords: Bool = false) {
        self.isRecords = isRecords
        let span = Int64(days) * 86_400_000_000
        instant = Self.end - span
        gap = UInt64(max(2, span * 2 / Int64(max(1, count))))
    }

    private static let words = [
        "the", "desk", "wants", "to", "wait", "for", "open", "price", "is", "too", "high", "sell",
        "half", "before", "close", "client", "asked", "again", "about", "fills", "check", "limit",
        "on", "gold", "and", "call", "me", "when", "done", "risk", "says", "no", "more", "size",
        "today", "book", "looks", "thin", "after", "lunch", "we", "can", "move", "stop", "lower",
        "thanks", "ok", "who", "has", "order", "number", "please", "send", "report", "by", "five",
    ]
    private static let given = [
        "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy",
        "kevin", "laura", "mallory", "nina", "oscar", "peggy", "quentin", "rita", "sam", "trudy",
    ]

    private mutating func next(_ bound: UInt64) -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var z = random
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return ((z ^ (z >> 31)) >> 11) % bound
    }

    /// Adds one message and its line feed.
    mutating func append(to text: inout TextBuffer) {
        number += 1
        instant = min(instant + Int64(next(gap)), Self.end - 1)
        // The smaller of two draws: some write much.
        let person = Int(min(next(UInt64(Self.people)), next(UInt64(Self.people))))
        if isRecords {
            text.put(
                "{\"event\":\"chat_message\",\"event_type\":\"chat_message\",\"level\":\"info\",")
            text.put("\"platform\":\"desk\",\"message_id\":\"m")
        } else {
            text.put("{\"id\": \"m")
        }
        text.put(number, width: 8)
        text.put(isRecords ? "\",\"timestamp\":\"" : "\", \"ts\": \"")
        text.put(instant: instant)
        text.put(isRecords ? "\",\"sender\":\"" : "\", \"from\": \"")
        text.put(Self.given[person % Self.given.count])
        text.put("-")
        text.put(UInt64(person), width: 3)
        text.put(isRecords ? "\",\"conversation\":\"room-" : "\", \"room\": \"room-")
        text.put(next(UInt64(Self.conversations)), width: 2)
        text.put(isRecords ? "\",\"text\":\"" : "\", \"body\": \"")
        let count = 4 + next(24)
        for word in 0..<count {
            if word > 0 { text.put(" ") }
            text.put(Self.words[Int(next(UInt64(Self.words.count)))])
        }
        if next(2000) == 0 { text.put(" ask the Zeppelin desk") }
        text.put("\"}\n")
    }
}

/// Writes `count` messages to a file.
func generateChat(_ count: Int, _ path: String, days: Int) {
    guard let file = fopen(path, "w") else {
        print("cannot write \(path)")
        exit(73)
    }
    var data = ChatData(count: count, days: days)
    var text = TextBuffer()
    for number in 0..<count {
        data.append(to: &text)
        guard number % 4096 == 4095 || number == count - 1 else { continue }
        guard fwrite(text.bytes, 1, text.bytes.count, file) == text.bytes.count else {
            print("cannot write \(path): the disk is full")
            exit(74)
        }
        text.clear()
    }
    guard fclose(file) == 0 else {
        print("cannot write \(path): the disk is full")
        exit(74)
    }
}
