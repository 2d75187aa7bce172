// SPDX-License-Identifier: Apache-2.0

package import Masking
package import Records

extension ChatRecord {
    /// A record of an import, read again: what an import that was cut off left behind.
    package struct Recorded: Sendable {
        /// Nil where nobody is named.
        package let account: Account?
        package let instant: Timestamp?
        /// What the importer marks as seen for it.
        package let identities: [[UInt8]]
    }

    /// Reads a chat record with its personal members in place.
    ///
    /// Nil when it is something else.
    package static func read(_ object: JSONObject) -> Recorded? {
        guard let kind = object["event"]?.stringValue,
            let platform = object["platform"]?.stringValue
        else { return nil }
        func text(_ key: String) -> String? { object[key]?.stringValue }
        var copy = 0
        if case .number(let count)? = object["copy"] { copy = Int(count) ?? 0 }
        if kind == "chat_line_unread" {
            guard case .number(let line)? = object["line"], let number = Int(line) else {
                return nil
            }
            let unread = UnreadLine(number, Array((text("text") ?? "").utf8), text("problem") ?? "")
            let identity = identity(
                of: unread, platform: platform, conversation: text("conversation"), copy: copy)
            return Recorded(account: nil, instant: nil, identities: [identity])
        }
        let kinds = ChatMessage.Kind.allCases
        guard
            let found = kinds.first(where: {
                var message = ChatMessage()
                message.kind = $0
                return Self.kind(of: message) == kind
            })
        else { return nil }
        var message = ChatMessage()
        message.kind = found
        message.conversation = text("conversation")
        message.conversationID = text("conversation_id")
        message.senderID = text("sender_id")
        message.sender = text("sender") ?? text("deleted_by")
        message.messageID = text("message_id")
        message.text = text("text")
        message.instant = text("timestamp").flatMap { Timestamp($0) }
        message.printedTime = text("printed_time")
        if message.printedTime != nil { message.instant = nil }
        message.editedAt = text("edited_at").flatMap { Timestamp($0) }
        message.files =
            object["file_names"]?.arrayValue?.compactMap(\.stringValue)
            ?? text("file_name").map { [$0] } ?? []
        return Recorded(
            account: account(of: message, platform: platform), instant: message.instant,
            identities: identities(of: message, platform: platform, copy: copy))
    }

    /// All that is marked as seen once a message is recorded.
    package static func identities(
        of message: ChatMessage, platform: String, copy: Int = 0
    ) -> [[UInt8]] {
        var identities = [identity(of: message, platform: platform, copy: copy)]
        if let edited = message.editedAt, message.messageID != nil {
            identities.append(editIdentity(of: message, platform: platform, at: edited))
        }
        return identities
    }
}
