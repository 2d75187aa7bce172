// SPDX-License-Identifier: Apache-2.0

import Daybook

/// What Benchmarks/instructions_bench.py counts: so many records, each by a call of a function of its
/// own, and now and then a wait, so that none has to wait for room.
func instructions(_ count: Int, _ directory: String) throws {
    let daybook = try Daybook(directory: "\(directory)/logs", keys: "\(directory)/keys")
    let orders = (0..<1_024).map { FilledOrder(orderID: "order-\(10_000_000 + $0)") }
    for number in 0..<count {
        recordOneInPlace(daybook, orders[number % orders.count])
        if number % 10_000 == 9_999 { try daybook.flush(durability: .written) }
    }
    try daybook.flush(durability: .written)
    try daybook.close()
}

/// A function whose instructions can be told from all others by its name.
@inline(never)
func recordOneInPlace(_ daybook: Daybook, _ order: borrowing FilledOrder) {
    daybook.record(
        .orderFilled(
            orderID: order.orderID, asset: order.asset, fillPrice: order.exactPrice,
            filledAmount: order.exactAmount, commission: order.exactCommission,
            strategy: order.strategy))
}
