// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Encrypts and decrypts the modules of a file (Encryption.md, AES_GCM_V1): each is its length, a
/// nonce, the ciphertext and a tag. The tag covers which file and which place the module belongs
/// to, so that nothing can be exchanged.
struct ModuleCipher: Sendable {
    /// Length, nonce and tag: what a module takes besides its content.
    static let overhead = lengthBytes + nonceBytes + tagBytes
    static let lengthBytes = 4
    static let nonceBytes = 12
    static let tagBytes = 16

    /// What a module holds, and where it belongs.
    enum Module: Hashable, Sendable {
        case footer
        case columnMetadata(rowGroup: Int, column: Int)
        case dataPage(rowGroup: Int, column: Int, page: Int)
        case dictionaryPage(rowGroup: Int, column: Int)
        case dataPageHeader(rowGroup: Int, column: Int, page: Int)
        case dictionaryPageHeader(rowGroup: Int, column: Int)
        case columnIndex(rowGroup: Int, column: Int)
        case offsetIndex(rowGroup: Int, column: Int)
        case bloomFilterHeader(rowGroup: Int, column: Int)
        case bloomFilterBitset(rowGroup: Int, column: Int)

        /// The module's type, and the ordinals that follow it in what the tag covers.
        fileprivate var place: (type: UInt8, ordinals: [Int]) {
            switch self {
            case .footer: (0, [])
            case .columnMetadata(let rowGroup, let column): (1, [rowGroup, column])
            case .dataPage(let rowGroup, let column, let page): (2, [rowGroup, column, page])
            case .dictionaryPage(let rowGroup, let column): (3, [rowGroup, column])
            case .dataPageHeader(let rowGroup, let column, let page): (4, [rowGroup, column, page])
            case .dictionaryPageHeader(let rowGroup, let column): (5, [rowGroup, column])
            case .columnIndex(let rowGroup, let column): (6, [rowGroup, column])
            case .offsetIndex(let rowGroup, let column): (7, [rowGroup, column])
            case .bloomFilterHeader(let rowGroup, let column): (8, [rowGroup, column])
            case .bloomFilterBitset(let rowGroup, let column): (9, [rowGroup, column])
            }
        }
    }

    private let key: SymmetricKey
    /// What the tag of every module covers: the prefix that readers must know (may be empty), and
    /// the bytes that are this file's own.
    private let file: [UInt8]

    /// - Throws: `misuse` unless the key has 16, 24 or 32 bytes.
    init(key: [UInt8], prefix: [UInt8] = [], fileUnique: [UInt8]) throws(ParquetError) {
        guard [16, 24, 32].contains(key.count) else {
            throw ParquetError(
                .misuse, "A key has 16, 24 or 32 bytes, not \(key.count).")
        }
        self.key = SymmetricKey(data: key)
        file = prefix + fileUnique
    }

    /// Random bytes that are a new file's own, as the specification recommends 8 of them.
    static func fileUnique() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<8).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// What the module's tag covers besides its content.
    ///
    /// - Throws: `tooLarge` for an ordinal that 15 bits cannot hold, as the specification has it.
    func additionalData(of module: Module) throws(ParquetError) -> [UInt8] {
        let (type, ordinals) = module.place
        var bytes = file
        bytes.append(type)
        for ordinal in ordinals {
            guard (0...Int(Int16.max)).contains(ordinal) else {
                throw ParquetError(
                    .tooLarge,
                    "Encrypted files number row groups, columns and pages up to 32767; \(ordinal) "
                        + "is beyond.")
            }
            bytes.append(UInt8(truncatingIfNeeded: ordinal))
            bytes.append(UInt8(truncatingIfNeeded: ordinal >> 8))
        }
        return bytes
    }

    /// Adds one module.
    ///
    /// - Throws: `tooLarge` for ordinals beyond 15 bits or content beyond 2 GiB.
    func encrypt(
        _ content: UnsafeRawBufferPointer, as module: Module, into output: inout [UInt8]
    ) throws(ParquetError) {
        let additional = try additionalData(of: module)
        let length = content.count + Self.nonceBytes + Self.tagBytes
        guard length <= Int(Int32.max) else {
            throw ParquetError(
                .tooLarge, "A module of \(content.count) bytes; write smaller pages.")
        }
        do {
            let box = try AES.GCM.seal(content, using: key, authenticating: additional)
            for byte in 0..<Self.lengthBytes {
                output.append(UInt8(truncatingIfNeeded: length >> (8 * byte)))
            }
            output.append(contentsOf: box.nonce)
            output.append(contentsOf: box.ciphertext)
            output.append(contentsOf: box.tag)
        } catch {
            throw ParquetError(.misuse, "AES-GCM refused to encrypt.")
        }
    }

    /// Bytes of the module that begins here, its length included.
    ///
    /// - Throws: `damaged` when fewer bytes are there than its length says.
    static func moduleBytes(_ bytes: UnsafeRawBufferPointer) throws(ParquetError) -> Int {
        guard bytes.count >= lengthBytes else { throw cutOff(bytes.count) }
        let length = Int(bytes.loadUnaligned(as: UInt32.self))
        guard length >= nonceBytes + tagBytes, length <= bytes.count - lengthBytes else {
            throw cutOff(bytes.count)
        }
        return lengthBytes + length
    }

    private static func cutOff(_ count: Int) -> ParquetError {
        ParquetError(.damaged, "An encrypted module does not fit the \(count) bytes it has.")
    }

    /// The content of the module that `bytes` begin with, and how many bytes it took.
    ///
    /// - Throws: `damaged` when it is cut off; `decryption` when the key is another one, or the
    ///   module has been altered or belongs elsewhere.
    func decrypt(
        _ bytes: UnsafeRawBufferPointer, as module: Module
    ) throws(ParquetError) -> (content: [UInt8], consumed: Int) {
        let consumed = try Self.moduleBytes(bytes)
        let additional = try additionalData(of: module)
        let sealed = Self.lengthBytes + Self.nonceBytes
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(
                    data: UnsafeRawBufferPointer(rebasing: bytes[Self.lengthBytes..<sealed])),
                ciphertext: UnsafeRawBufferPointer(
                    rebasing: bytes[sealed..<(consumed - Self.tagBytes)]),
                tag: UnsafeRawBufferPointer(
                    rebasing: bytes[(consumed - Self.tagBytes)..<consumed]))
            let content = try AES.GCM.open(box, using: key, authenticating: additional)
            return ([UInt8](content), consumed)
        } catch {
            throw ParquetError(
                .decryption,
                "A module cannot be decrypted: the key is another one, or the file was altered.")
        }
    }
}
