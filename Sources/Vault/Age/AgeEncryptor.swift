// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// Encrypts bytes as they come to an age file (C2SP age.md, binary) that the `age` program opens.
///
/// Holds at most one chunk of 64 KiB. Adds 16 bytes a chunk, and some 200 in front.
package struct AgeEncryptor {
    private var payload: AgePayload
    private var header: [UInt8]
    private var held: [UInt8] = []

    /// - Throws: ``VaultError`` with `request` for no recipient, or one that is no key.
    package init(to recipients: [AgeRecipient]) throws(VaultError) {
        let fileKey = SymmetricKey(size: .bits128)
        header = try AgeHeader.make(fileKey: fileKey, to: recipients)
        let nonce = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        header += nonce
        payload = AgePayload(key: AgeHeader.payloadKey(fileKey, nonce: nonce))
    }

    /// Takes more bytes; appends what can be written to `output`.
    package mutating func update(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8])
        throws(VaultError)
    {
        output += header
        header = []
        var rest = bytes[...]
        while !rest.isEmpty {
            // A full chunk waits for more, since the last one is marked.
            if held.count == AgePayload.chunk {
                try seal(last: false, into: &output)
            }
            let taken = rest.prefix(AgePayload.chunk - held.count)
            held += taken
            rest = rest.dropFirst(taken.count)
        }
    }

    /// Takes more bytes; appends what can be written to `output`.
    package mutating func update(_ bytes: [UInt8], into output: inout [UInt8]) throws(VaultError) {
        let result = bytes.withUnsafeBytes { bytes -> Result<Void, VaultError> in
            Result { () throws(VaultError) in try update(bytes, into: &output) }
        }
        try result.get()
    }

    /// Writes the end. Without it the file does not open. Call it once.
    package mutating func finish(into output: inout [UInt8]) throws(VaultError) {
        output += header
        header = []
        try seal(last: true, into: &output)
    }

    private mutating func seal(last: Bool, into output: inout [UInt8]) throws(VaultError) {
        try payload.seal(held, last: last, into: &output)
        held.removeAll(keepingCapacity: true)
    }

    /// The age file of these bytes.
    package static func encrypt(_ bytes: [UInt8], to recipients: [AgeRecipient])
        throws(VaultError) -> [UInt8]
    {
        var encryptor = try AgeEncryptor(to: recipients)
        var output: [UInt8] = []
        try encryptor.update(bytes, into: &output)
        try encryptor.finish(into: &output)
        return output
    }
}

/// The chunks behind a header: STREAM over ChaCha20-Poly1305, numbered, the last one marked.
struct AgePayload {
    /// Bytes of plaintext in each but the last.
    static let chunk = 64 * 1024
    static let tag = 16

    private let key: SymmetricKey
    private var number: UInt64 = 0

    init(key: SymmetricKey) {
        self.key = key
    }

    var isFirst: Bool { number == 0 }

    private mutating func nonce(last: Bool) throws -> ChaChaPoly.Nonce {
        var bytes = [UInt8](repeating: 0, count: 12)
        for place in 0..<8 {
            bytes[3 + place] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (7 - place)))
        }
        bytes[11] = last ? 1 : 0
        number += 1
        return try ChaChaPoly.Nonce(data: bytes)
    }

    mutating func seal(_ bytes: [UInt8], last: Bool, into output: inout [UInt8])
        throws(VaultError)
    {
        do {
            let box = try ChaChaPoly.seal(bytes, using: key, nonce: nonce(last: last))
            output += box.ciphertext
            output += box.tag
        } catch {
            throw VaultError(.request, "ChaCha20-Poly1305 refused to encrypt")
        }
    }

    /// - Throws: ``VaultError`` with `damaged` for changed, cut off or continued bytes.
    mutating func open(_ bytes: ArraySlice<UInt8>, last: Bool, into output: inout [UInt8])
        throws(VaultError)
    {
        let isOnly = isFirst
        do {
            guard bytes.count >= Self.tag else { throw CryptoKitError.authenticationFailure }
            let box = try ChaChaPoly.SealedBox(
                nonce: nonce(last: last), ciphertext: bytes.dropLast(Self.tag),
                tag: bytes.suffix(Self.tag))
            let opened = try ChaChaPoly.open(box, using: key)
            guard !opened.isEmpty || isOnly else { throw CryptoKitError.authenticationFailure }
            output += opened
        } catch {
            throw VaultError(.damaged, "this age file was changed, cut off or continued")
        }
    }
}
