// SPDX-License-Identifier: Apache-2.0

import Daybook

/// Typed events through the library's public API from one thread, as fast as they go, until all are
/// written. What a call costs its caller is measured by `latency`.
func typed(_ count: Int, _ directory: String) throws {
    let daybook = try Daybook(directory: "\(directory)/logs", keys: "\(directory)/keys")
    let ids = (0..<1024).map { "order-\(10_000_000 + $0)" }
    let (price, amount, fee): (Event.Decimal, Event.Decimal, Event.Decimal) = (
        "150.24", 100, "0.50"
    )
    let time = try seconds {
        for number in 0..<count {
            daybook.record(
                .orderFilled(
                    orderID: ids[number % 1024], asset: "AAPL", fillPrice: price,
                    filledAmount: amount, commission: fee, strategy: "momentum"))
        }
        try daybook.flush(durability: .written)
    }
    report("typed append, all written", records: count, bytes: count * 235, seconds: time)

    let events = ids.map { id -> Event in
        .orderFilled(
            orderID: id, asset: "AAPL", fillPrice: price, filledAmount: amount, commission: fee,
            strategy: "momentum")
    }
    let timeOfEvents = try seconds {
        for number in 0..<count { daybook.record(events[number % 1024]) }
        try daybook.flush(durability: .written)
    }
    report("the same from ready events", records: count, bytes: count * 235, seconds: timeOfEvents)
    try daybook.close()
}
