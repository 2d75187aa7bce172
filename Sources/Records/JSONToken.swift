// SPDX-License-Identifier: Apache-2.0

/// One value or key of a parsed text: where it stands and what is known about it.
///
/// Tokens lie in one flat array in the order of the text. A key is directly followed by its value;
/// a container by what is inside it. Offsets count bytes from the start of the text.
package struct JSONToken {
    /// What stands there.
    package enum Kind: UInt8, Sendable {
        case object, array
        case key, string
        case number, `true`, `false`, null
        /// `NaN`, `Infinity` or `-Infinity`: no JSON, written by Python; becomes a string.
        case nonFinite
    }

    /// What the scanner saw inside a token.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A string or key with at least one backslash: its text is not its source bytes.
        package static let hasEscape = Flags(rawValue: 1)
        /// A string or key whose text has a character beyond ASCII, raw or escaped.
        package static let hasNonASCII = Flags(rawValue: 2)
        /// A string or key whose text has a character below U+0020 (it was escaped).
        package static let hasControl = Flags(rawValue: 4)
        /// The canonical form differs from the source bytes (an escape that is not needed or not
        /// in its defined form, or one of the next two).
        package static let needsRewrite = Flags(rawValue: 8)
        /// Half a surrogate pair; canonical and decoded forms hold U+FFFD.
        package static let loneSurrogate = Flags(rawValue: 16)
        /// Bytes that are not UTF-8; canonical and decoded forms hold U+FFFD.
        package static let invalidUTF8 = Flags(rawValue: 32)
        /// A key with a later namesake in the same object: skip it and its value.
        package static let shadowed = Flags(rawValue: 64)
        /// A number without point and exponent.
        package static let isInteger = Flags(rawValue: 128)
    }

    /// First byte; for strings and keys the first byte after the opening quote.
    package var start: UInt32
    /// One past the last byte; for strings and keys the closing quote.
    package var end: UInt32
    /// For a container the index of the first token after everything inside it, else the next
    /// index. Following `next` from value to value never enters a container.
    package var next: UInt32
    /// Index of the container around it; for the root its own index, 0.
    package var parent: UInt32
    /// For containers the number of members or elements (shadowed ones included); for keys a hash
    /// of the text, good only within one tape; else 0.
    package var detail: UInt32
    package var kind: Kind
    package var flags: Flags
    /// Containers around it: 0 for the root.
    package var depth: UInt8

    @inlinable
    init(
        kind: Kind, flags: Flags, depth: UInt8, start: UInt32, end: UInt32, next: UInt32,
        parent: UInt32, detail: UInt32
    ) {
        self.start = start
        self.end = end
        self.next = next
        self.parent = parent
        self.detail = detail
        self.kind = kind
        self.flags = flags
        self.depth = depth
    }

    /// Bytes between `start` and `end`.
    @inlinable package var count: Int { Int(end &- start) }

    /// Whether it is a string or key whose source bytes are its canonical form.
    @inlinable @inline(__always) package var isPlainText: Bool {
        (kind == .string || kind == .key) && flags.rawValue & 8 == 0
    }

    /// Whether the text of a string or key is not its source bytes. A set made in another room would
    /// cost more than reading the string.
    @inlinable @inline(__always) package var isCoded: Bool { flags.rawValue & 0b1001 != 0 }

    /// Whether it is an object or an array.
    @inlinable package var isContainer: Bool { kind.rawValue <= Kind.array.rawValue }
}

extension UnsafeMutablePointer<JSONToken> {
    /// Writes a token in three stores instead of eight: `start | end`, `next | parent` and
    /// `detail | kind | flags | depth`, the first named in the lowest bits.
    @inline(__always)
    func store(place: UInt64, links: UInt64, rest: UInt64) {
        #if _endian(little)
            let raw = UnsafeMutableRawPointer(self)
            raw.storeBytes(of: place, as: UInt64.self)
            raw.storeBytes(of: links, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: rest, toByteOffset: 16, as: UInt64.self)
        #else
            pointee = JSONToken(
                kind: .init(rawValue: UInt8(truncatingIfNeeded: rest >> 32)) ?? .null,
                flags: .init(rawValue: UInt8(truncatingIfNeeded: rest >> 40)),
                depth: UInt8(truncatingIfNeeded: rest >> 48),
                start: UInt32(truncatingIfNeeded: place),
                end: UInt32(truncatingIfNeeded: place >> 32),
                next: UInt32(truncatingIfNeeded: links),
                parent: UInt32(truncatingIfNeeded: links >> 32),
                detail: UInt32(truncatingIfNeeded: rest))
        #endif
    }
}
