// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Parquet

@Suite struct MalformedTests {
    /// Everything that can be asked of a file; how it ends does not matter, that it ends does.
    private static func exercise(_ bytes: [UInt8], key: EncryptionKey? = nil) {
        do throws(ParquetError) {
            let file = try ParquetFile(MemorySource(bytes), key: key)
            var writer = try ParquetWriter(to: MemorySink(), schema: file.schema)
            for group in file.rowGroups.indices {
                for column in file.schema.columns.indices {
                    _ = file.rowGroups[group].columns[column].statistics
                    _ = try? file.read(column: column, rowGroup: group)
                    let rows = file.rowGroups[group].rowCount
                    _ = try? file.read(column: column, rowGroup: group, rows: rows / 2..<rows)
                    _ = try? file.pageIndex(column: column, rowGroup: group)
                    _ = try? file.mayContain(.int64(5), column: column, rowGroup: group)
                }
                try writer.append(copying: group, of: file)
            }
            try writer.finish()
        } catch {}
    }

    private static func small(_ options: WriterOptions) throws -> [UInt8] {
        var options = options
        options.bloomFilters = .columns(["a": nil])
        let schema = try Schema([
            Column("a", .int64), Column("b", .byteArray, .string, isOptional: false),
        ])
        var strings = ByteStrings()
        for index in 0..<40 {
            Array("text \(index % 3)".utf8).withUnsafeBytes { strings.append($0) }
        }
        return try TestTable.file(
            schema,
            [
                [
                    ColumnVector(
                        count: 40, presence: (0..<40).map { $0 % 4 == 0 ? 0 : 1 },
                        values: .int64s((0..<30).map { $0 * $0 })),
                    ColumnVector(count: 40, values: .strings(strings)),
                ]
            ], options)
    }

    @Test(arguments: RoundTripTests.options.indices)
    func `no altered byte makes reading trap`(option: Int) throws {
        let bytes = try Self.small(RoundTripTests.options[option])
        for place in bytes.indices {
            // Another change for each of the options: all four at every byte take too long here,
            // and the fuzzer goes further.
            var altered = bytes
            altered[place] = [0, 0xFF, bytes[place] ^ 0x80, bytes[place] &+ 1][option]
            Self.exercise(altered)
        }
    }

    @Test func `no cut makes reading trap, and each is noticed`() throws {
        let bytes = try Self.small(WriterOptions())
        for count in 0..<bytes.count {
            let cut = Array(bytes[..<count])
            #expect(throws: ParquetError(.damaged, "")) { try ParquetFile(MemorySource(cut)) }
        }
    }

    @Test func `a page that was altered is noticed by its checksum`() throws {
        let bytes = try Self.small(WriterOptions())
        let file = try ParquetFile(MemorySource(bytes))
        let page = try #require(try file.pageIndex(column: 0, rowGroup: 0)).pages[0]
        var altered = bytes
        altered[page.offset + page.compressedSize - 1] ^= 1
        let read = try ParquetFile(MemorySource(altered))
        #expect(throws: ParquetError(.damaged, "")) { try read.read(column: 0, rowGroup: 0) }
    }

    @Test func `an encrypted file refuses each altered byte of its footer`() throws {
        let key = try EncryptionKey([UInt8](repeating: 1, count: 16))
        let bytes = try Self.small(WriterOptions(encryption: key))
        for place in stride(from: bytes.count - 200, to: bytes.count, by: 3) {
            var altered = bytes
            altered[place] ^= 0x10
            #expect(throws: ParquetError.self) {
                try ParquetFile(MemorySource(altered), key: key)
            }
        }
        for place in stride(from: 4, to: bytes.count - 400, by: 7) {
            var altered = bytes
            altered[place] ^= 1
            Self.exercise(altered, key: key)
        }
    }

    @Test func `lists and strings longer than what holds them take no memory`() {
        // A list of 2^31 structures, a byte string of 2^62 bytes, a number without an end.
        let inputs: [[UInt8]] = [
            [0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07],
            [0x68, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F],
            [0x36, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ]
        for input in inputs {
            #expect(throws: ParquetError(.damaged, "")) {
                try input.lend { (bytes) throws(ParquetError) in
                    var reader = ThriftReader(bytes, at: 0)
                    _ = try FileMetaData(&reader)
                }
            }
        }
    }

    @Test(arguments: [UInt8(0x1C), 0x19, 0x1B])
    func `structures, lists and maps nest to a limit`(header: UInt8) {
        var input: [UInt8] = []
        for _ in 0..<100_000 {
            input.append(header)
            if header == 0x1B { input += [1, 0xBB] }
        }
        #expect(throws: ParquetError(.damaged, "")) {
            try input.lend { (bytes) throws(ParquetError) in
                var reader = ThriftReader(bytes, at: 0)
                try reader.structure { (_, _) throws(ParquetError) in false }
            }
        }
    }
}
