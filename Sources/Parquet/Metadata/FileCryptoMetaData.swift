// SPDX-License-Identifier: Apache-2.0

/// What stands in clear before an encrypted footer (parquet.thrift `FileCryptoMetaData`).
struct FileCryptoMetaData {
    /// AES_GCM_V1 `aad_file_unique`: part of what each module is bound to.
    var fileUnique: [UInt8]
    /// Whatever helps to find the key again; not secret.
    var keyMetadata: [UInt8]

    init(fileUnique: [UInt8], keyMetadata: [UInt8]) {
        self.fileUnique = fileUnique
        self.keyMetadata = keyMetadata
    }

    /// - Throws: `unsupported` for other algorithms and for an `aad_prefix`.
    init(_ reader: inout ThriftReader) throws(ParquetError) {
        var unique: [UInt8]?
        var metadata: [UInt8] = []
        try reader.structure { (reader, field) throws(ParquetError) in
            switch field.id {
            case 1 where field.kind == .structure: unique = try Self.algorithm(&reader)
            case 2: metadata = [UInt8](try reader.binary(field))
            default: return false
            }
            return true
        }
        guard let unique else { throw reader.damaged("The encryption has no AES_GCM_V1 terms") }
        fileUnique = unique
        keyMetadata = metadata
    }

    private static func algorithm(_ reader: inout ThriftReader) throws(ParquetError) -> [UInt8]? {
        var unique: [UInt8]?
        try reader.structure { (reader, field) throws(ParquetError) in
            guard field.id == 1, field.kind == .structure else {
                throw ParquetError(
                    .unsupported, "The file is encrypted other than with AES_GCM_V1.")
            }
            unique = []
            try reader.structure { (reader, field) throws(ParquetError) in
                switch field.id {
                case 1:
                    guard try reader.binary(field).isEmpty else { throw prefixed }
                case 2: unique = [UInt8](try reader.binary(field))
                case 3:
                    guard try !reader.bool(field) else { throw prefixed }
                default: return false
                }
                return true
            }
            return true
        }
        return unique
    }

    private static let prefixed = ParquetError(
        .unsupported, "The file is encrypted with an AAD prefix, which this library does not take.")

    func bytes() -> [UInt8] {
        ThriftWriter.bytes { writer in
            writer.field(1) { writer in
                writer.field(1) { $0.field(2, fileUnique) }
            }
            if !keyMetadata.isEmpty { writer.field(2, keyMetadata) }
        }
    }
}
