// SPDX-License-Identifier: Apache-2.0

public import Records

/// The messages of a simulated trading desk: five people in four conversations.
///
/// The same seed and start give the same messages with the same instants. Nobody in it is real.
///
/// ```swift
/// for message in DemoChat(messages: 200) { try daybook.append(message) }
/// ```
public struct DemoChat: Sequence, Sendable {
    /// What the random numbers come from.
    public let seed: UInt64
    /// The first instant.
    public let start: Timestamp
    /// How many messages there are; nil for without end.
    public let messages: Int?
    /// Seconds between two messages, in the middle.
    public let seconds: Int

    /// A chat.
    ///
    /// - Parameters:
    ///   - seed: what the random numbers come from.
    ///   - start: the first instant.
    ///   - messages: how many there are; nil for without end.
    ///   - seconds: between two of them, in the middle.
    public init(
        seed: UInt64 = 1, start: Timestamp = DemoDesk.usualStart, messages: Int? = nil,
        seconds: Int = 90
    ) {
        self.seed = seed
        self.start = start
        self.messages = messages
        self.seconds = Swift.max(1, seconds)
    }

    /// The messages from the beginning.
    public func makeIterator() -> Iterator { Iterator(self) }

    private static let rooms: [(name: String, people: [String], words: [String])] = [
        (
            "#desk", ["alice", "bob", "chen", "dana"],
            [
                "flat by noon, then we wait for the ECB", "momentum is long AAPL, limit at 150.20",
                "the LMAX feed dropped for two seconds, it is back",
                "the breaker tripped: 4 % in a tick. I am looking at it.",
                "reset, trading goes on", "fills are slow on binance, p99 at 40 ms",
                "vwap is done for today, 99.2 % filled", "who has the ESZ6 roll?",
                "I have it, done by the close", "fast_window goes to 8 for momentum",
            ]
        ),
        (
            "#risk", ["dana", "erik", "chen"],
            [
                "the drawdown limit goes to 3 % tomorrow",
                "who approved the override this morning?", "I did, the reason is in the record",
                "drill of the kill switch at 16:00, please be at your desks",
                "margin is fine, 61 % used", "two breaks this week, both late fills",
            ]
        ),
        (
            "#lunch", ["alice", "bob", "chen", "dana", "erik"],
            ["soup or salad?", "salad", "the place on the corner has ramen today", "in five"]
        ),
        (
            "alice, dana", ["alice", "dana"],
            [
                "can you look at the break on EUR/USD?", "a late fill, it is resolved", "thank you",
                "I am off on friday, bob has my book",
            ]
        ),
    ]

    /// The chat as it goes on.
    public struct Iterator: IteratorProtocol, Sendable {
        private let chat: DemoChat
        private var dice: DemoDice
        private var microseconds: Int64
        private var count = 0

        init(_ chat: DemoChat) {
            self.chat = chat
            dice = DemoDice(seed: chat.seed ^ 0x6368_6174)
            microseconds = chat.start.microseconds
        }

        /// The next message.
        public mutating func next() -> Event? {
            if let messages = chat.messages, count >= messages { return nil }
            count += 1
            let room = DemoChat.rooms[dice.roll(DemoChat.rooms.count)]
            defer {
                microseconds += Int64(1 + dice.roll(chat.seconds * 2 - 1)) * 1_000_000
            }
            return .chatMessage(
                platform: "slack", conversation: room.name,
                sender: room.people[dice.roll(room.people.count)],
                text: room.words[dice.roll(room.words.count)], messageID: "demo-\(count)",
                at: Timestamp(microseconds: microseconds))
        }
    }
}
