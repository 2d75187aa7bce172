// SPDX-License-Identifier: Apache-2.0

/// A text to look for, with or without wildcards.
package struct TextPattern: Sendable, Equatable {
    package enum Element: Sendable, Hashable {
        case byte(UInt8)
        /// `?`: one character.
        case one
        /// `*`: any characters, none too.
        case many
    }

    package let elements: [Element]
    /// Whether the query has it in quotes.
    package let isQuoted: Bool
    /// The elements with ASCII letters in lower case: words are found in any case.
    private let folded: [Element]

    package init(_ elements: [Element], isQuoted: Bool = false) {
        self.elements = elements
        self.isQuoted = isQuoted
        folded = elements.map {
            if case .byte(let byte) = $0 { .byte(Self.fold(byte)) } else { $0 }
        }
    }

    package init(_ text: String, isQuoted: Bool = false) {
        self.init(text.utf8.map { .byte($0) }, isQuoted: isQuoted)
    }

    package var hasWildcards: Bool { elements.contains(.many) || elements.contains(.one) }

    /// The bytes, where there are no wildcards.
    package var plainBytes: [UInt8]? {
        var bytes: [UInt8] = []
        for element in elements {
            guard case .byte(let byte) = element else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    // MARK: - Whole values

    /// Whether the whole text has this form; letters as they are written.
    package func matchesWhole(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        var element = 0
        // Where the last `*` stands and how far it reaches: only it needs to be tried again.
        var star = -1
        var reach = 0
        while position < text.count {
            if element < elements.count {
                switch elements[element] {
                case .many:
                    star = element
                    reach = position
                    element += 1
                    continue
                case .one:
                    position = Self.afterCharacter(text, position)
                    element += 1
                    continue
                case .byte(let byte):
                    if byte == text[position] {
                        position += 1
                        element += 1
                        continue
                    }
                }
            }
            guard star >= 0 else { return false }
            reach = Self.afterCharacter(text, reach)
            position = reach
            element = star + 1
        }
        return elements[element...].allSatisfy { $0 == .many }
    }

    private static func afterCharacter(
        _ text: UnsafeBufferPointer<UInt8>, _ position: Int
    ) -> Int {
        var next = position + 1
        while next < text.count, text[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }

    // MARK: - Words

    /// Whether the text has it as whole words, in any case of ASCII letters. `*` and `?` stand for
    /// letters, digits and `_` here, so a pattern without blanks stays within a word.
    package func isFound(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !elements.isEmpty else { return false }
        if case .byte(let first) = folded[0] {
            let other = first &- 0x61 < 26 ? first ^ 0x20 : first
            for start in 0..<text.count where text[start] == first || text[start] == other {
                if matchesWords(text, at: start) { return true }
            }
            return false
        }
        return text.indices.contains { matchesWords(text, at: $0) }
    }

    private func matchesWords(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        guard Self.isEdge(text, start) else { return false }
        var position = start
        var element = 0
        var star = -1
        var reach = 0
        while true {
            if element == folded.count {
                if position > start, Self.isEdge(text, position) { return true }
            } else {
                switch folded[element] {
                case .many:
                    star = element
                    reach = position
                    element += 1
                    continue
                case .one:
                    if position < text.count, Self.isWord(text[position]) {
                        position = Self.afterCharacter(text, position)
                        element += 1
                        continue
                    }
                case .byte(let byte):
                    if position < text.count, Self.fold(text[position]) == byte {
                        position += 1
                        element += 1
                        continue
                    }
                }
            }
            guard star >= 0, reach < text.count, Self.isWord(text[reach]) else { return false }
            reach += 1
            position = reach
            element = star + 1
        }
    }

    /// Whether no word goes across this place.
    private static func isEdge(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        position == 0 || position == text.count
            || !(isWord(text[position - 1]) && isWord(text[position]))
    }

    /// Letters, digits, `_`, and every character beyond ASCII.
    package static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_")
    }

    package static func fold(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
}
