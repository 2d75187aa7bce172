// SPDX-License-Identifier: Apache-2.0

import Parquet
import Testing

@Suite struct EncryptionFileTests {
    private static let secret = "a text that must not be found"

    private static func key(_ size: Int, metadata: String = "") throws -> EncryptionKey {
        try EncryptionKey((0..<size).map { UInt8($0) }, metadata: Array(metadata.utf8))
    }

    private static func file(_ key: EncryptionKey) throws -> ([UInt8], [ColumnVector], Schema) {
        var strings = ByteStrings()
        for index in 0..<5000 {
            Array("\(secret) \(index &* 7919 % 5000)".utf8).withUnsafeBytes { strings.append($0) }
        }
        let schema = try Schema([
            Column("secret column", .byteArray, .string),
            Column("few", .byteArray, .string), Column("number", .int64),
        ])
        var random = TestRandom(1)
        let columns = [
            ColumnVector(count: 5000, values: .strings(strings)),
            ColumnVector(
                count: 5000, values: TestTable.values(.byteArray, .few, 5000, &random)),
            ColumnVector(count: 5000, values: .int64s((0..<5000).map { $0 })),
        ]
        let options = WriterOptions(
            compression: .none, pageVersion: .v2, pageRows: 1024,
            bloomFilters: .columns(["secret column": nil]), encryption: key)
        let bytes = try TestTable.file(
            schema, [columns, columns], options, metadata: [KeyValue("a", secret)])
        return (bytes, columns, schema)
    }

    @Test(arguments: [16, 24, 32])
    func `a file comes back with its key, and only with it`(size: Int) throws {
        let key = try Self.key(size, metadata: "which key")
        let (bytes, columns, schema) = try Self.file(key)
        let file = try ParquetFile(MemorySource(bytes), key: key)
        #expect(file.isEncrypted && file.schema == schema)
        #expect(file.metadata("a") == Self.secret)
        for group in 0..<2 {
            for column in columns.indices {
                #expect(
                    try file.read(column: column, rowGroup: group).rows == columns[column].rows)
                #expect(
                    try file.read(column: column, rowGroup: group, rows: 2000..<2100).rows
                        == Array(columns[column].rows[2000..<2100]))
                #expect(try file.pageIndex(column: column, rowGroup: group)?.pages.count == 5)
            }
            #expect(
                try file.mayContain(
                    .bytes(Array("\(Self.secret) 17".utf8)), column: 0, rowGroup: group))
            #expect(
                try !file.mayContain(.bytes(Array("absent".utf8)), column: 0, rowGroup: group))
            #expect(try file.bloomLocation(column: 0, rowGroup: group) == nil)
        }
        #expect(throws: ParquetError(.decryption, "")) { try ParquetFile(MemorySource(bytes)) }
        let other = try EncryptionKey([UInt8](repeating: 9, count: size))
        #expect(throws: ParquetError(.decryption, "")) {
            try ParquetFile(MemorySource(bytes), key: other)
        }
    }

    @Test func `nothing of the content stands in clear, the key's metadata does`() throws {
        let (bytes, _, _) = try Self.file(Self.key(16, metadata: "which key"))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("a text") && !text.contains("secret column"))
        #expect(text.contains("which key"))
        #expect(bytes.prefix(4).elementsEqual("PARE".utf8))
        #expect(bytes.suffix(4).elementsEqual("PARE".utf8))
    }

    @Test func `pages that changed places do not open`() throws {
        let key = try Self.key(16)
        let (bytes, _, _) = try Self.file(key)
        let file = try ParquetFile(MemorySource(bytes), key: key)
        let pages = try #require(try file.pageIndex(column: 2, rowGroup: 0)).pages
        let others = try #require(try file.pageIndex(column: 2, rowGroup: 1)).pages
        for (one, other) in [(pages[0], pages[1]), (pages[0], others[0])]
        where one.compressedSize == other.compressedSize {
            var swapped = bytes
            let left = one.offset..<(one.offset + one.compressedSize)
            let right = other.offset..<(other.offset + other.compressedSize)
            swapped.replaceSubrange(left, with: bytes[right])
            swapped.replaceSubrange(right, with: bytes[left])
            let altered = try ParquetFile(MemorySource(swapped), key: key)
            #expect(throws: ParquetError(.decryption, "")) {
                try altered.read(column: 2, rowGroup: 0)
            }
        }
        #expect(pages[0].compressedSize == others[0].compressedSize)
    }

    @Test func `keys of other lengths are refused, and no key is printed`() throws {
        #expect(throws: ParquetError(.misuse, "")) { try EncryptionKey([1, 2, 3]) }
        let key = try EncryptionKey([UInt8](repeating: 201, count: 16))
        #expect(!"\(key)".contains("201"))
        #expect(!String(reflecting: key).contains("201"))
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("201"))
    }
}
