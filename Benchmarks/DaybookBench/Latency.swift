// SPDX-License-Identifier: Apache-2.0

import Book
import Daybook
import Logging

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One of those that `scripts/bench latency` compares: the Swift side of Benchmarks/rivals, which
/// says what is measured. Both do the same, step by step.
protocol Rival: Sendable {
    /// Records an order_filled of six fields. Called from every thread.
    func record(_ order: FilledOrder)
    /// Returns when all records are with the operating system.
    func drain() throws
}

/// The six fields of an order_filled, as texts and, for who takes them exactly, as numbers; in the line
/// both become strings.
struct FilledOrder: Sendable {
    let orderID: String
    var asset = "AAPL"
    var fillPrice = "150.24"
    var filledAmount = "100"
    var commission = "0.50"
    var strategy = "momentum"
    var exactPrice: Event.Decimal = "150.24"
    var exactAmount: Event.Decimal = "100"
    var exactCommission: Event.Decimal = "0.50"
}

/// Measures one of `daybook` and `swift-log` and writes `directory`/result.json.
func latency(_ name: String, _ directory: String, threads: Int, bursts: Int, count: Int) throws {
    switch name {
    case "daybook":
        let rival = try DaybookRival(directory)
        try measure(rival, directory, threads, bursts, count)
        try rival.daybook.close()
    case "swift-log":
        try measure(StreamRival(), directory, threads, bursts, count)
    default:
        print("latency measures daybook and swift-log, not \(name)")
        exit(64)
    }
}

/// The library's `record`; the event is made inside the call, from the caller's own values.
private struct DaybookRival: Rival {
    let daybook: Daybook

    init(_ directory: String) throws {
        daybook = try Daybook(directory: "\(directory)/logs", keys: "\(directory)/keys")
    }

    @inline(__always)
    func record(_ order: FilledOrder) {
        daybook.record(
            .orderFilled(
                orderID: order.orderID, asset: order.asset, fillPrice: order.exactPrice,
                filledAmount: order.exactAmount, commission: order.exactCommission,
                strategy: order.strategy))
    }

    func drain() throws { try daybook.flush(durability: .written) }
}

/// swift-log's own handler for standard output, which is to be a file: it writes in the caller.
private struct StreamRival: Rival {
    let logger = Logger(label: "bench") { StreamLogHandler.standardOutput(label: $0) }

    @inline(__always)
    func record(_ order: FilledOrder) {
        logger.info(
            "order_filled",
            metadata: [
                "order_id": "\(order.orderID)", "asset": "\(order.asset)",
                "fill_price": "\(order.fillPrice)", "filled_amount": "\(order.filledAmount)",
                "commission": "\(order.commission)", "strategy": "\(order.strategy)",
            ])
    }

    func drain() {}
}

// MARK: - The measurement

private let burstCalls = 20
private let burstGap: Int64 = 40_000
private let warmBursts = 500

@inline(__always)
private func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// What two readings of the clock with nothing between them tell.
private func clockCost() -> Int64 {
    let spans = (0..<10_001).map { _ in
        let began = now()
        return now() - began
    }
    return spans.sorted()[5_000]
}

private func onThreads(_ threads: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let workers = (0..<threads).map { number in Worker("bench-\(number)") { body(number) } }
    for worker in workers { worker.join() }
}

/// Records bursts and adds the span of each call to `spans`.
private func runBursts(
    _ rival: some Rival, _ orders: [FilledOrder], _ bursts: Int, into spans: inout [Int64]
) {
    var number = 0
    for _ in 0..<bursts {
        let next = now() + burstGap
        for _ in 0..<burstCalls {
            let order = orders[number % orders.count]
            number += 1
            let began = now()
            rival.record(order)
            spans.append(now() - began)
        }
        while now() < next {}
    }
}

private func measure(
    _ rival: some Rival, _ directory: String, _ threads: Int, _ bursts: Int, _ count: Int
) throws {
    let orders = (0..<1_024).map { FilledOrder(orderID: "order-\(10_000_000 + $0)") }
    let all = Monitor<[Int64]>([])
    onThreads(threads) { _ in
        var spans: [Int64] = []
        spans.reserveCapacity((bursts + warmBursts) * burstCalls)
        runBursts(rival, orders, warmBursts, into: &spans)
        spans.removeAll(keepingCapacity: true)
        runBursts(rival, orders, bursts, into: &spans)
        all.withLock { $0 += spans }
    }
    try rival.drain()
    let spans = all.withLock { $0.sorted() }
    func at(_ share: Double) -> Int64 { spans[Int(Double(spans.count - 1) * share)] }

    let busy = processorSeconds()
    let began = now()
    onThreads(threads) { _ in
        for number in 0..<count / threads { rival.record(orders[number % orders.count]) }
    }
    try rival.drain()
    let seconds = Double(now() - began) / 1e9
    let records = Double(count / threads * threads)

    let result = """
        {"clock":\(clockCost()),"p50":\(at(0.5)),"p99":\(at(0.99)),"p999":\(at(0.999)),\
        "max":\(at(1)),"rate":\(Int(records / seconds)),\
        "cpu":\(Int((processorSeconds() - busy) / records * 1e9))}

        """
    guard let file = fopen("\(directory)/result.json", "w") else { exit(73) }
    fputs(result, file)
    fclose(file)
}
