// SPDX-License-Identifier: Apache-2.0

/// Every bound of this room, with its unit and reason.
package enum Limits {
    /// Years that a period may have: longer than any rule asks for, and far from the end of
    /// `Timestamp`.
    package static let keepYears = 1000

    static let dayMicroseconds: Int64 = 86_400_000_000

    /// Bytes of the file that names the policy in force: five short members.
    static let policyBytes = 1 << 14
}
