// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

/// A piece of text to look for in bytes, in any case of ASCII letters: what tells quickly that a line
/// need not be parsed.
package struct FoldedText: Sendable, Hashable {
    private let bytes: [UInt8]

    /// - Parameter bytes: ASCII capital letters are made small.
    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = bytes.map(small)
    }

    package var count: Int { bytes.count }

    /// Whether the piece stands somewhere in a text. About a nanosecond for 16 bytes.
    package func stands(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer {
            daybook_find_folded(text.baseAddress, text.count, $0.baseAddress, $0.count) >= 0
        }
    }
}

/// Several pieces that are looked for together. They lie one behind the other, so that a look at a text
/// counts no references.
package struct FoldedTexts: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    package init() {}

    /// - Parameter piece: ASCII capital letters are made small.
    package mutating func append(_ piece: some Sequence<UInt8>) {
        bytes.append(contentsOf: piece.lazy.map(small))
        ends.append(bytes.count)
    }

    /// Whether any of the pieces stands somewhere in a text. A nanosecond for 16 bytes and piece.
    package func anyStands(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            ends.withUnsafeBufferPointer { ends in
                var start = 0
                for end in ends {
                    let found = daybook_find_folded(
                        text.baseAddress, text.count, bytes.baseAddress.map { $0 + start },
                        end - start)
                    if found >= 0 { return true }
                    start = end
                }
                return false
            }
        }
    }
}

/// ASCII capital letters made small.
private func small(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
