// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason.
package enum Limits {
    /// Years that a period may have: longer than any rule asks for, and far from the end of
    /// `Timestamp`.
    package static let keepYears = 1000

    static let dayMicroseconds: Int64 = 86_400_000_000
    /// Days from 0001-01-01, where `Timestamp` begins, to 1970-01-01.
    static let daysBefore1970: Int64 = 719_162

    /// Bytes of the file that names the policy in force: five short members.
    static let policyBytes = 1 << 14
    /// Bytes of the file that says what holds pin: a hundred bytes a hold.
    static let pinsBytes = 1 << 24

    /// Days of notice before a clear, where a policy does not say.
    package static let noticeDays = 7
    /// Days that a change that shortens waits, where a policy does not say: long enough for a
    /// mistake to be seen by whoever was away for a week.
    package static let graceDays = 7
    /// Days that notice and grace may have.
    package static let waitDaysMax = 365
    /// Seconds without another trigger before a policy runs.
    package static let triggerQuietSeconds = 60
    /// Seconds between two runs of a triggered policy.
    package static let triggerEverySeconds = 3600
}
