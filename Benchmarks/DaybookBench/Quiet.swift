// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook

/// What an open book takes of a processor at `rate` typed events a second, 0 for an idle one:
/// checkpoints, syncs and parts included. The caller's own sleeping is too.
func quiet(_ rate: Int, seconds: Int, _ directory: String) throws {
    let daybook = try Daybook(directory: "\(directory)/logs", keys: "\(directory)/keys")
    let id = "order-10000001"
    let price: Event.Decimal = "150.24"
    // One event, so that the book is at work; then what opening took is over.
    daybook.record(.orderFilled(orderID: id, asset: "AAPL", fillPrice: price, filledAmount: 100))
    pause(nanoseconds: 2_000_000_000)

    let (began, busy) = (ContinuousClock.now, processorSeconds())
    if rate == 0 {
        pause(nanoseconds: UInt64(seconds) * 1_000_000_000)
    } else {
        // Ten at a time: the sleep of the caller should not be what is measured.
        for _ in 0..<rate * seconds / 10 {
            for _ in 0..<10 {
                daybook.record(
                    .orderFilled(
                        orderID: id, asset: "AAPL", fillPrice: price, filledAmount: 100,
                        strategy: "momentum"))
            }
            pause(nanoseconds: UInt64(10_000_000_000 / rate))
        }
    }
    let took = (ContinuousClock.now - began).components
    let wall = Double(took.seconds) + Double(took.attoseconds) / 1e18
    let share = (processorSeconds() - busy) / wall * 100
    try daybook.close()
    print(
        "\(rate) records a second for \(Int(wall)) s: \(Double(Int(share * 1000)) / 1000) % of a core"
    )
}
