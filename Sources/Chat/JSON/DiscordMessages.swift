// SPDX-License-Identifier: Apache-2.0

import Intake
import Records

/// The JSON of DiscordChatExporter: one channel a file.
struct DiscordMessages: ElementParser {
    private let reader = TapeReader()
    private let zone: Intake.Zone
    private let fallback: String?

    init(_ context: ChatContext) {
        zone = context.zone
        fallback = context.conversation
    }

    static func hasMessages(_ key: String?) -> Bool { key == "messages" }

    mutating func take(
        _ element: UnsafeBufferPointer<UInt8>, _ line: Int, beside: [JSONContext],
        into items: inout [ChatItem]
    ) {
        guard reader.parse(element) else {
            items.append(.unread(UnreadLine(line, element, "it is not a JSON object")))
            return
        }
        var message = ChatMessage()
        message.line = line
        let around = beside.last?.scalars
        if let channel = around?["channel.name"] {
            message.conversation = around?["guild.name"].map { "\($0)/\(channel)" } ?? channel
        } else {
            message.conversation = fallback
        }
        message.conversationID = around?["channel.id"]
        message.messageID = reader.text("id")
        if let text = reader.text("timestamp") {
            message.instant = ChatMessage.instant(text, zone)
            if message.instant == nil { message.printedTime = text }
        }
        message.editedAt = reader.text("timestampEdited").flatMap { ChatMessage.instant($0, zone) }
        if let author = reader.value("author") {
            message.senderID = reader.text("id", in: author)
            message.sender = reader.text("nickname", in: author) ?? reader.text("name", in: author)
        }
        if let reference = reader.value("reference") {
            message.replyTo = reader.text("messageId", in: reference)
        }
        if let text = reader.text("content"), !text.isEmpty { message.text = text }
        if let attachments = reader.value("attachments") {
            reader.forEach(attachments) { place in
                guard reader.isObject(place) else { return }
                if let name = reader.text("fileName", in: place) { message.files.append(name) }
            }
        }
        readEmbeds(&message)
        readType(&message)
        message.settleKind()
        guard message.hasContent else {
            items.append(.unread(UnreadLine(line, element, "it has neither text nor file")))
            return
        }
        items.append(.message(message))
    }

    private func readType(_ message: inout ChatMessage) {
        switch reader.text("type") {
        case "GuildMemberJoin": message.kind = .join
        case "RecipientAdd": message.kind = .join
        case "RecipientRemove": message.kind = .leave
        case "Default", "Reply", "20", "23", nil: break
        case let other:
            message.isNotice = true
            if message.text == nil { message.text = other }
        }
    }

    /// What a bot wrote stands in boxes: title and description, where there is no other text.
    private func readEmbeds(_ message: inout ChatMessage) {
        guard message.text == nil, let embeds = reader.value("embeds") else { return }
        var parts: [String] = []
        reader.forEach(embeds) { place in
            guard reader.isObject(place) else { return }
            for name: StaticString in ["title", "description"] {
                if let text = reader.text(name, in: place), !text.isEmpty { parts.append(text) }
            }
        }
        reader.value("stickers").map { stickers in
            reader.forEach(stickers) { place in
                guard reader.isObject(place) else { return }
                if let name = reader.text("name", in: place) { parts.append("sticker: \(name)") }
            }
        }
        if !parts.isEmpty { message.text = parts.joined(separator: "\n") }
    }
}
