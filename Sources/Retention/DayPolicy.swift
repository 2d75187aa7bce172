// SPDX-License-Identifier: Apache-2.0

package import Records

/// How long whole days of a book are kept, and how large the book may grow.
///
/// The default keeps everything.
package struct DayPolicy: Sendable, Hashable {
    /// A day is pruned when its newest record is older than this.
    package var keep: KeepPeriod = .forever
    /// No day is pruned for its size while its newest record is younger than this.
    package var keepAtLeast: KeepPeriod?
    /// Bytes on disk of all closed days; the oldest are pruned until the book fits.
    package var maxBytes: Int?

    package init(
        keep: KeepPeriod = .forever, keepAtLeast: KeepPeriod? = nil, maxBytes: Int? = nil
    ) {
        self.keep = keep
        self.keepAtLeast = keepAtLeast
        self.maxBytes = maxBytes
    }

    package var keepsEverything: Bool { keep == .forever && maxBytes == nil }

    /// Whether any record that this policy keeps at `now` could be pruned earlier under another.
    package func isShortened(by other: DayPolicy, at now: Timestamp) -> Bool {
        if Self.isLess(other.keep.end(of: now), keep.end(of: now)) { return true }
        guard let otherMax = other.maxBytes else { return false }
        guard let maxBytes, maxBytes <= otherMax else { return true }
        let floor = keepAtLeast.map { $0.end(of: now) } ?? now
        let otherFloor = other.keepAtLeast.map { $0.end(of: now) } ?? now
        return Self.isLess(otherFloor, floor)
    }

    /// Compares ends of periods, where nil is never.
    private static func isLess(_ left: Timestamp?, _ right: Timestamp?) -> Bool {
        guard let left else { return false }
        guard let right else { return true }
        return left < right
    }
}

extension DayPolicy: CustomStringConvertible {
    /// As records and people have it: `keep 7y, keep_at_least 30d, max_size 50000000000`.
    package var description: String {
        var parts = ["keep \(keep)"]
        if let keepAtLeast { parts.append("keep_at_least \(keepAtLeast)") }
        if let maxBytes { parts.append("max_size \(maxBytes)") }
        return parts.joined(separator: ", ")
    }
}
