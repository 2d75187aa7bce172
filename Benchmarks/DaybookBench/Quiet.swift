// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What an open book takes of a processor at `rate` typed events a second, 0 for an idle one:
/// checkpoints, syncs and parts included. The caller's thread, which mostly sleeps, is told apart.
func quiet(_ rate: Int, seconds: Int, _ directory: String) throws {
    let daybook = try Daybook(directory: "\(directory)/logs", keys: "\(directory)/keys")
    let id = "order-10000001"
    let price: Event.Decimal = "150.24"
    // One event, so that the book is at work; then what opening took is over.
    daybook.record(.orderFilled(orderID: id, asset: "AAPL", fillPrice: price, filledAmount: 100))
    pause(nanoseconds: 2_000_000_000)

    let (began, busy, caller) = (ContinuousClock.now, processorSeconds(), threadSeconds())
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
    let own = threadSeconds() - caller
    let behind = processorSeconds() - busy - own
    try daybook.close()
    func share(_ seconds: Double) -> String {
        "\((seconds / wall * 100_000).rounded() / 1000) % of a core"
    }
    print(
        "\(rate) records a second for \(Int(wall)) s: behind the queue \(share(behind)), "
            + "the caller with its sleeps \(share(own))")
}

/// Processor time of the calling thread, in seconds.
private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
