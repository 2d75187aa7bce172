// SPDX-License-Identifier: Apache-2.0

package import Records

/// An envelope that waits to be sealed: the personal fields of one line of a `MaskedRecords`.
package struct EnvelopeDraft: Sendable, Hashable {
    /// Which line.
    package let entry: Int
    /// Where the line's commitment goes: `Commitment.textCount` bytes of the batch.
    let commitmentStart: Int
    /// Its bytes of `MaskedRecords.withPersonalBytes`: canonical JSON, one object.
    package let plaintext: Range<Int>
    /// Under whose key.
    package let account: Account
    /// The message's own instant; nil when it has none, which means now.
    package let instant: Timestamp?

    init(
        entry: Int, commitmentStart: Int, plaintext: Range<Int>, account: Account,
        instant: Timestamp?
    ) {
        self.entry = entry
        self.commitmentStart = commitmentStart
        self.plaintext = plaintext
        self.account = account
        self.instant = instant
    }

    /// The same in a batch that has so much before it.
    func moved(entries: Int, bytes: Int, personal: Int) -> EnvelopeDraft {
        EnvelopeDraft(
            entry: entry + entries, commitmentStart: commitmentStart + bytes,
            plaintext: plaintext.lowerBound + personal..<plaintext.upperBound + personal,
            account: account, instant: instant)
    }
}
