// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@testable import Server

@Suite("Pages of a conversation") struct ChatPagerTests {
    private static let desk = ChatMessage.Conversation(platform: "slack", name: "#desk")
    private static let rare = ChatMessage.Conversation(platform: "slack", name: "#rare")

    /// Every hundredth record is of #rare, the others of #desk.
    private static func read(_ range: Range<UInt64>) -> [ChatMessage] {
        range.map { index in
            ChatMessage(
                index: index, instant: Timestamp(microseconds: Int64(index)),
                conversation: index % 100 == 0 ? rare : desk, sender: "bob", text: "\(index)",
                kind: "chat_message", state: .shown, fate: "", fateTone: .neutral)
        }
    }

    private let pager = ChatPager(kept: 50..<1000, stretch: 100, openedMost: 300, shownMost: 30)

    private func page(_ place: ChatPlace, of chosen: ChatMessage.Conversation?) -> ChatStretch {
        pager.page(place, of: chosen, read: Self.read)
    }

    /// Walks as somebody who presses one button again and again.
    private func walk(
        _ start: ChatPlace, of chosen: ChatMessage.Conversation,
        by step: (ChatStretch) -> ChatPlace?
    ) -> [[UInt64]] {
        var pages: [[UInt64]] = []
        var place: ChatPlace? = start
        while let now = place, pages.count < 100 {
            let found = page(now, of: chosen)
            #expect(found.range.count <= 300)
            pages.append(found.shown.map(\.index))
            place = step(found)
        }
        return pages
    }

    @Test("the newest page has the conversation of the newest message, and nothing newer")
    func newest() {
        let found = page(.newest, of: nil)
        #expect(found.chosen == Self.desk)
        #expect(found.shown.map(\.index) == Array(970..<1000))
        #expect(found.newer == nil && found.older == .before(970))
    }

    @Test("every message of a busy conversation is on exactly one page, backwards and forwards")
    func busy() {
        let all = (50..<1000).filter { $0 % 100 != 0 }.map { UInt64($0) }
        #expect(walk(.newest, of: Self.desk, by: \.older).reversed().flatMap { $0 } == all)
        #expect(walk(.after(49), of: Self.desk, by: \.newer).flatMap { $0 } == all)
    }

    @Test("a rare conversation is looked for in several stretches, and beyond them by going on")
    func rare() {
        let all = (50..<1000).filter { $0 % 100 == 0 }.map { UInt64($0) }
        let pages = walk(.newest, of: Self.rare, by: \.older)
        #expect(pages[0] == [700, 800, 900])
        #expect(pages.reversed().flatMap { $0 } == all)
        #expect(walk(.after(0), of: Self.rare, by: \.newer).flatMap { $0 } == all)
    }

    @Test("places outside the book and an empty book are pages without messages")
    func edges() {
        #expect(page(.before(0), of: nil).shown.isEmpty)
        #expect(page(.before(.max), of: Self.desk).shown.last?.index == 999)
        #expect(page(.after(.max), of: nil).shown.isEmpty)
        let empty = ChatPager(kept: 0..<0, stretch: 10, openedMost: 10, shownMost: 10)
        let found = empty.page(.newest, of: nil, read: Self.read)
        #expect(found.shown.isEmpty && found.older == nil && found.newer == nil)
    }
}
