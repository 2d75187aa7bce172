// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Parquet

@Suite struct ModuleCipherTests {
    private static let key = [UInt8](0..<16)
    private let cipher: ModuleCipher

    init() throws {
        cipher = try ModuleCipher(
            key: Self.key, prefix: Array("prefix".utf8), fileUnique: [1, 2, 3, 4, 5, 6, 7, 8])
    }

    private func sealed(_ text: String, as module: ModuleCipher.Module) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try Array(text.utf8).withUnsafeBytes { try cipher.encrypt($0, as: module, into: &bytes) }
        return bytes
    }

    private func opened(
        _ bytes: [UInt8], as module: ModuleCipher.Module, with cipher: ModuleCipher? = nil
    ) throws(ParquetError) -> (text: String, consumed: Int) {
        let cipher = cipher ?? self.cipher
        let (content, consumed) = try exactly(bytes) { (bytes) throws(ParquetError) in
            try cipher.decrypt(bytes, as: module)
        }
        return (String(decoding: content, as: UTF8.self), consumed)
    }

    static let modules: [ModuleCipher.Module] = [
        .footer, .columnMetadata(rowGroup: 0, column: 1),
        .dataPage(rowGroup: 0, column: 1, page: 0),
        .dataPage(rowGroup: 0, column: 1, page: 1), .dictionaryPage(rowGroup: 0, column: 1),
        .dataPageHeader(rowGroup: 0, column: 1, page: 0),
        .dictionaryPageHeader(rowGroup: 0, column: 1), .columnIndex(rowGroup: 0, column: 1),
        .columnIndex(rowGroup: 1, column: 0), .offsetIndex(rowGroup: 0, column: 1),
        .bloomFilterHeader(rowGroup: 0, column: 1), .bloomFilterBitset(rowGroup: 0, column: 1),
    ]

    @Test func `a module opens in its place and in no other`() throws {
        for module in Self.modules {
            let bytes = try sealed("a page", as: module)
            #expect(bytes.count == 6 + ModuleCipher.overhead)
            for other in Self.modules {
                if other == module {
                    let back = try opened(bytes + [1, 2, 3], as: module)
                    #expect(back.text == "a page")
                    #expect(back.consumed == bytes.count)
                } else {
                    #expect(throws: ParquetError(.decryption, "")) {
                        try opened(bytes, as: other)
                    }
                }
            }
        }
    }

    @Test func `a module that another library sealed opens`() throws {
        // AES-GCM by OpenSSL, under the additional data that the specification prescribes:
        // prefix, 1…8, type 2 (data page), row group 1, column 258, page 5.
        let bytes: [UInt8] = [
            34, 0, 0, 0, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 123, 66, 62,
            196, 188, 103, 94, 150, 166, 46, 150, 87, 72, 212, 143, 215, 243, 236, 83, 192, 241, 9,
        ]
        #expect(
            try opened(bytes, as: .dataPage(rowGroup: 1, column: 258, page: 5)).text == "a page")
    }

    @Test func `each altered byte, each cut and each other key is an error`() throws {
        let bytes = try sealed("some content", as: .footer)
        for place in bytes.indices {
            var altered = bytes
            altered[place] ^= 0x40
            #expect(throws: ParquetError.self) { try opened(altered, as: .footer) }
            #expect(throws: ParquetError(.damaged, "")) {
                try opened(Array(bytes[..<place]), as: .footer)
            }
        }
        for other in [
            try ModuleCipher(key: Self.key, fileUnique: [1, 2, 3, 4, 5, 6, 7, 8]),
            try ModuleCipher(
                key: Self.key, prefix: Array("prefix".utf8), fileUnique: [8, 7, 6, 5, 4, 3, 2, 1]),
            try ModuleCipher(
                key: [UInt8](1..<17), prefix: Array("prefix".utf8),
                fileUnique: [1, 2, 3, 4, 5, 6, 7, 8]),
        ] {
            #expect(throws: ParquetError(.decryption, "")) {
                try opened(bytes, as: .footer, with: other)
            }
        }
    }

    @Test func `no two modules have the same nonce, and no two files the same bytes of their own`()
        throws
    {
        let nonces = Set(try (0..<200).map { _ in Array(try sealed("", as: .footer)[4..<16]) })
        #expect(nonces.count == 200)
        #expect(Set((0..<200).map { _ in ModuleCipher.fileUnique() }).count == 200)
    }

    @Test func `ordinals that 15 bits cannot hold, and keys of other lengths, are refused`() {
        #expect(throws: ParquetError(.tooLarge, "")) {
            try sealed("", as: .dataPage(rowGroup: 0, column: 0, page: 32_768))
        }
        for count in [0, 15, 17, 31, 33] {
            #expect(throws: ParquetError(.misuse, "")) {
                try ModuleCipher(key: [UInt8](repeating: 0, count: count), fileUnique: [])
            }
        }
    }
}
