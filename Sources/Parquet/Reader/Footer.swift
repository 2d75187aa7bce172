// SPDX-License-Identifier: Apache-2.0

/// What the end of a file says.
struct Footer {
    let metadata: FileMetaData
    let cipher: ModuleCipher?

    /// Length and magic, behind the footer.
    private static let tailBytes = 8

    init(_ source: any ParquetSource, key: EncryptionKey?) throws(ParquetError) {
        // The file's magic, the footer, its length, the magic again.
        guard source.size >= FileMagic.plain.count + Self.tailBytes else { throw Self.noParquet }
        let guess = min(source.size, Limits.footerGuess)
        let start = source.size - guess
        var result: Footer?
        var range = 0..<0
        try source.withBytes(at: start, count: guess) { (bytes) throws(ParquetError) in
            let tail = UnsafeRawBufferPointer(rebasing: bytes[(guess - Self.tailBytes)...])
            range = try Self.range(tail, size: source.size)
            guard range.lowerBound >= start else { return }
            result = try Footer(
                UnsafeRawBufferPointer(
                    rebasing: bytes[(range.lowerBound - start)..<(range.upperBound - start)]),
                at: range.lowerBound, isEncrypted: Self.isEncrypted(tail), key)
        }
        if let result {
            self = result
            return
        }
        // A long footer: once more, with its length known.
        let whole = range.lowerBound..<source.size
        self = try source.withBytes(at: whole.lowerBound, count: whole.count) {
            (bytes) throws(ParquetError) in
            let tail = UnsafeRawBufferPointer(rebasing: bytes[(whole.count - Self.tailBytes)...])
            return try Footer(
                UnsafeRawBufferPointer(rebasing: bytes[..<range.count]), at: range.lowerBound,
                isEncrypted: Self.isEncrypted(tail), key)
        }
    }

    private init(
        _ bytes: UnsafeRawBufferPointer, at place: Int, isEncrypted: Bool, _ key: EncryptionKey?
    ) throws(ParquetError) {
        var reader = ThriftReader(bytes, at: place)
        guard isEncrypted else {
            metadata = try FileMetaData(&reader)
            cipher = nil
            return
        }
        guard let key else {
            throw ParquetError(.decryption, "The file is encrypted; open it with its key.")
        }
        let terms = try FileCryptoMetaData(&reader)
        let cipher = try ModuleCipher(key: key.bytes, fileUnique: terms.fileUnique)
        let rest = UnsafeRawBufferPointer(rebasing: bytes[reader.position...])
        let plain = try cipher.decrypt(rest, as: .footer)
        guard plain.consumed == rest.count else {
            throw ParquetError(.damaged, "The encrypted footer has another length.")
        }
        metadata = try plain.content.lend { (bytes) throws(ParquetError) in
            var reader = ThriftReader(bytes, at: place)
            return try FileMetaData(&reader)
        }
        self.cipher = cipher
    }

    /// Where the footer lies, by the last bytes of the file.
    private static func range(
        _ tail: UnsafeRawBufferPointer, size: Int
    ) throws(ParquetError) -> Range<Int> {
        guard tail[4...].elementsEqual(FileMagic.plain) || isEncrypted(tail) else {
            throw noParquet
        }
        let length = Int(tail.loadUnaligned(as: UInt32.self))
        guard length <= size - tailBytes - FileMagic.plain.count else {
            throw ParquetError(
                .damaged, "The footer says that it is \(length) bytes long; the file has \(size).")
        }
        guard length <= Limits.footerBytes else {
            throw ParquetError(
                .tooLarge,
                "The footer has \(length) bytes; this library reads \(Limits.footerBytes).")
        }
        return (size - tailBytes - length)..<(size - tailBytes)
    }

    private static func isEncrypted(_ tail: UnsafeRawBufferPointer) -> Bool {
        tail[4...].elementsEqual(FileMagic.encrypted)
    }

    private static let noParquet = ParquetError(
        .damaged, "This is no Parquet file, or its end is missing: it does not end with PAR1.")
}
