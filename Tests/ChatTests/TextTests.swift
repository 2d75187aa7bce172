// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Chat

@Suite("Logs with a message a line")
struct TextTests {
    @Test("A time, a name, a text, in the usual forms; all else keeps its line number")
    func lines() throws {
        let items = try Sample.read("lines.log", .lines) { $0.conversation = "desk" }
        let messages = items.messages
        #expect(messages.map(\.sender) == ["alice", "bob", "carol", "alice"])
        #expect(messages[0].text == "Buying 200 AAPL at the open")
        #expect(messages[0].instant == at("10:00:00"))
        #expect(messages[2].instant == at("10:00:09"))
        #expect(messages[3].text == "* no stars here")
        #expect(messages.allSatisfy { $0.conversation == "desk" })
        #expect(items.unread.map(\.line) == [6, 7])
        #expect(items.unread[0].text == "this line has no time")
    }

    @Test("Times without a day take it from the file's name, and run past midnight")
    func undated() throws {
        let name = ChatFileName("logs/times-only_2026-11-20.log")
        #expect(name.conversation == "times-only")
        let items = try Sample.read("times-only_2026-11-20.log", .lines) { $0.day = name.day }
        #expect(
            items.messages.map(\.instant) == [
                at("23:58:00"), at("23:59:00"), at("00:03:00", "2026-11-21"),
            ])
    }

    @Test("Without any day the time stays as it was printed")
    func noDay() throws {
        let messages = try Sample.read("times-only_2026-11-20.log", .lines).messages
        #expect(messages.allSatisfy { $0.instant == nil })
        #expect(messages.map(\.printedTime) == ["23:58", "23:59", "00:03"])
    }

    @Test("Local times become UTC by the zone; those with an offset by that")
    func zones() {
        let log = "2026-11-20 10:00:00 <a> x\n2026-11-20 10:00:00+02:00 <a> y\n"
        let items = Sample.read(Array(log.utf8), .lines) {
            $0 = ChatContext { $0 + 3_600_000_000 }
        }
        #expect(items.messages.map(\.instant) == [at("11:00:00"), at("08:00:00")])
    }

    @Test("irssi: marks of days, joins, actions, notices")
    func irssi() throws {
        let messages = try Sample.read("irssi.log", .irc).messages
        #expect(
            messages.map(\.kind) == [
                .join, .message, .message, .message, .message, .message, .message, .leave,
            ])
        #expect(
            messages.map(\.sender) == [
                "alice", "alice", "bob", "bob", nil, "ChanServ", "alice", "alice",
            ])
        #expect(messages[3].isAction && messages[3].text == "waves")
        #expect(messages[4].isNotice && messages[5].isNotice)
        #expect(messages[0].instant == at("10:00:00"))
        #expect(messages[6].instant == at("00:01:00", "2026-11-21"))
    }

    @Test("WeeChat: columns between tabs")
    func weechat() throws {
        let items = try Sample.read("irc.example.#desk.weechatlog", .irc)
        #expect(items.unread.isEmpty)
        let messages = items.messages
        #expect(messages.map(\.kind) == [.join, .message, .message, .message, .message, .leave])
        #expect(messages.map(\.sender) == ["alice", "alice", "bob", "bob", nil, "alice"])
        #expect(messages[3].isAction && messages[3].text == "waves")
        #expect(messages[1].instant == at("10:00:05"))
    }

    @Test("HexChat: names of months, the year from its mark")
    func hexchat() throws {
        let items = try Sample.read("hexchat.log", .irc)
        #expect(items.unread.isEmpty)
        let messages = items.messages
        #expect(messages.map(\.instant).last == at("10:00:03"))
        #expect(messages[1].kind == .join && messages[1].sender == "bob")
        #expect(messages[2].text == "morning")
        #expect(messages[3].isAction && messages[3].sender == "bob")
    }

    @Test("ZNC: a file a day in the channel's folder")
    func znc() throws {
        let name = ChatFileName("znc/#desk/2026-11-20.log")
        #expect(name.conversation == "#desk")
        let items = try Sample.read("znc/#desk/2026-11-20.log", .irc) { $0.day = name.day }
        #expect(items.unread.isEmpty)
        #expect(items.messages.map(\.kind) == [.join, .message, .message, .message, .leave])
        #expect(items.messages[0].instant == at("10:00:00"))
        #expect(items.messages[3].isNotice)
    }

    @Test("Any cut into pieces reads the same")
    func pieces() throws {
        for (name, format) in [
            ("lines.log", ChatFormat.lines), ("irssi.log", .irc), ("iphone_chat.txt", .whatsapp),
            ("WhatsApp Chat with Desk.txt", .whatsapp), ("bot.jsonl", .jsonl), ("desk.csv", .csv),
            ("telegram.json", .telegram), ("discord.json", .discord),
            ("slack/desk/2026-11-20.json", .slack),
        ] {
            let bytes = try Sample.bytes(name)
            let whole = Sample.read(bytes, format)
            for step in [1, 2, 7, 61] {
                #expect(Sample.read(bytes, format, step: step) == whole, "\(name) by \(step)")
            }
        }
    }

    @Test("Every beginning of a file can be read: nothing traps, nothing goes without a trace")
    func cutOff() throws {
        for (name, format) in [
            ("irssi.log", ChatFormat.irc), ("iphone_chat.txt", .whatsapp), ("desk.csv", .csv),
            ("telegram.json", .telegram), ("slack/desk/2026-11-21.json", .slack),
        ] {
            let bytes = try Sample.bytes(name)
            for count in stride(from: 1, to: bytes.count, by: 3) {
                let items = Sample.read(Array(bytes[..<count]), format)
                if format == .telegram || format == .slack { #expect(!items.unread.isEmpty) }
            }
        }
    }
}
