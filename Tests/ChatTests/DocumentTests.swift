// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Chat

@Suite("Tables and JSON")
struct DocumentTests {
    @Test("JSON Lines by a map of paths")
    func mappedLines() throws {
        let map = try FieldMap("sender=from.name,sender_id=from.id,text=body,time=ts,reply_to=re")
        let items = try Sample.read("bot.jsonl", .jsonl) { $0.fields = map }
        let messages = items.messages
        #expect(messages.map(\.sender) == ["alice", "bob"])
        #expect(messages.map(\.senderID) == ["u1", "u2"])
        #expect(messages.map(\.messageID) == ["m1", "m2"])
        #expect(messages[1].instant == at("10:00:01.5"))
        #expect(messages[1].replyTo == "m1" && messages[1].conversation == "desk")
        #expect(items.unread.map(\.line) == [3, 4])
        #expect(throws: FieldMapError.self) { try FieldMap("who=x") }
    }

    @Test("JSON Lines by usual names; escapes are decoded")
    func usualLines() throws {
        let messages = try Sample.read("usual.jsonl", .jsonl).messages
        #expect(messages[1].text == "two 🚀 \"quoted\"")
        #expect(messages[0].instant == at("10:00:00") && messages[0].messageID == "a1")
    }

    @Test("Tables: quotes, line feeds inside of them, rows without text")
    func table() throws {
        let items = try Sample.read("desk.csv", .csv)
        let messages = items.messages
        #expect(messages.map(\.text) == ["Buying 200, now", "he said \"ok\"\r\nand left", "plain"])
        #expect(messages.map(\.line) == [2, 3, 6])
        #expect(messages[1].instant == at("10:00:01"))
        #expect(items.unread.map(\.line) == [5])
    }

    @Test("Tables: other separators, columns by a map, points in dates")
    func mappedTable() throws {
        let map = try FieldMap("time=Zeit,sender=Wer,text=Was")
        let messages = try Sample.read("semicolon.csv", .csv) { $0.fields = map }.messages
        #expect(messages.count == 1 && messages[0].sender == "alice")
        #expect(messages[0].instant == at("10:00:00"))
    }

    @Test("Telegram: one chat")
    func telegram() throws {
        let items = try Sample.read("telegram.json", .telegram)
        #expect(items.unread.isEmpty)
        let messages = items.messages
        #expect(messages.map(\.kind) == [.join, .message, .message, .file, .message])
        #expect(messages.allSatisfy { $0.conversation == "Desk" })
        #expect(messages.allSatisfy { $0.conversationID == "9876543210" })
        #expect(messages[0].text == "invite_members: Bob" && messages[0].senderID == "user11")
        #expect(messages[2].text == "see https://example.org \"first\"")
        #expect(messages[2].replyTo == "2" && messages[2].editedAt == at("10:05:00"))
        #expect(messages[3].files == ["plan.pdf"])
        #expect(messages[4].text == "sticker" && messages[4].sender == nil)
    }

    @Test("Telegram: all chats, each under its name")
    func telegramAll() throws {
        let messages = try Sample.read("telegram-all.json", .telegram).messages
        #expect(messages.map(\.conversation) == Array(repeating: "One", count: 5) + ["Two"])
    }

    @Test("Discord: guild and channel, edits, attachments, boxes of bots")
    func discord() throws {
        let items = try Sample.read("discord.json", .discord)
        #expect(items.unread.isEmpty)
        let messages = items.messages
        #expect(messages.map(\.kind) == [.message, .message, .join, .message])
        #expect(messages.allSatisfy { $0.conversation == "Fund/desk" && $0.conversationID == "77" })
        #expect(messages[0].instant == at("10:00:00.123") && messages[0].sender == "Alice")
        #expect(messages[1].instant == at("10:00:01") && messages[1].editedAt == at("10:07:00"))
        #expect(messages[1].files == ["chart.png"] && messages[1].replyTo == "100")
        #expect(messages[1].text == "ok {not} [json] \"here\"")
        #expect(messages[3].text == "Fill\n200 AAPL")
    }

