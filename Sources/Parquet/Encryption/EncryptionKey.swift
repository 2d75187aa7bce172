// SPDX-License-Identifier: Apache-2.0

/// A key for whole files: it encrypts the footer, and with it every page and index.
public struct EncryptionKey: Sendable {
    let bytes: [UInt8]
    /// What the file says in clear about the key, so that a reader finds it again; not secret.
    public let metadata: [UInt8]

    /// A key of 16, 24 or 32 bytes.
    ///
    /// - Throws: `misuse` for another length.
    public init(_ bytes: [UInt8], metadata: [UInt8] = []) throws(ParquetError) {
        guard [16, 24, 32].contains(bytes.count) else {
            throw ParquetError(.misuse, "A key has 16, 24 or 32 bytes, not \(bytes.count).")
        }
        self.bytes = bytes
        self.metadata = metadata
    }
}

extension EncryptionKey: CustomStringConvertible {
    /// Never the key.
    public var description: String { "EncryptionKey(\(bytes.count * 8) bits)" }
}

extension EncryptionKey: CustomReflectable {
    /// Never the key, in dumps neither.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
