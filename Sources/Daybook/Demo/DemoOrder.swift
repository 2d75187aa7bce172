// SPDX-License-Identifier: Apache-2.0

internal import Records

/// What will become of an order, decided when it is sent.
enum DemoFate: Sendable {
    case filled, rejected, canceled, canceledByVenue, modified, modifyRejected, cancelRejected
    case expired, triggered, unknown

    /// Fates with how often they come, of a hundred.
    private static let table: [DemoFate] = {
        let shares: [(DemoFate, Int)] = [
            (.filled, 58), (.rejected, 6), (.canceled, 12), (.canceledByVenue, 2), (.modified, 8),
            (.modifyRejected, 2), (.cancelRejected, 3), (.expired, 4), (.triggered, 4),
            (.unknown, 1),
        ]
        return shares.flatMap { Array(repeating: $0.0, count: $0.1) }
    }()

    static func choose(_ dice: inout DemoDice) -> DemoFate { table[dice.roll(table.count)] }
}

/// An order on its way.
struct DemoOrder: Sendable {
    let number: Int
    let asset: Int
    let strategy: Int
    let isBuy: Bool
    let type: OrderType
    var fate: DemoFate
    var amount: Int64
    var filled: Int64 = 0
    var limit: Int64
    /// Steps taken since it was submitted.
    var stage = 0

    var id: String { Self.padded("order-", number) }
    var brokerID: String { String(28_450 + number) }
    var side: OrderSide { isBuy ? .buy : .sell }
    var remaining: Int64 { amount - filled }

    /// `order-00000001`: eight digits, so that names sort as numbers do.
    static func padded(_ prefix: String, _ number: Int) -> String {
        let digits = String(number)
        return prefix + String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}

/// What one strategy holds of one asset.
struct DemoPosition: Sendable {
    var amount: Int64 = 0
    /// Money that came in less money that went out since it was opened, at price and amount scale:
    /// once the amount is back at zero it is the profit, exactly.
    var cash: Int64 = 0
}
