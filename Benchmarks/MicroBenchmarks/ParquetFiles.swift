// SPDX-License-Identifier: Apache-2.0

#if canImport(Parquet)
    import Parquet

    #if canImport(Glibc)
        import Glibc
    #else
        import Darwin
    #endif

    private func put(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        write(descriptor, bytes, count)
    }

    private struct DescriptorSink: ParquetSink {
        let descriptor: Int32

        mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) {
            var done = 0
            while done < bytes.count {
                let count = put(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                guard count > 0 else { throw ParquetError(.inputOutput, "write") }
                done += count
            }
        }
    }

    /// `PARQUET_FILE=x.parquet [PARQUET_OUT=y.parquet] … parquet.file`: reads a file whole, column
    /// by column, and encodes it again, on one thread.
    func benchmarkParquetFile() {
        guard let path = getenv("PARQUET_FILE").map({ String(cString: $0) }) else { return }
        do { try recode(path, getenv("PARQUET_OUT").map { String(cString: $0) }) } catch {
            print(error)
        }
    }

    private func recode(_ path: String, _ output: String?) throws {
        let file = try ParquetFile(FileSource(path: path))
        let clock = ThreadClock()
        var groups: [[ColumnVector]] = []
        var reading = Duration.zero
        for round in 0..<3 {
            var times = [Duration](repeating: .zero, count: file.schema.columns.count)
            groups = []
            for group in file.rowGroups.indices {
                var columns: [ColumnVector] = []
                for column in file.schema.columns.indices {
                    times[column] += try clock.measure {
                        columns.append(try file.read(column: column, rowGroup: group))
                    }
                }
                groups.append(columns)
            }
            reading = times.reduce(.zero, +)
            guard round == 2 else { continue }
            for (column, time) in zip(file.schema.columns, times) {
                print("  read \(column.name): \(nanoseconds(time, file.rowCount)) ns a row")
            }
        }
        print("read: \(nanoseconds(reading, file.rowCount)) ns a row of all columns")
        // As values: what a writer has, who does not know of dictionaries.
        let plain = groups.map { $0.map(\.spelled) }
        for version in [WriterOptions.PageVersion.v1, .v2] {
            let options = WriterOptions(pageVersion: version)
            var times = [Duration](repeating: .zero, count: file.schema.columns.count)
            var sizes = [Int](repeating: 0, count: file.schema.columns.count)
            for (index, column) in file.schema.columns.enumerated() {
                let encoder = try RowGroupEncoder(schema: Schema([column]), options: options)
                for group in plain {
                    times[index] += try clock.measure {
                        sizes[index] += try encoder.encode([group[index]]).byteCount
                    }
                }
            }
            for (index, column) in file.schema.columns.enumerated() {
                let theirs = file.rowGroups.reduce(0) { $0 + $1.columns[index].compressedSize }
                print(
                    "  \(version) \(column.name): \(sizes[index]) bytes (\(theirs)), "
                        + "\(nanoseconds(times[index], file.rowCount)) ns a row")
            }
            print(
                "\(version): \(sizes.reduce(0, +)) bytes of pages, "
                    + "\(nanoseconds(times.reduce(.zero, +), file.rowCount)) ns a row of all columns"
            )
        }
        guard let output else { return }
        let descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        var writer = try ParquetWriter(
            to: DescriptorSink(descriptor: descriptor), schema: file.schema)
        let encoder = try RowGroupEncoder(schema: file.schema)
        for group in plain { try writer.append(try encoder.encode(group)) }
        try writer.finish()
        close(descriptor)
        print("written: \(writer.offset) bytes, read: \(file.source.size) bytes")
        let mine = try ParquetFile(FileSource(path: output))
        for column in mine.schema.columns {
            let index = mine.schema.index(of: column.name) ?? 0
            let chunk = mine.rowGroups[0].columns[index]
            let time = try clock.measure {
                for group in mine.rowGroups.indices {
                    _ = try mine.read(column: index, rowGroup: group)
                }
            }
            print(
                "  \(column.name): \(chunk.encodings), bloom \(chunk.hasBloomFilter), "
                    + "read \(nanoseconds(time, mine.rowCount)) ns a row")
        }
    }

    /// What the thread itself took, whatever else runs on the machine.
    private struct ThreadClock {
        private func now() -> Duration {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }

        func measure(_ body: () throws -> Void) rethrows -> Duration {
            let start = now()
            try body()
            return now() - start
        }
    }

    private func nanoseconds(_ time: Duration, _ rows: Int) -> Double {
        let seconds = Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds)
        return Double(Int(seconds * 1e10 / Double(max(rows, 1)))) / 10
    }

    extension ColumnVector {
        fileprivate var spelled: ColumnVector {
            guard case .dictionary(let codes, let entries) = values else { return self }
            var plain = self
            switch entries {
            case .int64s(let numbers): plain.values = .int64s(codes.map { numbers[Int($0)] })
            case .strings(let strings):
                var all = ByteStrings()
                for code in codes { Array(strings[Int(code)]).withUnsafeBytes { all.append($0) } }
                plain.values = .strings(all)
            default: break
            }
            return plain
        }
    }
#endif
