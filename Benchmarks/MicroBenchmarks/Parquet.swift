// SPDX-License-Identifier: Apache-2.0

#if canImport(Parquet)
    import Parquet

    /// A page's worth of values and more: what is measured stays in the second-level cache, as the
    /// pages of a file that is read one after the other do.
    private let count = 16_384

    /// Values a second in the fastest of many rounds.
    private func rate(_ name: String, _ values: Int, unit: String = "M/s", _ body: () -> Int) {
        guard only.isEmpty || only.contains(where: { name.contains($0) }) else { return }
        var best = Duration.seconds(1000)
        var sink = 0
        for _ in 0..<300 { best = min(best, ContinuousClock().measure { sink &+= body() }) }
        let seconds =
            Double(best.components.attoseconds) / 1e18 + Double(best.components.seconds)
        let millions = Double(values) / seconds / 1e6
        print("\(Int(millions)) \(unit)  \(name)  (checksum \(sink & 0xFFFF))")
    }

    private struct Noise: RandomNumberGenerator {
        var state: UInt64 = 1

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    func benchmarkParquet() {
        benchmarkHybrid()
        benchmarkDelta()
        benchmarkDictionary()
        benchmarkHashes()
        benchmarkChunks()
    }

    private func benchmarkHybrid() {
        var noise = Noise()
        let output = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
        defer { output.deallocate() }
        for width in [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 14, 16, 17, 20, 24, 31, 32] {
            let codes = (0..<count).map { _ in
                UInt32(truncatingIfNeeded: noise.next()) >> UInt32(32 - width)
            }
            var bytes: [UInt8] = []
            rate("hybrid encode, \(width) bits", count) {
                bytes.removeAll(keepingCapacity: true)
                codes.withUnsafeBufferPointer {
                    RLEHybrid.encode($0, bitWidth: width, into: &bytes)
                }
                return bytes.count
            }
            rate("hybrid decode, \(width) bits", count) {
                bytes.withUnsafeBytes {
                    let consumed = try? RLEHybrid.decode(
                        $0, bitWidth: width, count: count, into: output)
                    return (consumed ?? -1) &+ Int(output[count - 1])
                }
            }
        }
        var bytes: [UInt8] = [8]
        let runs = (0..<count).map { UInt32($0 / 5 & 127) }
        runs.withUnsafeBufferPointer { RLEHybrid.encode($0, bitWidth: 8, into: &bytes) }
        rate("codes decode, runs of 5", count) {
            bytes.withUnsafeBytes {
                try? RLEHybrid.decodeCodes($0, count: count, dictionaryCount: 128, into: output)
                return Int(output[count - 1])
            }
        }
        benchmarkLevels()
    }

    private func benchmarkLevels() {
        var noise = Noise()
        let output = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        defer { output.deallocate() }
        for (name, levels) in [
            ("noise", (0..<count).map { _ in UInt8(noise.next() >> 40 & 1) }),
            ("runs of 100", (0..<count).map { UInt8($0 / 100 & 1) }),
        ] {
            var bytes: [UInt8] = []
            rate("levels encode, \(name)", count) {
                bytes.removeAll(keepingCapacity: true)
                levels.withUnsafeBufferPointer { RLEHybrid.encodeLevels($0, into: &bytes) }
                return bytes.count
            }
            rate("levels decode, \(name)", count) {
                bytes.withUnsafeBytes {
                    (try? RLEHybrid.decodeLevels($0, count: count, into: output).ones) ?? -1
                }
            }
        }
    }

    private func benchmarkDelta() {
        var noise = Noise()
        for bits in [0, 4, 10, 20, 40, 60] {
            var value: Int64 = 1_795_229_022_846_147
            let values = (0..<count).map { _ in
                value &+= bits == 0 ? 1 : Int64(noise.next() >> UInt64(64 - bits))
                return value
            }
            var bytes: [UInt8] = []
            rate("delta encode 64, steps of \(bits) bits", count) {
                bytes.removeAll(keepingCapacity: true)
                values.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &bytes) }
                return bytes.count
            }
            rate("delta decode 64, steps of \(bits) bits", count) {
                bytes.withUnsafeBytes {
                    Int((try? DeltaBinaryPacked.decodeInt64($0, count: count))?.values[9] ?? -1)
                }
            }
        }
        let lengths = (0..<count).map { Int32($0 * 7 % 30) }
        var bytes: [UInt8] = []
        lengths.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &bytes) }
        rate("delta decode 32, lengths to 30", count) {
            bytes.withUnsafeBytes {
                Int((try? DeltaBinaryPacked.decodeInt32($0, count: count))?.values[9] ?? -1)
            }
        }
    }

    private func strings(_ text: (Int) -> String) -> ByteStrings {
        var strings = ByteStrings()
        for index in 0..<count { Array(text(index).utf8).withUnsafeBytes { strings.append($0) } }
        return strings
    }

    private func benchmarkDictionary() {
        let few = strings { "symbol-\($0 * 7 % 200)" }
        let long = strings { "a strategy with a longer name, number \($0 * 7 % 50)" }
        let ids = strings { "order-\(10_000_000 + $0 / 3)" }
        for (name, strings) in [("few", few), ("few long", long), ("ids thrice", ids)] {
            rate("dictionary of strings, \(name)", count) {
                DictionaryBuilder.build(.strings(strings))?.codes.count ?? -1
            }
            var plain: [UInt8] = []
            Plain.encode(.strings(strings), into: &plain)
            rate("plain encode of strings, \(name)", count) {
                plain.removeAll(keepingCapacity: true)
                Plain.encode(.strings(strings), into: &plain)
                return plain.count
            }
            rate("plain decode of strings, \(name)", count) {
                plain.withUnsafeBytes {
                    (try? Plain.decode($0, physical: .byteArray, count: count))?.count ?? -1
                }
            }
            var lengths: [UInt8] = []
            DeltaLengthByteArray.encode(strings, range: 0..<count, into: &lengths)
            rate("delta-length decode of strings, \(name)", count) {
                lengths.withUnsafeBytes {
                    (try? DeltaLengthByteArray.decode($0, count: count))?.count ?? -1
                }
            }
        }
        let prices = (0..<count).map { Int64($0 * 7 % 200) << 20 }
        rate("dictionary of integers, few", count) {
            DictionaryBuilder.build(.int64s(prices))?.codes.count ?? -1
        }
        let distinct = (0..<count).map { Int64($0) << 20 }
        rate("dictionary of integers, all new: gives up", count) {
            DictionaryBuilder.build(.int64s(distinct))?.codes.count ?? -1
        }
    }

    private func benchmarkHashes() {
        let page = [UInt8](repeating: 0xA5, count: 256 << 10)
        rate("crc32 of 256 KiB", page.count, unit: "MB/s") {
            page.withUnsafeBytes { Int(CRC32.checksum($0)) }
        }
        for size in [12, 14, 20, 36] {
            let text = String(repeating: "x", count: size - 8)
            let ids = strings { text + String(10_000_000 + $0) }
            rate("xxhash of ids of \(size) bytes", count) {
                Int(truncatingIfNeeded: XXHash64.hashes(of: ids)[9])
            }
            rate("bloom filter of ids of \(size) bytes", count) {
                var filter = SplitBlockBloomFilter(distinct: count, falsePositives: 0.01)
                filter.insert(.strings(ids))
                return filter.contains(hash: 9) ? 1 : 0
            }
        }
    }

    /// Whole chunks of a row group as segments have them, pages, checksums and zstd included.
    private func benchmarkChunks() {
        let rows = 131_072
        var noise = Noise()
        let few = (0..<rows).map { _ in Int64(noise.next() >> 57) }
        let steps = (0..<rows).map { Int64($0) * 1000 + few[$0] }
        let random = (0..<rows).map { _ in Int64(bitPattern: noise.next()) }
        var ids = ByteStrings()
        for row in 0..<rows {
            Array("order-\(10_000_000 + row / 3)".utf8).withUnsafeBytes { ids.append($0) }
        }
        let presence = few.map { UInt8($0 & 1) }
        let some = zip(few, presence).filter { $0.1 == 1 }.map { $0.0 }
        let columns: [(String, PhysicalType, ColumnVector)] = [
            ("few", .int64, ColumnVector(count: rows, values: .int64s(few))),
            (
                "few, half null", .int64,
                ColumnVector(count: rows, presence: presence, values: .int64s(some))
            ),
            ("steps", .int64, ColumnVector(count: rows, values: .int64s(steps))),
            ("random", .int64, ColumnVector(count: rows, values: .int64s(random))),
            ("ids thrice", .byteArray, ColumnVector(count: rows, values: .strings(ids))),
        ]
        for (name, type, vector) in columns {
            do {
                let schema = try Schema([Column("a", type)])
                let encoder = try RowGroupEncoder(schema: schema)
                rate("chunk write, \(name)", rows) {
                    (try? encoder.encode([vector]).byteCount) ?? -1
                }
                var writer = try ParquetWriter(to: MemorySink(), schema: schema)
                try writer.append(try encoder.encode([vector]))
                try writer.finish()
                let file = try ParquetFile(MemorySource(writer.sink.bytes))
                rate("chunk read, \(name)", rows) {
                    (try? file.read(column: 0, rowGroup: 0).values.count) ?? -1
                }
            } catch {
                print("chunk \(name): \(error)")
            }
        }
    }
#endif
