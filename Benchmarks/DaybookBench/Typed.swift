// SPDX-License-Identifier: Apache-2.0

import Daybook

/// Typed events through the library's public API from one thread: first as fast as they go, until
/// all are written; then in bursts of 20, 40 µs apart, for what one call costs its caller.
func typed(_ count: Int, _ directory: String) throws {
    let daybook = try Daybook(directory: "\(directory)/logs", keys: "\(directory)/keys")
    let time = try seconds {
        for number in 0..<count { daybook.record(event(number)) }
        try daybook.flush(durability: .written)
    }
    report("typed append, all written", records: count, bytes: count * 235, seconds: time)

    var spans: [Int64] = []
    spans.reserveCapacity(200_000)
    let clock = ContinuousClock()
    for burst in 0..<10_000 {
        let next = clock.now.advanced(by: .microseconds(40))
        for number in 0..<20 {
            let prepared = event(burst * 20 + number)
            let elapsed = clock.measure { daybook.record(prepared) }
            spans.append(elapsed.components.attoseconds / 1_000_000_000)
        }
        while clock.now < next {}
    }
    try daybook.close()
    spans.sort()
    func at(_ share: Double) -> Int64 { spans[Int(Double(spans.count - 1) * share)] }
    print(
        "typed append, in the caller: p50 \(at(0.5)) ns, p99 \(at(0.99)) ns, "
            + "p99.9 \(at(0.999)) ns, max \(at(1)) ns")
}

private func event(_ number: Int) -> Event {
    .orderFilled(
        orderID: "order-\(10_000_000 + number)", asset: "AAPL", fillPrice: "150.24",
        filledAmount: "100", commission: "0.50", strategy: "momentum")
}
