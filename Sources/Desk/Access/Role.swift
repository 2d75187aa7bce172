// SPDX-License-Identifier: Apache-2.0

/// What somebody may do. A principal can have several; none includes another.
package enum Role: String, CaseIterable, Sendable, Hashable, Codable {
    /// Sees their own chat, asks about their own data, reads the audit records of their strategies.
    case trader
    /// Reads chat with a reason given; policies, holds, requests, approvals.
    case compliance
    /// Reads audit records, verifies, reads receipts. Sees no chat text.
    case auditor
    /// Changes settings, sources and who may what. Sees no chat text.
    case admin
    /// Appends records, and nothing else.
    case writer
}
