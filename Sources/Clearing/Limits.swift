// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason.
package enum Limits {
    /// Bytes of an answer of ssh-agent: what OpenSSH's own agent sends at most.
    static let agentBytes = 256 << 10

    /// Microseconds for which a plan may be applied: a week, as long as notices and grace periods.
    package static let planMicroseconds: Int64 = 7 * 86_400_000_000

    /// Bytes of a plan file: every second record of ten million, chosen one by one.
    package static let planBytes = 256 << 20

    /// Bytes of a receipt file: one line of a book, a proof and a few names.
    package static let receiptBytes = 1 << 20

    /// Records that are looked at together: enough that the vault reads its rows in long runs,
    /// little enough that what is known of them stays in the processor's cache.
    static let selectionRecords = 16_384

    /// Envelopes that one thread reads together when it looks at all: some ten milliseconds, after which
    /// whoever wants to empty the journal need not wait for it.
    static let scannedRows = 16_384

    /// Microseconds for which a decision stands that its maker carries out at once: less than a day by
    /// far, so that nothing becomes due in between that would not be due a moment later.
    static let decisionMicroseconds: Int64 = 60_000_000

    /// Levels of grouping in a plan's classes that are told apart before the rest is one class.
    static let classesMax = 1_000
}
