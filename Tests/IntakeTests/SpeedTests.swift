// SPDX-License-Identifier: Apache-2.0

import Intake
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Rates, printed: `DAYBOOK_SPEED=1 DAYBOOK_ROOMS=Intake swift test -c release
/// -Xswiftc -enable-testing --filter Speed`.
@Suite("Speed", .serialized, .enabled(if: getenv("DAYBOOK_SPEED") != nil))
struct SpeedTests {
    private func measure(
        _ name: String, _ unit: [UInt8], lines: Int, atLeast size: Int = 256 << 20
    ) {
        let repeats = max(1, (8 << 20) / unit.count)
        let block = Array(repeatElement(unit, count: repeats).joined())
        var intake = Intake(stream: .stdout, zone: { $0 })
        var items = 0
        var fed = 0
        // Time of this thread: other work on the machine does not count.
        let began = cpuSeconds()
        do {
            while fed < size {
                var at = 0
                while at < block.count {
                    let end = min(at + 65_536, block.count)
                    block.withUnsafeBufferPointer { bytes in
                        intake.feed(UnsafeBufferPointer(rebasing: bytes[at..<end])) { _ in
                            items += 1
                        }
                    }
                    at = end
                }
                fed += block.count
            }
            intake.finish { _ in items += 1 }
        }
        let seconds = cpuSeconds() - began
        let rate = Double(fed) / seconds / 1e6
        let linesRate = Double(fed / unit.count * lines) / seconds
        #expect(items >= fed / unit.count, "records were lost on the way")
        print("\(name): \(Int(rate)) MB/s, \(Int(linesRate / 1000))k lines/s, \(items) records")
    }

    private func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func jsonLines() throws {
        let line =
            "{\"event\":\"order_filled\",\"event_type\":\"order_filled\",\"level\":\"info\","
            + "\"order_id\":\"order-00000001\",\"asset\":\"AAPL\",\"side\":\"buy\","
            + "\"fill_price\":\"150.24\",\"filled_amount\":\"100\",\"commission\":\"0.50\","
            + "\"timestamp\":\"2026-11-20T14:25:00.032383Z\"}\n"
        measure("json, 235 bytes", Array(line.utf8), lines: 1, atLeast: 2 << 30)
        let rusty = try sample("rustybt/day_2026-11-20.rustybt.log.jsonl")
        measure("rustybt day", rusty, lines: 564, atLeast: 2 << 30)
    }

    @Test func text() throws {
        let line = "2026 was a good year: bought 100 AAPL @ 150.24, sold 40, nothing to report\n"
        measure("plain text", Array(line.utf8), lines: 1)
        let logging = try sample("python_logging/stdlib_asctime-name-level.log")
        measure("python logging", logging, lines: 18)
        let ibapi = try sample("ibapi/ibapi_debug.log")
        measure("ibapi debug", ibapi, lines: 1744)
        let info = try sample("ibapi/ibapi_info.log")
        measure("ibapi info", info, lines: 77)
        let ccxt = try sample("ccxt/binance_verbose_stdout.txt")
        measure("ccxt verbose", ccxt, lines: 42)
        let console = try sample("structlog/structlog_console_color.log")
        measure("structlog colour", console, lines: 10, atLeast: 64 << 20)
    }
}
