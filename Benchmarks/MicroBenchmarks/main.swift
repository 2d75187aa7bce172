// SPDX-License-Identifier: Apache-2.0
//
// Nanoseconds per call of the hot paths of the rooms, one line each.
//   DAYBOOK_BENCH=1 swift run -c release MicroBenchmarks [name…]

import Records

/// The trade record of the documentation as Python's `json.dumps` prints it, and canonically.
let spaced = Array(
    (#"{"event": "order_filled", "event_type": "order_filled", "level": "info", "#
        + #""order_id": "order-00000001", "asset": "AAPL", "fill_price": "150.24", "#
        + #""filled_amount": "100", "commission": "0.50", "strategy": "momentum", "#
        + #""timestamp": "2026-11-20T14:31:12.123456Z"}"#).utf8)
let compact = Array(
    String(decoding: spaced, as: UTF8.self).replacing(": ", with: ":").replacing(", ", with: ",")
        .utf8)

/// A record with other members than plain strings, and one as `json.dumps` writes beyond ASCII.
let mixed = Array(
    (#"{"event_type": "system_startup", "version": "0.1.2", "latency_ms": 12.5, "limit": null, "#
        + #""checkpoint_interval_seconds": 60, "shadow_mode": false, "symbols": ["AAPL", "MSFT"], "#
        + #""details": {"current_loss": "-2103.44", "limit": 2000}, "level": "info"}"#).utf8)
let escaped = Array(
    #"{"event": "chat_message", "sender": "Zo\u00eb", "text": "caf\u00e9 \ud83d\ude00 at 9:30\n"}"#
        .utf8)

let only = CommandLine.arguments.dropFirst()

/// The fastest of many short rounds: what the machine can do when nothing else interferes.
func measure(_ name: String, bytes: Int, _ body: (Int) -> Int) {
    guard only.isEmpty || only.contains(where: { name.contains($0) }) else { return }
    let calls = 2000
    var best = Duration.seconds(1000)
    var sink = 0
    for _ in 0..<500 {
        let elapsed = ContinuousClock().measure { sink &+= body(calls) }
        best = min(best, elapsed)
    }
    let nanoseconds =
        Double(best.components.attoseconds) / 1e9 / Double(calls)
        + Double(best.components.seconds) * 1e9 / Double(calls)
    let rounded = Double(Int(nanoseconds * 10)) / 10
    print("\(rounded) ns  \(name)  (\(bytes) bytes, checksum \(sink & 0xFFFF))")
}

func benchmarkRecords() {
    for (label, text) in [
        ("spaced", spaced), ("compact", compact), ("mixed", mixed), ("escaped", escaped),
    ] {
        text.withUnsafeBufferPointer { bytes in
            var tape = JSONTape()
            measure("tape.parse \(label)", bytes: bytes.count) { calls in
                var tokens = 0
                for _ in 0..<calls {
                    do { try tape.parse(bytes) } catch { return -1 }
                    tokens &+= tape.count
                }
                return tokens
            }
            var buffer = ByteBuffer(capacity: 4096)
            measure("tape.writeCanonical \(label)", bytes: bytes.count) { calls in
                var notes: RecordNotes = []
                for _ in 0..<calls {
                    buffer.removeAll()
                    tape.writeCanonical(into: &buffer, notes: &notes)
                }
                return buffer.count
            }
        }
    }
    var buffer = ByteBuffer(capacity: 4096)
    measure("timestamp.write", bytes: Timestamp.textCount) { calls in
        var sum = 0
        for call in 0..<calls {
            let instant = Timestamp(microseconds: 1_795_229_022_846_147 &+ Int64(call) &* 1000)
            instant.write(to: buffer.tail(Timestamp.textCount))
            sum &+= Int(buffer.tail(Timestamp.textCount)[25])
        }
        return sum
    }
    let text = Array("2026-11-20T14:31:12.123456Z".utf8)
    measure("timestamp.parse", bytes: text.count) { calls in
        text.withUnsafeBufferPointer { bytes in
            var sum: Int64 = 0
            for _ in 0..<calls { sum &+= Timestamp.parse(bytes)?.timestamp.microseconds ?? 0 }
            return Int(sum & 0xFFFF)
        }
    }
    let instant = Timestamp(microseconds: 1_795_229_022_846_147)
    let prices: (Decimal, Decimal, Decimal) = ("150.24", 100, "0.50")
    func filled() -> Event {
        Event.orderFilled(
            orderID: "order-00000001", asset: "AAPL", fillPrice: prices.0, filledAmount: prices.1,
            commission: prices.2, strategy: "momentum")
    }
    measure("Event.orderFilled(…)", bytes: compact.count) { calls in
        var fields = 0
        for _ in 0..<calls { fields &+= filled().fields.count }
        return fields
    }
    let event = filled()
    measure("event.write", bytes: compact.count) { calls in
        for _ in 0..<calls {
            buffer.removeAll()
            event.write(at: instant, into: &buffer)
        }
        return buffer.count
    }
}

benchmarkRecords()
#if canImport(Masking)
    benchmarkMasking()
#endif
#if canImport(Parquet)
    benchmarkParquetFile()
    benchmarkParquet()
#endif
#if canImport(Segments)
    benchmarkSegments()
#endif
