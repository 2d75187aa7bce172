// SPDX-License-Identifier: Apache-2.0

package import Parquet

/// Why a part or a segment could not be written or read. Equal by code alone.
package struct SegmentError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    /// What, where and what to do; never a record's content.
    package var message: String

    package enum Code: String, Sendable {
        /// The file contradicts itself or the format.
        case damaged
        /// A format version, or a feature of Parquet, that this build does not read.
        case unsupported
        /// Beyond a limit of `Limits`.
        case tooLarge = "too_large"
        /// The key is missing or wrong.
        case decryption
        /// The source or the sink failed.
        case inputOutput = "input_output"
    }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package init(_ error: ParquetError) {
        code =
            switch error.code {
            case .unsupported: .unsupported
            case .tooLarge: .tooLarge
            case .decryption: .decryption
            case .inputOutput: .inputOutput
            default: .damaged
            }
        message = error.message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    package var description: String { "\(code.rawValue): \(message)" }
}
