// SPDX-License-Identifier: Apache-2.0

/// Goes from page to page through bytes of a column chunk. Checks sizes and checksums, decrypts,
/// does not decompress.
struct PageWalker {
    private let bytes: UnsafeRawBufferPointer
    /// Where the bytes lie in the file.
    private let base: Int
    private let cipher: ModuleCipher?
    private let address: ChunkAddress
    /// Whether the next page is the dictionary; only an encrypted page needs this said.
    private var expectsDictionary: Bool
    /// Data pages passed, those before these bytes included.
    private var page: Int
    private var position = 0

    init(
        _ bytes: UnsafeRawBufferPointer, at base: Int, cipher: ModuleCipher?,
        address: ChunkAddress, expectsDictionary: Bool, firstPage: Int = 0
    ) {
        self.bytes = bytes
        self.base = base
        self.cipher = cipher
        self.address = address
        self.expectsDictionary = expectsDictionary
        page = firstPage
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// Where the next page begins in the file, for messages.
    var offset: Int { base + position }

    /// Calls `body` with the next page's header and its bytes, which are decrypted and still
    /// compressed.
    @inline(__always)
    mutating func next(
        _ body: (PageHeader, UnsafeRawBufferPointer) throws(ParquetError) -> Void
    ) throws(ParquetError) {
        let modules =
            cipher == nil
            ? nil : address.modules(page: expectsDictionary ? nil : page)
        let start = offset
        let header = try header(modules?.header)
        guard header.compressedSize <= bytes.count - position else {
            throw damaged("The page is longer than its chunk", at: start)
        }
        let content = UnsafeRawBufferPointer(
            rebasing: bytes[position..<(position + header.compressedSize)])
        position += header.compressedSize
        if let checksum = header.checksum, CRC32.checksum(content) != checksum {
            throw damaged("The page does not have the checksum that its header says", at: start)
        }
        switch header.kind {
        case .dictionary: expectsDictionary = false
        case .data, .dataV2: page += 1
        case .other: break
        }
        guard let cipher, let module = modules?.body else {
            try checkSizes(header, content.count, at: start)
            return try body(header, content)
        }
        let plain = try cipher.decrypt(content, as: module)
        guard plain.consumed == content.count else {
            throw damaged("The page's encrypted module has another length", at: start)
        }
        try checkSizes(header, plain.content.count, at: start)
        var clear = header
        clear.compressedSize = plain.content.count
        try plain.content.lend { (content) throws(ParquetError) in try body(clear, content) }
    }

    private mutating func header(
        _ module: ModuleCipher.Module?
    ) throws(ParquetError) -> PageHeader {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
        guard let cipher, let module else {
            let most = min(rest.count, Limits.pageHeaderBytes)
            var reader = ThriftReader(
                UnsafeRawBufferPointer(rebasing: rest[..<most]), at: offset)
            let header = try PageHeader(&reader)
            position += reader.position
            return header
        }
        guard try ModuleCipher.moduleBytes(rest) <= Limits.pageHeaderBytes else {
            throw damaged("The page's header is too long", at: offset)
        }
        let plain = try cipher.decrypt(rest, as: module)
        let place = offset
        position += plain.consumed
        return try plain.content.lend { (bytes) throws(ParquetError) in
            var reader = ThriftReader(bytes, at: place)
            return try PageHeader(&reader)
        }
    }

    private func checkSizes(
        _ header: PageHeader, _ compressed: Int, at start: Int
    ) throws(ParquetError) {
        guard header.uncompressedSize <= Limits.pageBytes, compressed <= Limits.pageBytes else {
            throw ParquetError(
                .tooLarge,
                "The page at byte \(start) of the file has \(header.uncompressedSize) bytes; this "
                    + "library reads \(Limits.pageBytes).")
        }
    }

    private func damaged(_ what: String, at place: Int) -> ParquetError {
        ParquetError(.damaged, "\(what) (at byte \(place) of the file).")
    }
}
