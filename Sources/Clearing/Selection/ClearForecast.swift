// SPDX-License-Identifier: Apache-2.0

import Records
import Retention
import Vault

/// On which day how many records go by the policies in force, if nothing changes: counts, and nothing
/// of what the records say.
package struct ClearForecast: Sendable, Equatable {
    package struct Count: Sendable, Hashable {
        package var records = 0
        /// Of their envelopes.
        package var bytes = 0

        package init(records: Int = 0, bytes: Int = 0) {
            self.records = records
            self.bytes = bytes
        }

        package static func += (left: inout Count, right: Count) {
            left.records += right.records
            left.bytes += right.bytes
        }
    }

    package struct Going: Sendable, Hashable {
        /// Days since 1970, UTC, of the first moment at which they may go; `now` for those that may.
        package let day: Int
        /// In the words of `Decision.ground`: `policy chat-90d`, or the rule whose end is waited for.
        package let ground: String

        package init(day: Int, ground: String) {
            self.day = day
            self.ground = ground
        }

        package static let now = Int.min
    }

    package private(set) var going: [Going: Count] = [:]
    /// What has no day: held, restricted or kept without a known end; by what says so.
    package private(set) var staying: [String: Count] = [:]

    package init() {}

    mutating func add(_ decision: Decision, bytes: Int) {
        let count = Count(records: 1, bytes: bytes)
        if decision.isErase {
            going[Going(day: Going.now, ground: decision.ground), default: Count()] += count
        } else if let until = decision.until {
            let key = Going(day: Vault.day(of: until), ground: decision.ground)
            going[key, default: Count()] += count
        } else {
            staying[decision.ground, default: Count()] += count
        }
    }

    mutating func add(_ other: ClearForecast) {
        for (key, count) in other.going { going[key, default: Count()] += count }
        for (key, count) in other.staying { staying[key, default: Count()] += count }
    }
}

extension Selection {
    /// Looks at all books as `run` does, and only counts.
    ///
    /// - Complexity: as `run`, without memory for each record.
    package func forecast() throws(ClearingError) -> ClearForecast {
        var selection = self
        selection.isForecast = true
        var sum = ClearForecast()
        for part in try selection.parts() { sum.add(part.forecast) }
        return sum
    }
}
