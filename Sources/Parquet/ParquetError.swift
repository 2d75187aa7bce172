// SPDX-License-Identifier: Apache-2.0

/// Why a Parquet file could not be read or written. Equal by code alone.
///
/// Carries places (offsets, column names, row groups), never values from the file.
public struct ParquetError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is, for programs.
    public var code: Code
    /// What, where and what to do, for people.
    public var message: String

    /// Kinds of failure. New ones may be added without breaking whoever compares these.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, such as "damaged".
        public let description: String

        /// Bytes that contradict the format or their own checksum.
        public static let damaged = Code(description: "damaged")
        /// The format allows it, this library does not read it.
        public static let unsupported = Code(description: "unsupported")
        /// More than a limit of `Limits` allows.
        public static let tooLarge = Code(description: "too_large")
        /// The key is missing or wrong, or what was encrypted has been altered.
        public static let decryption = Code(description: "decryption")
        /// What the caller asked for contradicts the schema or itself.
        public static let misuse = Code(description: "misuse")
        /// The source or the sink failed.
        public static let inputOutput = Code(description: "input_output")
    }

    /// An error of a code, in words.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Code and message in one line.
    public var description: String { "\(code): \(message)" }
}

extension ParquetError: Equatable {
    /// Equal when the codes are, so that tests state what they expect in a line.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
