// SPDX-License-Identifier: Apache-2.0

#if canImport(Segments)
    import Parquet
    import Segments

    #if canImport(Glibc)
        import Glibc
    #else
        import Darwin
    #endif

    /// A row group of order events in the shape of the documentation: three kinds, an order having
    /// several; ids sequential or random UUIDs.
    private func orderEvents(uuids: Bool) -> [UInt8] {
        var random = UInt64(42)
        func next(_ bound: UInt64) -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (random >> 33) % bound
        }
        func digits(_ value: UInt64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        func uuid() -> String {
            let hex = "0123456789abcdef".map { $0 }
            return String(
                (0..<36).map { [8, 13, 18, 23].contains($0) ? "-" : hex[Int(next(16))] })
        }
        var text: [UInt8] = []
        var id = ""
        for number in 0..<131_072 {
            if number % 3 == 0 {
                id = uuids ? uuid() : "order-" + digits(UInt64(number / 3), 8)
            }
            let time =
                "2026-11-20T14:\(digits(UInt64(number / 6000 % 60), 2)):"
                + "\(digits(UInt64(number / 100 % 60), 2)).\(digits(next(1_000_000), 6))Z"
            let kind = ["order_submitted", "order_filled", "order_rejected"][number % 3]
            var line = "{\"event\":\"\(kind)\",\"event_type\":\"\(kind)\",\"level\":\"info\","
            line += "\"order_id\":\"\(id)\",\"asset\":\"A\(next(200))\","
            switch number % 3 {
            case 0:
                line += "\"amount\":\"\(1 + next(900))\",\"order_type\":\"limit\","
                line += "\"limit_price\":\"\(100 + next(400)).\(digits(next(100), 2))\","
            case 1:
                line += "\"fill_price\":\"\(100 + next(400)).\(digits(next(100), 2))\","
                line += "\"filled_amount\":\"\(1 + next(900))\","
                line += "\"commission\":\"0.\(digits(next(100), 2))\","
            default: line += "\"rejection_reason\":\"insufficient_buying_power\","
            }
            text += Array((line + "\"timestamp\":\"\(time)\"}\n").utf8)
        }
        return text
    }

    /// The lines of a file, canonical ones, in the place of our own.
    private func lines(in path: UnsafePointer<CChar>?) -> [UInt8]? {
        guard let path, let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 {
            text += piece[..<count]
        }
        return text
    }

    func benchmarkSegments() {
        for (label, uuids) in [("sequential ids", false), ("UUIDs", true)] {
            let name = "segment.encode \(label)"
            let again = "segment.rebuild \(label)"
            guard only.isEmpty || only.contains(where: { name.contains($0) || again.contains($0) })
            else { continue }
            let text = lines(in: getenv("DAYBOOK_LINES")) ?? orderEvents(uuids: uuids)
            var group: SegmentRowGroup?
            report(name, text.count) {
                let encoder = SegmentEncoder(day: DayColumns())
                let taken = text.withUnsafeBytes { encoder.append(lines: $0) }
                group = try? encoder.finish()
                return taken > 0 ? encoder.rows : 0
            }
            guard let group else { continue }
            reportFile("segment.file \(label)", group, text)
            var batch = LineBatch()
            report(again, text.count) {
                do throws(SegmentError) {
                    var rebuilder = try LineRebuilder(group.schema, rows: group.rows) {
                        column throws(SegmentError) in group.columns[column]
                    }
                    for row in 0..<group.rows {
                        if row & 4095 == 0 { batch.removeAll() }
                        try rebuilder.rebuild(row, into: &batch)
                    }
                    return group.rows
                } catch {
                    return 0
                }
            }
        }
    }

    /// Prints what a part of the lines takes, column by column.
    private func reportFile(_ name: String, _ group: SegmentRowGroup, _ text: [UInt8]) {
        let header = SegmentHeader(
            origin: "o", date: "2026-11-20", first: 0, records: UInt64(group.rows))
        var bytes: [UInt8] = []
        report(name, text.count) {
            let sink = try? SegmentFiles.writePart(group, header: header, to: MemorySink())
            bytes = sink?.bytes ?? []
            return group.rows
        }
        var reader: SegmentReader?
        var batches = 0
        report(name + " lines", text.count) {
            reader = try? SegmentReader(MemorySource(bytes))
            guard let reader else { return 0 }
            try? reader.forEachBatch(in: reader.range) { batch in
                batches += batch.count
                return true
            }
            return group.rows
        }
        guard let reader, let first = reader.file.rowGroups.first else { return }
        print("\(bytes.count) bytes for \(text.count) of lines")
        for (column, chunk) in zip(reader.file.schema.columns, first.columns)
        where chunk.compressedSize > 100 {
            print("  \(chunk.compressedSize)  \(column.name)  \(chunk.encodings)")
        }
    }

    /// Prints the fastest of some rounds over a whole row group.
    private func report(_ name: String, _ bytes: Int, _ body: () -> Int) {
        var best = Duration.seconds(1000)
        var lines = 0
        for _ in 0..<10 { best = min(best, ContinuousClock().measure { lines = body() }) }
        let seconds = Double(best.components.attoseconds) / 1e18 + Double(best.components.seconds)
        let nanoseconds = Double(Int(seconds * 1e10 / Double(max(lines, 1)))) / 10
        let rate = Double(Int(Double(lines) / seconds / 1e4)) / 100
        print("\(nanoseconds) ns  \(name)  (a line, \(bytes / 131_072) bytes; \(rate) M lines/s)")
    }
#endif
