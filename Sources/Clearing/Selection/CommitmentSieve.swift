// SPDX-License-Identifier: Apache-2.0

import Masking

/// Tells texts that are none of some commitments, before they are decoded: of a person's envelopes most
/// lines are not.
///
/// A table of bits by the first eight letters of a commitment's text, which are as good as random.
struct CommitmentSieve: Sendable {
    let commitments: Set<Commitment>
    private var bits: [UInt64]
    private let shift: UInt64

    /// - Parameter commitments: what is looked for. Takes two bytes for each.
    ///
    /// - Complexity: O(commitments), a microsecond each: make one for all stretches.
    init(_ commitments: Set<Commitment>) {
        self.commitments = commitments
        // One bit in sixteen is set at most.
        var width: UInt64 = 10
        while 1 << width < commitments.count * 16, width < 32 { width += 1 }
        shift = 64 - width
        bits = Array(repeating: 0, count: 1 << (width - 6))
        for commitment in commitments {
            var text = Commitment.version + commitment.text
            let place = text.withUTF8 { Self.place($0, shift) }
            if let place { bits[place >> 6] |= 1 << UInt64(place & 63) }
        }
    }

    /// Whether a text as lines have it may be one of the commitments; what is none of any is let through.
    func mayHave(sealed text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let place = Self.place(text, shift) else { return true }
        return bits[place >> 6] & 1 << UInt64(place & 63) != 0
    }

    private static func place(_ text: UnsafeBufferPointer<UInt8>, _ shift: UInt64) -> Int? {
        guard text.count >= 11 else { return nil }
        let letters = UnsafeRawBufferPointer(text).loadUnaligned(
            fromByteOffset: 3, as: UInt64.self)
        // Letters have not every bit; the product mixes them (Fibonacci hashing).
        return Int((letters &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }
}
