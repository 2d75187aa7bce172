// SPDX-License-Identifier: Apache-2.0

/// Why a query could not be understood or run. Equal by code alone.
package struct QueryError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    /// What was expected, or what to do.
    package var message: String
    /// Where in the query's text, in bytes of UTF-8 from 0; nil when it is not about the text.
    package var offset: Int?

    package enum Code: String, Sendable {
        /// The text is no query.
        case syntax
        /// It means something that cannot be done, such as the sum of a text field.
        case meaning
        /// It needs more memory than a limit allows.
        case tooLarge = "too_large"
        /// A file could not be read.
        case unreadable
        /// Whoever asked has stopped it.
        case cancelled
    }

    package init(_ code: Code, _ message: String, at offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    package var description: String { "\(code.rawValue): \(message)" }
}
