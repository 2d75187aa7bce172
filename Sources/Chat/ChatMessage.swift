// SPDX-License-Identifier: Apache-2.0

package import Records

/// What happened in a conversation, whichever platform it comes from.
package struct ChatMessage: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case message, edit, deletion, join, leave, file
    }

    package var kind: Kind = .message
    /// When it happened; nil when the export does not say.
    package var instant: Timestamp?
    /// The time as it was printed, where it could not be made an instant.
    package var printedTime: String?
    /// Where the record itself names its platform; else the file's.
    package var platform: String?
    package var conversation: String?
    /// The platform's stable id of the conversation, where it has one.
    package var conversationID: String?
    /// The platform's stable id of who did it, where it has one.
    package var senderID: String?
    /// The name shown.
    package var sender: String?
    /// The platform's id of the message.
    package var messageID: String?
    package var replyTo: String?
    package var text: String?
    /// Names of files that came with it.
    package var files: [String] = []
    /// When the text was last changed, where an export has only the last text.
    package var editedAt: Timestamp?
    /// `/me`: the sender did the text, instead of saying it.
    package var isAction = false
    /// The platform says it, not a person: a topic, a mode, a new name.
    package var isNotice = false
    /// Line of the file where it begins, from 1.
    package var line = 0

    package init() {}

    /// Whether there is anything in it that is worth a record.
    var hasContent: Bool {
        text != nil || !files.isEmpty || kind == .join || kind == .leave || kind == .deletion
    }

    /// A message that is nothing but files is a file that was sent.
    mutating func settleKind() {
        if kind == .message, !files.isEmpty, text?.isEmpty ?? true {
            kind = .file
            text = nil
        }
    }
}

/// A piece of a file that no message could be made of. It is recorded too: nothing is dropped.
package struct UnreadLine: Sendable, Hashable {
    /// Line of the file where it begins, from 1.
    package var line: Int
    /// What stands there; cut at `ChatLimits.unreadBytes`.
    package var text: String
    /// What is wrong with it. Never a part of the text.
    package var problem: String

    init(_ line: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ problem: String) {
        self.line = line
        text = String(decoding: bytes.prefix(ChatLimits.unreadBytes), as: UTF8.self)
        self.problem = problem
    }

    init(_ line: Int, _ bytes: [UInt8], _ problem: String) {
        self = bytes.withUnsafeBufferPointer { UnreadLine(line, $0, problem) }
    }
}

/// What comes out of a chat log.
package enum ChatItem: Sendable, Hashable {
    case message(ChatMessage)
    case unread(UnreadLine)
}
