// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Chat

@Suite("WhatsApp's export")
struct WhatsAppTests {
    @Test("Android: month first with AM and PM, several lines, files, what the platform says")
    func android() throws {
        let items = try Sample.read("WhatsApp Chat with Desk.txt", .whatsapp)
        #expect(items.unread.isEmpty)
        let messages = items.messages
        #expect(messages.count == 7)
        #expect(messages[0].isNotice && messages[0].sender == nil)
        #expect(messages[1].kind == .join && messages[1].sender == "Alice")
        #expect(messages[2].sender == "Alice")
        #expect(messages[2].text == "Buying 200 AAPL\nlimit 150.25\n\ngood till cancelled")
        #expect(messages[2].instant == at("10:00:00"))
        #expect(messages[2].line == 3)
        #expect(messages[3].kind == .file && messages[3].sender == "Bob B.")
        #expect(messages[4].files == ["IMG-20261120-WA0001.jpg"])
        #expect(messages[4].text == "the chart")
        #expect(messages[5].kind == .deletion)
        #expect(messages[6].kind == .leave && messages[6].instant == at("22:04:00"))
    }

    @Test("iPhone: brackets, points, marks of direction")
    func iphone() throws {
        let messages = try Sample.read("iphone_chat.txt", .whatsapp).messages
        #expect(messages.map(\.sender) == ["Alice", "Alice", "Bob"])
        #expect(messages[0].instant == at("10:00:00"))
        #expect(messages[1].kind == .file && messages[1].files == ["00000002-PHOTO.jpg"])
        #expect(messages[2].text == "zwei\nZeilen")
        #expect(messages[2].instant == at("10:01:00", "2026-11-21"))
    }

    @Test("The order of dates is the one in which they exist and run forward")
    func order() throws {
        let messages = try Sample.read("dmy_chat.txt", .whatsapp).messages
        #expect(
            messages.map(\.instant) == [
                at("10:00:00", "2026-11-05"), at("10:00:00", "2026-11-12"),
                at("10:00:00", "2026-11-13"),
            ])
        let forward = "1/2/26, 10:00 - A: x\n1/3/26, 10:00 - A: y\n2/1/26, 10:00 - A: z\n"
        #expect(WhatsAppHead.order(in: Array(forward.utf8)) == .mdy)
        let said = Sample.read(Array("1/2/26, 10:00 - A: x\n".utf8), .whatsapp) {
            $0.dateOrder = .mdy
        }
        #expect(said.messages[0].instant == at("10:00:00", "2026-01-02"))
    }

    @Test("A day that does not exist in the order is said, with its line")
    func wrongOrder() {
        let items = Sample.read(Array("13/1/26, 10:00 - A: x\n".utf8), .whatsapp) {
            $0.dateOrder = .mdy
        }
        #expect(items.unread.map(\.line) == [1])
    }

    @Test("A message without end is cut, and holds no more memory than its limit")
    func endless() {
        let line = String(repeating: "x", count: 1_000) + "\n"
        let log = "20/11/2026, 10:00 - Alice: begin\n" + String(repeating: line, count: 3_000)
        let messages = Sample.read(Array(log.utf8), .whatsapp, step: 4_096).messages
        #expect(messages.count == 3)
        #expect(messages.allSatisfy { $0.sender == "Alice" })
        let total = messages.reduce(0) { $0 + ($1.text?.utf8.count ?? 0) }
        #expect(total >= 3_000_000)
    }
}
