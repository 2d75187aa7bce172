// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

/// A piece of text to look for in bytes, in any case of ASCII letters: what tells quickly that a line
/// need not be parsed.
package struct FoldedText: Sendable, Hashable {
    private let bytes: [UInt8]

    /// - Parameter bytes: ASCII capital letters are made small.
    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = bytes.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
    }

    package var count: Int { bytes.count }

    /// Whether the piece stands somewhere in a text. About a nanosecond for 16 bytes.
    package func stands(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer {
            daybook_find_folded(text.baseAddress, text.count, $0.baseAddress, $0.count) >= 0
        }
    }
}
