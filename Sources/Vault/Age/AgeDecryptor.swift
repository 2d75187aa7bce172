// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// Decrypts an age file (C2SP age.md, binary, X25519 recipients) as its bytes come.
///
/// Holds the header, then at most a chunk of 64 KiB. What it gave is authentic, but may be followed
/// by a failure: whoever must have all of a file waits for ``finish(into:)``.
package struct AgeDecryptor {
    private let identities: [AgeIdentity]
    private var payload: AgePayload?
    private var held: [UInt8] = []

    private static let nonceCount = 16

    package init(with identities: [AgeIdentity]) {
        self.identities = identities
    }

    /// Takes more of the file; appends plaintext to `output`.
    ///
    /// - Throws: ``VaultError`` with `keys` when it is for others, `damaged` when it was changed.
    package mutating func update(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8])
        throws(VaultError)
    {
        held += bytes
        if payload == nil { try readHeader() }
        let piece = AgePayload.chunk + AgePayload.tag
        var start = 0
        // A full chunk waits for more, since the last one is opened as such.
        while payload != nil, held.count - start > piece {
            try payload?.open(held[start..<start + piece], last: false, into: &output)
            start += piece
        }
        held.removeFirst(start)
    }

    /// Takes more of the file; appends plaintext to `output`.
    package mutating func update(_ bytes: [UInt8], into output: inout [UInt8]) throws(VaultError) {
        let result = bytes.withUnsafeBytes { bytes -> Result<Void, VaultError> in
            Result { () throws(VaultError) in try update(bytes, into: &output) }
        }
        try result.get()
    }

    private mutating func readHeader() throws(VaultError) {
        guard let length = try AgeHeader.length(in: held), held.count >= length + Self.nonceCount
        else { return }
        let fileKey = try AgeHeader.open(Array(held.prefix(length)), with: identities)
        let nonce = Array(held[length..<length + Self.nonceCount])
        payload = AgePayload(key: AgeHeader.payloadKey(fileKey, nonce: nonce))
        held.removeFirst(length + Self.nonceCount)
    }

    /// The end of the file: appends the last plaintext. Call it once.
    package mutating func finish(into output: inout [UInt8]) throws(VaultError) {
        guard payload != nil else {
            throw VaultError(.damaged, "this is no whole age file: it ends in its header")
        }
        try payload?.open(held[...], last: true, into: &output)
        held = []
    }

    /// The plaintext of a whole age file.
    package static func decrypt(_ bytes: [UInt8], with identities: [AgeIdentity])
        throws(VaultError) -> [UInt8]
    {
        var decryptor = AgeDecryptor(with: identities)
        var output: [UInt8] = []
        try decryptor.update(bytes, into: &output)
        try decryptor.finish(into: &output)
        return output
    }
}
