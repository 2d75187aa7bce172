// SPDX-License-Identifier: Apache-2.0

/// Why a text is not one JSON value.
///
/// It carries the offset of the offending byte and never a byte of the text itself.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: String, Hashable, Sendable {
        /// Nothing but white space.
        case empty
        /// The text stops inside a value.
        case unexpectedEnd
        /// A byte that cannot stand where it stands.
        case unexpectedByte
        /// A word other than `true`, `false`, `null`, `NaN`, `Infinity`.
        case badLiteral
        /// A number that RFC 8259 does not allow (leading zero, bare point, empty exponent).
        case badNumber
        /// A backslash before a character that cannot be escaped, or `\u` without four digits.
        case badEscape
        /// A raw byte below 0x20 inside a string.
        case controlInString
        /// Something other than white space after the value.
        case trailingBytes
        /// More containers inside each other than `Limits.jsonDepthMax`.
        case tooDeep
        /// More bytes than `Limits.jsonBytesMax`.
        case tooLong
    }

    package var code: Code
    /// The offset of the byte in the text, from 0.
    package var offset: Int

    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    package var description: String {
        switch code {
        case .empty: "no JSON value: the text is empty"
        case .unexpectedEnd: "the JSON text ends inside a value, after byte \(offset)"
        case .unexpectedByte: "a byte that JSON does not allow here, at offset \(offset)"
        case .badLiteral: "a word that is no JSON literal, at offset \(offset)"
        case .badNumber: "a number that JSON does not allow, at offset \(offset)"
        case .badEscape: "an escape that JSON does not define, at offset \(offset)"
        case .controlInString: "an unescaped control byte in a string, at offset \(offset)"
        case .trailingBytes: "more text after the JSON value, at offset \(offset)"
        case .tooDeep:
            "containers nested deeper than \(Limits.jsonDepthMax) levels, at offset \(offset)"
        case .tooLong: "a JSON text of more than \(Limits.jsonBytesMax) bytes"
        }
    }
}
