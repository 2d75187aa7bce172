// SPDX-License-Identifier: Apache-2.0

import Records

/// One record of the book `chat`, as somebody with the right and a reason reads it.
struct ChatMessage: Sendable {
    /// Where messages belong together.
    struct Conversation: Sendable, Hashable {
        let platform: String
        let name: String
    }

    /// Whether its words can be read.
    enum State: Sendable, Hashable {
        case shown
        case erased(by: String)
        case restricted(rule: String)
        /// Locked, missing or altered.
        case closed(String)
    }

    let index: UInt64
    let instant: Timestamp?
    let conversation: Conversation
    let sender: String
    let text: String
    let kind: String
    let state: State
    /// What becomes of it, in words: `kept until 2027-… (policy desk)`.
    let fate: String
    let fateTone: Tone
}

/// A conversation with its newest message.
struct ConversationSummary: Sendable {
    let conversation: ChatMessage.Conversation
    var count = 0
    var newest: Timestamp?
    var people: Set<String> = []
}
