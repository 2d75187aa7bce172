// SPDX-License-Identifier: Apache-2.0
//
// One half of Tests/Interop/check_parquet.py, which compares with libraries that we did not write.
// Only runs when that script names a directory: it writes files for others to read into `ours`, and
// reads what others wrote in `theirs`. Beside each file goes FILE.values, which holds each value as
// the hexadecimal bytes it has in PLAIN encoding.

import Foundation
import Parquet
import Testing

private let directory = ProcessInfo.processInfo.environment["DAYBOOK_PARQUET_INTEROP"]

@Suite(.enabled(if: directory != nil, "run by Tests/Interop/check_parquet.py"))
struct InteropFiles {
    private let ours = URL(fileURLWithPath: directory ?? "").appending(path: "ours")
    private let theirs = URL(fileURLWithPath: directory ?? "").appending(path: "theirs")

    // MARK: - Values as text

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
    }

    private func physical(_ column: Column) -> String {
        switch column.physical {
        case .boolean: "boolean"
        case .int32: "int32"
        case .int64: "int64"
        case .double: "double"
        case .byteArray: "bytes"
        case .fixedLenByteArray(let width): "fixed\(width)"
        }
    }

    private func write(
        _ schema: Schema, _ rows: [[[UInt8]?]], beside file: URL, key: [UInt8]? = nil
    ) throws {
        let columns = zip(schema.columns, rows).map { column, rows -> [String: Any] in
            [
                "name": column.name, "physical": physical(column),
                "values": rows.map { $0.map { Self.hex($0) } as Any? ?? NSNull() },
            ]
        }
        var object: [String: Any] = ["columns": columns]
        object["key"] = key.map(Self.hex)
        try JSONSerialization.data(withJSONObject: object)
            .write(to: file.appendingPathExtension("values"))
    }

    // MARK: - Ours

    /// `TestTable`'s values, within what the logical types allow.
    private func columns(_ schema: Schema, rows: Int, seed: UInt64) -> [ColumnVector] {
        zip(schema.columns, TestTable.columns(of: schema, rows: rows, seed: seed)).map {
            column, vector in
            var vector = vector
            switch (column.logical, vector.values) {
            case (.decimal, .int64s(let values)):
                vector.values = .int64s(values.map { $0 % 1_000_000_000_000_000_000 })
            case (.timestamp, .int64s(let values)):
                vector.values = .int64s(values.map { $0 % 4_000_000_000_000_000 })
            case (.decimal, .fixed(var values)):
                // Two bytes of sign: 112 bits are fewer than 38 digits.
                for index in 0..<values.count {
                    let sign: UInt8 = values.data[index * 16] & 1 == 1 ? 0xFF : 0
                    values.data[index * 16] = sign
                    values.data[index * 16 + 1] = sign
                }
                vector.values = .fixed(values)
            case (.json, .strings(let values)):
                var quoted = ByteStrings()
                for index in 0..<values.count {
                    ([34] + values[index] + [34]).withUnsafeBytes { quoted.append($0) }
                }
                vector.values = .strings(quoted)
            default: break
            }
            return vector
        }
    }

    private func write(
        _ name: String, _ schema: Schema, rows: [Int], _ options: WriterOptions,
        key: [UInt8]? = nil
    ) throws {
        let groups = rows.enumerated().map { columns(schema, rows: $1, seed: UInt64($0 + 1)) }
        let pairs = [KeyValue("daybook.test", "é")]
        let bytes = try TestTable.file(schema, groups, options, metadata: pairs)
        let url = ours.appending(path: "\(name).parquet")
        try Data(bytes).write(to: url)
        let all = schema.columns.indices.map { column in groups.flatMap { $0[column].rows } }
        try write(schema, all, beside: url, key: key)
    }

    @Test func `files of ours are written`() throws {
        try FileManager.default.createDirectory(at: ours, withIntermediateDirectories: true)
        let all = try TestTable.schema()
        let some = try TestTable.schema([.few, .random])
        let versions: [(String, WriterOptions.PageVersion)] = [("v1", .v1), ("v2", .v2)]
        for (version, pages) in versions {
            try write(
                "zstd-\(version)", version == "v1" ? all : some, rows: [1300, 200],
                WriterOptions(pageVersion: pages, pageRows: 1024))
            try write(
                "plain-\(version)", some, rows: [1500],
                WriterOptions(compression: .none, pageVersion: pages, pageRows: 1024))
        }
        // Spark opens no file with other columns.
        let plainest = all.columns.filter {
            $0.logical != .uuid && $0.physical != .fixedLenByteArray(3)
        }
        try write("spark", try Schema(plainest), rows: [2200, 300], WriterOptions(pageRows: 1024))
        try write("one-row", some, rows: [1], WriterOptions())
        try write("no-rows", some, rows: [0], WriterOptions())
        try write("no-groups", some, rows: [], WriterOptions())
        let names = Dictionary(
            uniqueKeysWithValues: some.columns.filter { $0.physical != .boolean }.map {
                ($0.name, nil as Int?)
            })
        try write(
            "bloom", some, rows: [1100, 900],
            WriterOptions(pageRows: 1024, bloomFilters: .columns(names)))
        for size in [16, 24, 32] {
            let key = [UInt8](0..<UInt8(size))
            try write(
                "encrypted-\(size)", some, rows: [1500, 20],
                WriterOptions(pageRows: 1024, encryption: EncryptionKey(key)), key: key)
        }
    }

    @Test func `a file put together from others is written`() throws {
        try FileManager.default.createDirectory(at: ours, withIntermediateDirectories: true)
        let whole = try TestTable.schema([.few, .random])
        let part = try Schema(whole.columns.filter { $0.isOptional && !$0.name.contains("c7") })
        let optional = try Schema(whole.columns.filter(\.isOptional))
        let options = WriterOptions(pageRows: 1024)
        var writer = try ParquetWriter(to: MemorySink(), schema: optional, options: options)
        var rows = optional.columns.map { _ in [[UInt8]?]() }
        for (seed, schema) in [part, optional].enumerated() {
            let columns = columns(schema, rows: 2000, seed: UInt64(seed))
            let bytes = try TestTable.file(schema, [columns], options)
            try writer.append(copying: 0, of: try ParquetFile(MemorySource(bytes)))
            for (place, column) in optional.columns.enumerated() {
                rows[place] +=
                    schema.index(of: column.name).map { columns[$0].rows }
                    ?? Array(repeating: nil, count: 2000)
            }
        }
        try writer.finish()
        let url = ours.appending(path: "put-together.parquet")
        try Data(writer.sink.bytes).write(to: url)
        try write(optional, rows, beside: url)
    }

    // MARK: - Theirs

    private func readAll(_ url: URL) throws -> (schema: Schema, rows: [[[UInt8]?]]) {
        let hex = try? String(contentsOf: url.appendingPathExtension("key"), encoding: .utf8)
        let key = try hex.map { try EncryptionKey(Self.bytes(hex: $0)) }
        let file = try ParquetFile(FileSource(path: url.path), key: key)
        let rows = try file.schema.columns.indices.map { column in
            try file.rowGroups.indices.flatMap { group in
                let vector = try file.read(column: column, rowGroup: group)
                try compareParts(of: vector, file, column, group)
                return vector.rows
            }
        }
        return (file.schema, rows)
    }

    /// Ranges of rows, found by the page index, are the same as the whole; the index's own figures
    /// are right; and a bloom filter knows each value.
    private func compareParts(
        of vector: ColumnVector, _ file: ParquetFile, _ column: Int, _ group: Int
    ) throws {
        let rows = vector.rows
        for range in [0..<min(1, rows.count), (rows.count / 3)..<(rows.count / 2)] {
            let part = try file.read(column: column, rowGroup: group, rows: range)
            #expect(part.rows == Array(rows[range]))
        }
        for page in try file.pageIndex(column: column, rowGroup: group)?.pages ?? [] {
            let part = rows[page.firstRow..<(page.firstRow + page.rowCount)]
            if let nulls = page.nullCount { #expect(part.count { $0 == nil } == nulls) }
            #expect(page.isAllNull == part.allSatisfy { $0 == nil })
        }
        if file.rowGroups[group].columns[column].hasBloomFilter {
            for value in Set(rows.compactMap { $0 }) {
                let found = try value.withUnsafeBytes {
                    try file.mayContain($0, column: column, rowGroup: group)
                }
                #expect(found, "\(file.schema.columns[column].name)")
            }
        }
    }

    @Test func `files of others are read`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: theirs.path)
        for name in names.sorted() where name.hasSuffix(".parquet") {
            let url = theirs.appending(path: name)
            do {
                let (schema, rows) = try readAll(url)
                try write(schema, rows, beside: url)
            } catch let error as ParquetError {
                let text = ["error": "\(error.code)", "message": error.message]
                try JSONSerialization.data(withJSONObject: text)
                    .write(to: url.appendingPathExtension("values"))
            }
        }
    }
}
