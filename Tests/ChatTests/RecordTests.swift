// SPDX-License-Identifier: Apache-2.0

import Masking
import Records
import Testing

@testable import Chat

@Suite("Messages as records")
struct ChatRecordTests {
    private func line(_ message: ChatMessage, copy: Int = 0) -> String {
        var buffer = ByteBuffer()
        ChatRecord.write(message, platform: "irc", copy: copy, into: &buffer)
        return buffer.string
    }

    @Test("Members in the order of the vocabulary")
    func order() {
        var message = ChatMessage()
        message.conversation = "#desk"
        message.sender = "alice"
        message.text = "a \"b\""
        message.instant = at("10:00:00")
        #expect(
            line(message)
                == ##"{"event":"chat_message","event_type":"chat_message","level":"info","platform":"irc","conversation":"#desk","sender":"alice","text":"a \"b\"","timestamp":"2026-11-20T10:00:00.000000Z"}"##
        )
    }

    @Test("What is the same can be told again from the record, for every kind and sample")
    func identities() throws {
        for (name, format) in [
            ("irssi.log", ChatFormat.irc), ("lines.log", .lines), ("telegram.json", .telegram),
            ("discord.json", .discord), ("slack/desk/2026-11-20.json", .slack),
            ("slack/desk/2026-11-21.json", .slack), ("WhatsApp Chat with Desk.txt", .whatsapp),
            ("times-only_2026-11-20.log", .lines),
        ] {
            for (copy, item) in try Sample.read(name, format).enumerated() {
                var buffer = ByteBuffer()
                let wanted: [[UInt8]]
                switch item {
                case .message(let message):
                    ChatRecord.write(message, platform: "p", copy: copy, into: &buffer)
                    wanted = ChatRecord.identities(of: message, platform: "p", copy: copy)
                case .unread(let unread):
                    ChatRecord.write(
                        unread, platform: "p", conversation: "c", copy: copy, into: &buffer)
                    wanted = [
                        ChatRecord.identity(
                            of: unread, platform: "p", conversation: "c", copy: copy)
                    ]
                }
                let object = try #require(JSONValue(parsing: buffer.string).objectValue)
                let read = ChatRecord.read(object)
                #expect(read?.identities == wanted, "\(name): \(buffer.string)")
                if case .message(let message) = item {
                    #expect(read?.account == ChatRecord.account(of: message, platform: "p"))
                    #expect(read?.instant == message.instant)
                }
            }
        }
    }

    @Test("A later text of a message is another thing than the message")
    func edits() {
        var message = ChatMessage()
        message.messageID = "1"
        message.conversation = "desk"
        message.text = "one"
        let first = ChatRecord.identity(of: message, platform: "telegram")
        message.text = "two"
        message.editedAt = at("10:05:00")
        #expect(ChatRecord.identity(of: message, platform: "telegram") == first)
        #expect(ChatRecord.identities(of: message, platform: "telegram").count == 2)
    }

    @Test("Parts that touch are not confused")
    func parts() {
        var one = ChatMessage()
        one.conversation = "a"
        one.messageID = "bc"
        var two = ChatMessage()
        two.conversation = "ab"
        two.messageID = "c"
        #expect(
            ChatRecord.identity(of: one, platform: "p")
                != ChatRecord.identity(of: two, platform: "p"))
    }
}
