// SPDX-License-Identifier: Apache-2.0

/// Why something could not be read, written or looked at. That a record or a signature is *wrong* is
/// never an error but a verdict.
///
/// Two errors are equal if their codes are.
public struct TransparencyLogError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of an error. More kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case malformedCheckpoint, malformedNote, malformedKey, malformedProof, malformedBundle
            case malformedTile, outOfRange, invalidText, unreadableTile, signingFailed
        }

        private let kind: Kind

        /// The text is no checkpoint.
        public static let malformedCheckpoint = Self(kind: .malformedCheckpoint)
        /// The text is no signed note.
        public static let malformedNote = Self(kind: .malformedNote)
        /// The text is no key.
        public static let malformedKey = Self(kind: .malformedKey)
        /// The text is no proof.
        public static let malformedProof = Self(kind: .malformedProof)
        /// The bytes are no entry bundle.
        public static let malformedBundle = Self(kind: .malformedBundle)
        /// The bytes are no tile.
        public static let malformedTile = Self(kind: .malformedTile)
        /// An index or a size that the tree does not have.
        public static let outOfRange = Self(kind: .outOfRange)
        /// A text that could not be written so that it reads back the same.
        public static let invalidText = Self(kind: .invalidText)
        /// The store did not give the tile asked for; `underlying` says more.
        public static let unreadableTile = Self(kind: .unreadableTile)
        /// The library refused to sign.
        public static let signingFailed = Self(kind: .signingFailed)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of error: what to switch on.
    public let code: Code
    /// What is wrong and what to do, in words; never content of an entry or a key.
    public let message: String
    /// What the store below said, if it was the store.
    public let underlying: (any Error)?

    /// An error with these parts.
    package init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// Code and message.
    public var description: String { "\(code): \(message)" }

    /// Whether the codes are the same.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// Feeds the code to the hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
