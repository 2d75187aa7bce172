// SPDX-License-Identifier: Apache-2.0

import Intake
import Records

/// Day files of Slack's export: an array of messages each. Several may follow one another.
struct SlackMessages: ElementParser {
    private let reader = TapeReader()
    private let zone: Intake.Zone
    private let conversation: String?
    private let names: [String: String]

    init(_ context: ChatContext) {
        zone = context.zone
        conversation = context.conversation
        names = context.names
    }

    static func hasMessages(_ key: String?) -> Bool { key == nil }

    /// Reads `users.json`: the name of each person by id.
    static func names(inUsers file: [UInt8]) -> [String: String] {
        var names: [String: String] = [:]
        var items: [ChatItem] = []
        let document = JSONDocument(SlackUsers { names[$0] = $1 })
        file.withUnsafeBufferPointer { document.feed($0, into: &items) }
        document.finish(into: &items)
        return names
    }

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
        message.conversation = conversation
        let subtype = reader.text("subtype")
        // An edit and a deletion have the message inside.
        let changed = reader.value("message").flatMap { reader.isObject($0) ? $0 : nil }
        let before = reader.value("previous_message").flatMap { reader.isObject($0) ? $0 : nil }
        switch subtype {
        case "message_changed":
            message.kind = .edit
            readBody(changed ?? 0, &message)
            message.instant = instant("ts", in: 0) ?? message.instant
            message.editedAt = nil
        case "message_deleted":
            message.kind = .deletion
            readBody(before ?? 0, &message)
            message.messageID = reader.text("deleted_ts") ?? message.messageID
            message.instant = instant("ts", in: 0)
            message.text = nil
            message.files = []
        default:
            readBody(0, &message)
            readSubtype(subtype, &message)
            message.settleKind()
        }
        if message.instant == nil { message.printedTime = reader.text("ts") }
        guard message.hasContent else {
            items.append(.unread(UnreadLine(line, element, "it has neither text nor file")))
            return
        }
        items.append(.message(message))
    }

    private func instant(_ name: StaticString, in object: Int) -> Timestamp? {
        reader.text(name, in: object).flatMap { ChatMessage.instant($0, zone) }
    }

    private func readBody(_ object: Int, _ message: inout ChatMessage) {
        message.messageID = reader.text("ts", in: object)
        message.instant = instant("ts", in: object)
        let id = reader.text("user", in: object) ?? reader.text("bot_id", in: object)
        message.senderID = id
        message.sender = id.flatMap { names[$0] }
        if message.sender == nil, let profile = reader.value("user_profile", in: object),
            reader.isObject(profile)
        {
            message.sender =
                reader.text("display_name", in: profile).flatMap { $0.isEmpty ? nil : $0 }
                ?? reader.text("real_name", in: profile)
        }
        message.sender = message.sender ?? reader.text("username", in: object)
        if let text = reader.text("text", in: object), !text.isEmpty { message.text = text }
        if let thread = reader.text("thread_ts", in: object), thread != message.messageID {
            message.replyTo = thread
        }
        if let edited = reader.value("edited", in: object), reader.isObject(edited) {
            message.editedAt = instant("ts", in: edited)
        }
        if let files = reader.value("files", in: object) {
            reader.forEach(files) { place in
                guard reader.isObject(place) else { return }
                let name = reader.text("name", in: place) ?? reader.text("title", in: place)
                message.files.append(name ?? reader.text("id", in: place) ?? "file")
            }
        }
        readAttachments(object, &message)
    }

    /// What bots write: attachments with a text of their own.
    private func readAttachments(_ object: Int, _ message: inout ChatMessage) {
        guard message.text == nil, let list = reader.value("attachments", in: object) else {
            return
        }
        var parts: [String] = []
        reader.forEach(list) { place in
            guard reader.isObject(place) else { return }
            let text = reader.text("text", in: place) ?? reader.text("fallback", in: place)
            if let text, !text.isEmpty { parts.append(text) }
        }
        if !parts.isEmpty { message.text = parts.joined(separator: "\n") }
    }

    private func readSubtype(_ subtype: String?, _ message: inout ChatMessage) {
        switch subtype {
        case "channel_join", "group_join": message.kind = .join
        case "channel_leave", "group_leave": message.kind = .leave
        case "me_message": message.isAction = true
        case "tombstone": message.kind = .deletion
        case "channel_topic", "channel_purpose", "channel_name", "channel_archive",
            "channel_unarchive", "group_topic", "group_purpose", "group_name", "pinned_item",
            "reminder_add":
            message.isNotice = true
        default: break
        }
    }
}

/// Entries of `users.json`.
private struct SlackUsers: ElementParser {
    private let reader = TapeReader()
    private let keep: (String, String) -> Void

    init(_ keep: @escaping (String, String) -> Void) { self.keep = keep }

    static func hasMessages(_ key: String?) -> Bool { key == nil }

    mutating func take(
        _ element: UnsafeBufferPointer<UInt8>, _ line: Int, beside: [JSONContext],
        into items: inout [ChatItem]
    ) {
        guard reader.parse(element), let id = reader.text("id") else { return }
        var names: [String?] = []
        if let profile = reader.value("profile"), reader.isObject(profile) {
            names = [
                reader.text("real_name", in: profile), reader.text("display_name", in: profile),
            ]
        }
        names += [reader.text("real_name"), reader.text("name")]
        let name = names.compactMap { $0 }.first { !$0.isEmpty }
        if let name { keep(id, name) }
    }
}

/// What other files of a Slack export say.
package enum SlackExport {
    /// The name of each person by id, from `users.json`.
    package static func names(inUsers file: [UInt8]) -> [String: String] {
        SlackMessages.names(inUsers: file)
    }

    /// The conversation of an entry such as `desk/2026-11-20.json`; nil when it has no messages.
    package static func conversation(ofEntry path: String) -> String? {
        let parts = path.split(separator: "/")
        guard parts.count >= 2, let name = parts.last, name.hasSuffix(".json"),
            CivilDate(String(name.dropLast(5))) != nil
        else { return nil }
        return String(parts[parts.count - 2])
    }
}
