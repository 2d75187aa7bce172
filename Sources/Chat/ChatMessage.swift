// SPDX-License-Identifier: Apache-2.0

package import Records

/// What happened in a conversation, whichever platform it comes from.
package struct ChatMessage: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case message, edit, deletion, join, leave, file
    }

    package var kind: Kind = .message
    /// When it happened; nil when the export does not say.
    package var instant: Timestamp?
    package var conversation: String?
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

    package init() {}
}