    @Test("Slack: day files one after the other, names, threads, edits, deletions")
    func slack() throws {
        let names = SlackExport.names(inUsers: try Sample.bytes("slack/users.json"))
        #expect(names == ["U1": "Alice A.", "U2": "bobby"])
        let days =
            try Sample.bytes("slack/desk/2026-11-20.json")
            + Sample.bytes("slack/desk/2026-11-21.json")
        let items = Sample.read(days, .slack) {
            $0.names = names
            $0.conversation = SlackExport.conversation(ofEntry: "slack/desk/2026-11-20.json")
        }
        #expect(items.unread.isEmpty)
        let messages = items.messages
        #expect(
            messages.map(\.kind) == [
                .join, .message, .message, .file, .message, .edit, .deletion, .message,
            ])
        #expect(messages.allSatisfy { $0.conversation == "desk" })
        #expect(messages[1].sender == "Alice A." && messages[1].replyTo == nil)
        #expect(messages[2].replyTo == "1795168805.000200" && messages[2].editedAt != nil)
        #expect(messages[4].sender == "fills" && messages[4].text == "200 AAPL filled")
        #expect(messages[5].messageID == "1795168805.000200")
        #expect(messages[5].text == "Buying 300 AAPL")
        #expect(messages[6].messageID == "1795168809.000300" && messages[6].text == nil)
        #expect(messages[7].isAction && messages[7].senderID == "U9")
        #expect(SlackExport.conversation(ofEntry: "channels.json") == nil)
    }

    @Test("A damaged element is kept with its line; those around it are read")
    func damaged() {
        let document = """
            {"name":"x","id":1,"type":"personal_chat","messages":[
            {"id":1,"type":"message","date_unixtime":"1795168800","from":"A","text":"one"},
            {"id":2,"type":"message" "text":"broken"},
            17,
            {"id":3,"type":"message","date_unixtime":"1795168801","from":"A","text":"three"}
            ]}
            """
        let items = Sample.read(Array(document.utf8), .telegram)
        #expect(items.messages.map(\.messageID) == ["1", "3"])
        #expect(items.unread.map(\.line) == [3, 4])
    }

    @Test("What a file is shows in how it begins")
    func detection() throws {
        let kinds: [(String, ChatFormat)] = [
            ("lines.log", .lines), ("times-only_2026-11-20.log", .lines), ("irssi.log", .irc),
            ("irc.example.#desk.weechatlog", .irc), ("hexchat.log", .irc),
            ("znc/#desk/2026-11-20.log", .irc), ("WhatsApp Chat with Desk.txt", .whatsapp),
            ("iphone_chat.txt", .whatsapp), ("dmy_chat.txt", .whatsapp), ("bot.jsonl", .jsonl),
            ("usual.jsonl", .jsonl), ("desk.csv", .csv), ("telegram.json", .telegram),
            ("telegram-all.json", .telegram), ("discord.json", .discord),
            ("slack/desk/2026-11-20.json", .slack),
        ]
        for (name, format) in kinds {
            #expect(ChatFormat.detect(try Sample.bytes(name)) == format, "\(name)")
        }
        #expect(ChatFormat.detect(Array("PK\u{3}\u{4}".utf8)) == .slack)
        #expect(ChatFormat.detect(Array("once upon a time\nthere was\n".utf8)) == nil)
        #expect(ChatFormat.detect([]) == nil)
    }

    @Test("Names of files say conversation and day")
    func names() {
        let cases: [(String, String?, CivilDate?)] = [
            ("a/WhatsApp Chat with Desk.txt", "Desk", nil), ("#desk.log.2", "#desk", nil),
            ("#desk.log.gz", "#desk", nil),
            ("#desk_20261120.log", "#desk", CivilDate(2026, 11, 20)),
            ("x/result.json", nil, nil), ("desk/2026-11-20.log", "desk", CivilDate(2026, 11, 20)),
            ("_chat.txt", nil, nil), ("", nil, nil),
        ]
        for (path, conversation, day) in cases {
            #expect(ChatFileName(path).conversation == conversation, "\(path)")
            #expect(ChatFileName(path).day == day, "\(path)")
        }
    }
}
