// SPDX-License-Identifier: Apache-2.0
//
// Small valid files, altered in each byte and cut off at each length: reading them ends with values
// or with a `ParquetError`, and where something vouches for the bytes, with the right one of these.

import Foundation
import Parquet
import Testing

/// What reading all of a file comes to.
private struct Contents: Equatable {
    /// The rows of each chunk; nil where reading it was an error.
    var chunks: [[[UInt8]?]?] = []
    /// Errors, of the pages and of what else a chunk has.
    var errors = 0
}

private let key = [UInt8](0..<16)

/// Everything that a reader offers, of every chunk. Nil when the file does not open.
private func contents(_ bytes: [UInt8], encrypted: Bool) -> Contents? {
    let key = encrypted ? try? EncryptionKey(key) : nil
    guard let file = try? ParquetFile(MemorySource(bytes), key: key) else { return nil }
    var contents = Contents()
    func attempt<Value>(_ body: () throws(ParquetError) -> Value) -> Value? {
        do throws(ParquetError) {
            return try body()
        } catch {
            contents.errors += 1
            return nil
        }
    }
    for group in file.rowGroups.indices {
        let rows = file.rowGroups[group].rowCount
        for column in file.schema.columns.indices {
            let whole = attempt { () throws(ParquetError) in
                try file.read(column: column, rowGroup: group)
            }
            contents.chunks.append(whole?.rows)
            let part = attempt { () throws(ParquetError) in
                try file.read(column: column, rowGroup: group, rows: (rows / 2)..<rows)
            }
            if let part { #expect(part.count == rows - rows / 2) }
            _ = attempt { () throws(ParquetError) in
                try file.pageIndex(column: column, rowGroup: group)
            }
            _ = attempt { () throws(ParquetError) in
                try file.bloomLocation(column: column, rowGroup: group)
            }
            _ = attempt { () throws(ParquetError) in
                try withUnsafeBytesOfSeven { (bytes) throws(ParquetError) in
                    try file.mayContain(bytes, column: column, rowGroup: group)
                }
            }
        }
    }
    return contents
}

private func withUnsafeBytesOfSeven<Value>(
    _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Value
) throws(ParquetError) -> Value {
    try exactly([7, 0, 0, 0, 0, 0, 0, 0], body)
}

@Suite struct CorruptionTests {
    /// Every byte of every file with `DAYBOOK_PARQUET_CORPUS=all`; else a part of them, another one
    /// for each alteration.
    private static let step =
        ProcessInfo.processInfo.environment["DAYBOOK_PARQUET_CORPUS"] == "all" ? 1 : 13

    enum Kind: String, CaseIterable, Sendable {
        case zstd, plainV2, unchecked, encrypted, copied

        var options: WriterOptions {
            get throws {
                switch self {
                case .zstd, .copied: WriterOptions(bloomFilters: .columns(["i": nil, "s": nil]))
                case .plainV2:
                    WriterOptions(compression: .none, pageVersion: .v2, bloomFilters: .none)
                case .unchecked:
                    WriterOptions(compression: .none, bloomFilters: .none, checksums: false)
                case .encrypted:
                    WriterOptions(
                        bloomFilters: .columns(["s": nil]), encryption: try EncryptionKey(key))
                }
            }
        }

        /// A file with all encodings and few bytes.
        func file() throws -> [UInt8] {
            let schema = try Schema([
                Column("b", .boolean), Column("i", .int64, isOptional: false),
                Column("n", .int32), Column("d", .double),
                Column("s", .byteArray, .string), Column("l", .byteArray, isOptional: false),
                Column("w", .fixedLenByteArray(16), .decimal(precision: 38, scale: 18)),
            ])
            let spreads: [Spread] = [.random, .ascending, .few, .random, .few, .random, .constant]
            var random = TestRandom(2)
            let columns = zip(schema.columns, spreads).map { column, spread in
                let rows = 40
                let presence: [UInt8]? =
                    column.isOptional ? (0..<rows).map { $0 % 5 == 2 ? 0 : 1 } : nil
                return ColumnVector(
                    count: rows, presence: presence,
                    values: TestTable.values(
                        column.physical, spread,
                        presence.map { $0.reduce(0) { $0 + Int($1) } } ?? rows, &random))
            }
            let bytes = try TestTable.file(schema, [columns], try options)
            guard self == .copied else { return bytes }
            var writer = try ParquetWriter(to: MemorySink(), schema: schema, options: try options)
            try writer.append(copying: 0, of: try ParquetFile(MemorySource(bytes)))
            try writer.finish()
            return writer.sink.bytes
        }
    }

    @Test(arguments: Kind.allCases, [UInt8(0x00), 0xFF, 0x01, 0x80])
    func `an altered byte gives values or an error`(kind: Kind, alteration: UInt8) throws {
        let file = try kind.file()
        let isEncrypted = kind == .encrypted
        let original = try #require(contents(file, encrypted: isEncrypted))
        #expect(original.errors == 0)
        let first = Self.step == 1 ? 0 : Int(alteration) % Self.step
        var unnoticed = 0
        var tried = 0
        for place in stride(from: first, to: file.count, by: Self.step) {
            var altered = file
            // 00 and ff are set, 01 and 80 flipped.
            let isSet = alteration == 0 || alteration == 0xFF
            altered[place] = isSet ? alteration : file[place] ^ alteration
            guard altered[place] != file[place] else { continue }
            tried += 1
            let read = contents(altered, encrypted: isEncrypted)
            if let read, read.chunks != original.chunks, !read.chunks.contains(nil) {
                unnoticed += 1
            }
            if isEncrypted, place >= 4 {  // nobody looks at the magic number in front
                #expect(read.map { $0.errors > 0 } ?? true, "byte \(place) is covered by a tag")
            }
        }
        // Pages have checksums, the footer has none.
        if kind == .zstd || kind == .plainV2 || kind == .copied {
            #expect(unnoticed * 20 <= tried, "\(unnoticed) of \(tried)")
        }
    }

    @Test(arguments: Kind.allCases) func `a file cut off does not open`(kind: Kind) throws {
        let file = try kind.file()
        for cut in stride(from: 0, to: file.count, by: max(1, Self.step / 3)) {
            #expect(contents(Array(file[..<cut]), encrypted: kind == .encrypted) == nil)
        }
    }

    /// Seeds for Fuzz/ParquetFuzz.swift: written on demand, as the format of our files settles.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["DAYBOOK_PARQUET_SEEDS"] != nil))
    func `seeds are written`() throws {
        let folder = ProcessInfo.processInfo.environment["DAYBOOK_PARQUET_SEEDS"] ?? ""
        for kind in Kind.allCases {
            let url = URL(fileURLWithPath: folder).appending(path: kind.rawValue)
            try Data(try kind.file()).write(to: url)
        }
    }
}
