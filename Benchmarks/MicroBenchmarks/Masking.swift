// SPDX-License-Identifier: Apache-2.0

#if canImport(Masking)
    import Masking
    import Records

    /// The whole way of one record into a batch, for records in which nothing fires and for lines
    /// in which something does.
    func benchmarkMasking() {
        let provenance = Provenance(source: "stdin")
        var session = MaskingSession()
        var records = MaskedRecords()
        for (label, text) in [("spaced", spaced), ("compact", compact)] {
            measure("masking.append(jsonLine) \(label)", bytes: text.count) { calls in
                text.withUnsafeBufferPointer { bytes in
                    records.removeAll()
                    for _ in 0..<calls {
                        do {
                            try session.append(jsonLine: bytes, from: provenance, to: &records)
                        } catch { return -1 }
                    }
                    return records.byteCount
                }
            }
        }
        let event = Event.orderFilled(
            orderID: "order-00000001", asset: "AAPL", fillPrice: "150.24", filledAmount: 100,
            commission: "0.50", strategy: "momentum")
        let instant = Timestamp(microseconds: 1_795_229_022_846_147)
        measure("masking.append(event)", bytes: compact.count) { calls in
            records.removeAll()
            for _ in 0..<calls { session.append(event: event, at: instant, to: &records) }
            return records.byteCount
        }
        measure("event.orderFilled + masking.append(event)", bytes: compact.count) { calls in
            records.removeAll()
            for _ in 0..<calls {
                let event = Event.orderFilled(
                    orderID: "order-00000001", asset: "AAPL", fillPrice: "150.24",
                    filledAmount: 100, commission: "0.50", strategy: "momentum")
                session.append(event: event, at: instant, to: &records)
            }
            return records.byteCount
        }
        let texts = [
            (
                "chat line",
                #"{"event":"terminal_output","level":"info","text":"2026-11-21 02:43:42,707 - "#
                    + #"bot.strategy - INFO - loaded MomentumStrategy v2.1.0, watching 12 symbols"}"#
            ),
            (
                "request line",
                #"{"event":"terminal_output","text":"GET http://127.0.0.1:18081/sapi/v1/margin"#
                    + #"?timestamp=1795227884427&signature=bbd79be3a3066aa8948149ea4aa4faba47f3f138"#
                    + #", Request: {'X-MBX-APIKEY': 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zv'}"}"#
            ),
        ]
        for (label, text) in texts {
            let bytes = Array(text.utf8)
            measure("masking.append(jsonLine) \(label)", bytes: bytes.count) { calls in
                bytes.withUnsafeBufferPointer { bytes in
                    records.removeAll()
                    for _ in 0..<calls {
                        do {
                            try session.append(jsonLine: bytes, from: provenance, to: &records)
                        } catch { return -1 }
                    }
                    return records.byteCount
                }
            }
        }
    }
#endif
