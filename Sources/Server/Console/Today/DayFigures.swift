// SPDX-License-Identifier: Apache-2.0

package import Records

/// What happened on one trading day, of one strategy or of several.
package struct DayFigures: Sendable, Equatable {
    /// One minute.
    package struct Minute: Sendable, Equatable {
        package var submitted = 0
        package var filled = 0
        package var rejected = 0
        /// Canceled and expired ones.
        package var ended = 0
    }

    package var submitted = 0
    /// Fills, partial ones too.
    package var fills = 0
    package var ordersFilled = 0
    package var rejected = 0
    package var ended = 0
    /// By the number of the minute since 1970.
    package var minutes: [Int64: Minute] = [:]
    package var rejections: [String: Int] = [:]
    /// Exact sums, by currency; "" where records name none.
    package var commission: [String: Decimal] = [:]
    /// From the decision to the order's leaving.
    package var decisionToSubmit = LatencyHistogram()
    /// From leaving to the venue's word.
    package var submitToAnswer = LatencyHistogram()
    /// From leaving to the first fill.
    package var submitToFill = LatencyHistogram()

    package init() {}

    package mutating func addCommission(_ amount: Decimal, _ currency: String) {
        // Beyond 38 digits a sum is no commission any more: the first ones stay.
        if let sum = try? (commission[currency] ?? 0) + amount { commission[currency] = sum }
    }

    package mutating func add(_ other: DayFigures) {
        submitted += other.submitted
        fills += other.fills
        ordersFilled += other.ordersFilled
        rejected += other.rejected
        ended += other.ended
        for (minute, values) in other.minutes {
            minutes[minute, default: Minute()].submitted += values.submitted
            minutes[minute, default: Minute()].filled += values.filled
            minutes[minute, default: Minute()].rejected += values.rejected
            minutes[minute, default: Minute()].ended += values.ended
        }
        rejections.merge(other.rejections) { $0 + $1 }
        for (currency, amount) in other.commission { addCommission(amount, currency) }
        decisionToSubmit.add(other.decisionToSubmit)
        submitToAnswer.add(other.submitToAnswer)
        submitToFill.add(other.submitToFill)
    }
}

/// One row of the blotter.
package struct BlotterRow: Sendable, Equatable {
    package let index: UInt64
    package let instant: Timestamp
    package let event: String
    package let order: String
    package let asset: String
    package let side: String
    package let amount: String
    package let price: String
    package let strategy: String
    package let note: String
}
