// SPDX-License-Identifier: Apache-2.0

import Records

/// Which field of a record, or which column of a table, is what of a message.
package struct FieldMap: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable, CaseIterable {
        case sender, senderID = "sender_id", text, time, id, conversation, platform
        case replyTo = "reply_to"
        case kind, file

        /// Names that are taken for it where no map says otherwise, the likelier first.
        var usualNames: [String] {
            switch self {
            case .sender:
                ["sender", "from", "user", "username", "user_name", "author", "nick", "name"]
            case .senderID: ["sender_id", "from_id", "user_id", "author_id"]
            case .text: ["text", "body", "message", "content", "msg"]
            case .time: ["timestamp", "time", "ts", "date", "datetime", "created_at", "sent_at"]
            case .id: ["message_id", "id", "msg_id"]
            case .conversation: ["conversation", "channel", "room", "chat"]
            case .platform: ["platform"]
            case .replyTo: ["reply_to", "in_reply_to", "thread_ts"]
            case .kind: ["kind", "event_type"]
            case .file: ["file_name", "file", "attachment"]
            }
        }
    }

    /// Names that were given: a path of keys with points between for JSON, a column for tables.
    package private(set) var names: [Role: String] = [:]

    package init() {}

    /// Reads `sender=from,text=body,time=ts`.
    ///
    /// - Throws: which part is wrong, and what can stand there.
    package init(_ text: String) throws(FieldMapError) {
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, let role = Role(rawValue: String(sides[0])) else {
                throw FieldMapError(part: String(part))
            }
            names[role] = String(sides[1])
        }
    }

    /// Names to look for, the likelier first.
    func candidates(_ role: Role) -> [String] {
        if let given = names[role] { return [given] }
        return role.usualNames
    }
}

/// A part of a map that is not `role=name`.
package struct FieldMapError: Error, Sendable, Hashable {
    package let part: String

    package var message: String {
        let roles = FieldMap.Role.allCases.map(\.rawValue).joined(separator: ", ")
        return "--map: '\(part)' is not role=field. Roles are \(roles): "
            + "--map sender=from,text=body,time=ts"
    }
}

extension ChatMessage {
    /// Puts a field's text where it belongs.
    mutating func take(_ role: FieldMap.Role, _ value: String, _ zone: (Int64) -> Int64) {
        switch role {
        case .sender: sender = value
        case .senderID: senderID = value
        case .text: text = value
        case .time:
            instant = Self.instant(value, zone)
            if instant == nil { printedTime = value }
        case .id: messageID = value
        case .conversation: conversation = value
        case .platform: platform = value
        case .replyTo: replyTo = value
        case .kind: kind = Self.kind(value)
        case .file: files.append(value)
        }
    }

    static func kind(_ name: String) -> Kind {
        switch name.lowercased() {
        case "edit", "edited", "chat_edited": .edit
        case "delete", "deleted", "deletion", "chat_deleted": .deletion
        case "join", "joined", "chat_joined": .join
        case "leave", "left", "part", "quit", "chat_left": .leave
        case "file", "file_shared": .file
        default: .message
        }
    }

    /// Reads an instant in RFC 3339 or a relative of it, or a count since 1970. Without a zone it
    /// is local.
    static func instant(_ text: String, _ zone: (Int64) -> Int64) -> Timestamp? {
        var text = text
        return text.withUTF8 { bytes in
            if let (parsed, _) = Timestamp.parse(bytes) {
                let last = bytes[bytes.count - 1]
                let tail = bytes.suffix(from: min(19, bytes.count))
                let hasZone =
                    last | 0x20 == 0x7A || tail.contains { $0 == 0x2B || $0 == 0x2D }
                if hasZone { return parsed }
                return Timestamp(microseconds: zone(parsed.microseconds))
            }
            if let parsed = Timestamp.parseEpoch(bytes) { return parsed }
            var scan = Scan(bytes)
            guard let numbers = scan.threeNumbers(),
                let date = DateOrder.dmy.date(numbers.first, numbers.second, numbers.third),
                numbers.separator == 0x2E || numbers.first.digits == 4
            else { return nil }
            if scan.byte.map({ $0 | 0x20 == 0x74 || $0 == 0x2C }) == true { scan.advance() }
            scan.skipBlanks()
            guard let time = scan.isAtEnd ? 0 : scan.timeOfDay(), scan.isAtEnd else { return nil }
            return Timestamp(microseconds: zone(date.microseconds(at: time)))
        }
    }
}
