// SPDX-License-Identifier: Apache-2.0

/// The encryption of one file: its key, and what binds modules to this file and no other.
struct FileEncryption: Sendable {
    let cipher: ModuleCipher
    private let fileUnique: [UInt8]
    private let keyMetadata: [UInt8]

    /// For a new file, with fresh random bytes of its own.
    init(_ key: EncryptionKey) throws(ParquetError) {
        fileUnique = ModuleCipher.fileUnique()
        keyMetadata = key.metadata
        cipher = try ModuleCipher(key: key.bytes, fileUnique: fileUnique)
    }

    /// What stands in clear before the encrypted footer.
    func terms() -> [UInt8] {
        FileCryptoMetaData(fileUnique: fileUnique, keyMetadata: keyMetadata).bytes()
    }

    func encrypt(
        _ bytes: [UInt8], as module: ModuleCipher.Module
    ) throws(ParquetError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + ModuleCipher.overhead)
        try bytes.lend { (bytes) throws(ParquetError) in
            try cipher.encrypt(bytes, as: module, into: &output)
        }
        return output
    }
}

/// Where the modules of a column chunk belong.
struct ChunkAddress {
    var rowGroup: Int
    var column: Int

    /// The modules of a page's header and of the page; `page` is nil for the dictionary.
    func modules(page: Int?) -> (header: ModuleCipher.Module, body: ModuleCipher.Module) {
        guard let page else {
            return (
                .dictionaryPageHeader(rowGroup: rowGroup, column: column),
                .dictionaryPage(rowGroup: rowGroup, column: column)
            )
        }
        return (
            .dataPageHeader(rowGroup: rowGroup, column: column, page: page),
            .dataPage(rowGroup: rowGroup, column: column, page: page)
        )
    }
}
