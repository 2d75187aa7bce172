// SPDX-License-Identifier: Apache-2.0

package import Masking
package import Records

/// What retention has to know of one record to decide what becomes of it. Never what it says.
package struct RecordFacts: Sendable, Hashable {
    package var book: String
    package var index: UInt64
    /// Its envelope; nil when it has none.
    package var commitment: Commitment?
    /// The source's instant.
    package var timestamp: Timestamp?
    /// When it was recorded.
    package var recorded: Timestamp?
    /// The vault's number of the person under whose key it is sealed.
    package var person: UInt64?
    package var platform: String?
    package var conversation: String?
    /// Name of the event, such as `chat_message`.
    package var kind: String?
    /// Bytes on disk that go with it: line and envelope.
    package var bytes: Int = 0
    /// The filters among those that policies and holds use that the record passes.
    package var matched: Set<String> = []
    /// When what a rule counts from happened, where that is known.
    package var starts: [Rule.Start: Timestamp] = [:]
    /// What nobody looked at: nil above, or a filter that is not in `matched`, means nothing then.
    package var unknown: Scope.Needs = []

    package init(book: String, index: UInt64) {
        self.book = book
        self.index = index
    }

    /// What a policy's age counts from: the later of both instants, so that a wrong clock at the
    /// source clears nothing early.
    package var age: Timestamp? {
        guard let timestamp else { return recorded }
        guard let recorded else { return timestamp }
        return max(timestamp, recorded)
    }
}
