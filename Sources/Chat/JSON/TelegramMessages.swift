// SPDX-License-Identifier: Apache-2.0

import Intake
import Records

/// Telegram Desktop's `result.json`: of one chat, or of all in `chats.list`.
struct TelegramMessages: ElementParser {
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
        let chat = beside.last?.scalars
        message.conversation = chat?["name"] ?? fallback
        message.conversationID = chat?["id"]
        message.messageID = reader.text("id")
        message.replyTo = reader.text("reply_to_message_id")
        (message.instant, message.printedTime) = time("date", "date_unixtime")
        message.editedAt = time("edited", "edited_unixtime").0
        message.sender = reader.text("from") ?? reader.text("actor")
        message.senderID = reader.text("from_id") ?? reader.text("actor_id")
        message.text = text()
        for name: StaticString in ["file_name", "file", "photo"] {
            guard message.files.isEmpty, let file = reader.text(name) else { continue }
            // A path inside of the export: its last part is the name.
            message.files = [file.split(separator: "/").last.map(String.init) ?? file]
        }
        if reader.text("type") == "service" { readService(&message) }
        message.settleKind()
        if message.text == nil, message.kind == .message {
            message.text = reader.text("media_type")
        }
        guard message.hasContent else {
            items.append(.unread(UnreadLine(line, element, "it has neither text nor file")))
            return
        }
        items.append(.message(message))
    }

    /// The instant: a count since 1970 where there is one, else the phone's local time.
    private func time(_ local: StaticString, _ count: StaticString) -> (Timestamp?, String?) {
        if let text = reader.text(count), let instant = ChatMessage.instant(text, zone) {
            return (instant, nil)
        }
        guard let text = reader.text(local) else { return (nil, nil) }
        let instant = ChatMessage.instant(text, zone)
        return (instant, instant == nil ? text : nil)
    }

    /// The text: a string, or pieces of which some are links, mentions, code.
    private func text() -> String? {
        guard let place = reader.value("text") else { return nil }
        if let whole = reader.text(ofValue: place) { return whole.isEmpty ? nil : whole }
        var text = ""
        reader.forEach(place) { piece in
            if let plain = reader.text(ofValue: piece) {
                text += plain
            } else if reader.isObject(piece) {
                text += reader.text("text", in: piece) ?? ""
            }
        }
        return text.isEmpty ? nil : text
    }

    private func readService(_ message: inout ChatMessage) {
        let action = reader.text("action") ?? "service"
        switch action {
        case "join_group_by_link", "join_group_by_request": message.kind = .join
        case "invite_members": message.kind = .join
        case "remove_members": message.kind = .leave
        default: message.isNotice = true
        }
        var text = action
        if let title = reader.text("title") { text += ": \(title)" }
        if let members = reader.value("members") {
            var names: [String] = []
            reader.forEach(members) { place in
                if let name = reader.text(ofValue: place) { names.append(name) }
            }
            if !names.isEmpty { text += ": " + names.joined(separator: ", ") }
        }
        message.text = message.text.map { "\(text): \($0)" } ?? text
    }
}
