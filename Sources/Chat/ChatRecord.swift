// SPDX-License-Identifier: Apache-2.0

package import Masking
package import Records

/// Messages as records, and what makes two messages the same one.
package enum ChatRecord {
    // MARK: - Writing

    /// Writes a message as one line of JSON, ready to be masked and sealed.
    ///
    /// - Parameters:
    ///   - platform: where the message itself names none.
    ///   - copy: how many equal ones came before it, where it has no id.
    package static func write(
        _ message: ChatMessage, platform: String, copy: Int = 0, into json: inout ByteBuffer
    ) {
        var members = Members(kind(of: message), into: &json)
        members.put("platform", message.platform ?? platform, &json)
        members.put("conversation", message.conversation, &json)
        members.put("conversation_id", message.conversationID, &json)
        if message.kind == .deletion {
            members.put("message_id", message.messageID, &json)
            members.put("deleted_by", message.sender ?? message.senderID, &json)
        } else {
            members.put("sender", message.sender ?? message.senderID, &json)
        }
        members.put("sender_id", message.senderID, &json)
        if message.kind == .file { members.put("file_name", message.files.first, &json) }
        members.put("text", message.text, &json)
        if message.kind != .deletion { members.put("message_id", message.messageID, &json) }
        members.put("reply_to", message.replyTo, &json)
        if message.files.count > (message.kind == .file ? 1 : 0) {
            members.put("file_names", message.files, &json)
        }
        if message.isAction { members.put(literal: "action", "true", &json) }
        if message.isNotice { members.put(literal: "notice", "true", &json) }
        members.put("edited_at", message.editedAt?.description, &json)
        members.put("printed_time", message.printedTime, &json)
        if copy > 0 { members.put(literal: "copy", String(copy), &json) }
        members.put("timestamp", message.instant?.description, &json)
        json.append(UInt8(ascii: "}"))
    }

    /// Writes what no message could be made of, with its line number.
    package static func write(
        _ unread: UnreadLine, platform: String, conversation: String?, copy: Int = 0,
        into json: inout ByteBuffer
    ) {
        var members = Members("chat_line_unread", level: "warning", into: &json)
        members.put("platform", platform, &json)
        members.put(literal: "line", String(unread.line), &json)
        members.put("problem", unread.problem, &json)
        members.put("text", unread.text, &json)
        members.put("conversation", conversation, &json)
        if copy > 0 { members.put(literal: "copy", String(copy), &json) }
        json.append(UInt8(ascii: "}"))
    }

    static func kind(of message: ChatMessage) -> String {
        switch message.kind {
        case .message: "chat_message"
        case .edit: "chat_edited"
        case .deletion: "chat_deleted"
        case .join: "chat_joined"
        case .leave: "chat_left"
        case .file: "file_shared"
        }
    }

    /// Writes members one after the other.
    private struct Members {
        init(_ kind: String, level: StaticString = "info", into json: inout ByteBuffer) {
            json.append("{\"event\":\"")
            json.append(text: kind)
            json.append("\",\"event_type\":\"")
            json.append(text: kind)
            json.append("\",\"level\":\"")
            json.append(level)
            json.append("\"")
        }

        private func name(_ name: StaticString, _ json: inout ByteBuffer) {
            json.append(",\"")
            json.append(name)
            json.append("\":")
        }

        mutating func put(_ name: StaticString, _ value: String?, _ json: inout ByteBuffer) {
            guard let value else { return }
            self.name(name, &json)
            CanonicalJSON.string(value, into: &json)
        }

        mutating func put(_ name: StaticString, _ values: [String], _ json: inout ByteBuffer) {
            self.name(name, &json)
            for (place, value) in values.enumerated() {
                json.append(place == 0 ? "[" : ",")
                CanonicalJSON.string(value, into: &json)
            }
            json.append("]")
        }

        mutating func put(
            literal name: StaticString, _ value: String, _ json: inout ByteBuffer
        ) {
            self.name(name, &json)
            json.append(text: value)
        }
    }

    // MARK: - Whose it is

    /// Whose message it is; nil when the platform says it, or nobody does.
    package static func account(of message: ChatMessage, platform: String) -> Account? {
        guard let name = message.senderID ?? message.sender, !name.isEmpty else { return nil }
        return Account(platform: (message.platform ?? platform).lowercased(), name: name)
    }

    // MARK: - Sameness

    /// What two records of one message have in common, as bytes: platform, conversation, instant and
    /// the platform's id; without an id the instant, the sender and the text.
    ///
    /// Give it texts as they are recorded, masked: then it can be found again from the record.
    ///
    /// - Parameter copy: how many equal ones without an id came before.
    package static func identity(
        of message: ChatMessage, platform: String, copy: Int = 0
    ) -> [UInt8] {
        if message.kind == .edit, message.messageID != nil {
            return editIdentity(of: message, platform: platform, at: message.instant)
        }
        var parts = place(of: message, platform)
        let kind = message.kind == .file ? ChatMessage.Kind.message : message.kind
        if let id = message.messageID {
            // Some programs number messages from 1 in every file.
            parts += [id, kind.rawValue, message.instant?.description ?? ""]
            return bytes("id", parts)
        }
        parts += [
            message.senderID ?? message.sender ?? "",
            message.instant?.description ?? message.printedTime ?? "", kind.rawValue,
            message.text ?? "", message.files.joined(separator: "\u{1F}"), String(copy),
        ]
        return bytes("text", parts)
    }

    /// The same for the state of a message after an edit.
    package static func editIdentity(
        of message: ChatMessage, platform: String, at instant: Timestamp?
    ) -> [UInt8] {
        let parts = [message.messageID ?? "", instant?.description ?? ""]
        return bytes("edit", place(of: message, platform) + parts)
    }

    package static func identity(
        of unread: UnreadLine, platform: String, conversation: String?, copy: Int = 0
    ) -> [UInt8] {
        bytes("unread", [platform, conversation ?? "", unread.text, String(copy)])
    }

    private static func place(of message: ChatMessage, _ platform: String) -> [String] {
        let platform = (message.platform ?? platform).lowercased()
        return [platform, message.conversationID ?? message.conversation ?? ""]
    }

    /// Each part with its length before it, so that no two lists of parts are the same bytes.
    private static func bytes(_ kind: StaticString, _ parts: [String]) -> [UInt8] {
        var bytes = ByteBuffer(capacity: 256)
        bytes.append(kind)
        for part in parts {
            bytes.append(UInt8(ascii: " "))
            bytes.append(text: String(part.utf8.count))
            bytes.append(UInt8(ascii: ":"))
            bytes.append(text: part)
        }
        return bytes.array
    }
}
