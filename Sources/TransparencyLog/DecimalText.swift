// SPDX-License-Identifier: Apache-2.0

/// DecimalText numbers as the formats write them: digits only, no sign, no leading zero.
enum DecimalText {
    /// The number, or nil for anything but the one way to write it, or if it is over 2^63 - 1.
    static func parse(_ text: some Collection<UInt8>) -> Int? {
        guard let first = text.first, first != UInt8(ascii: "0") || text.count == 1 else {
            return nil
        }
        return digits(text)
    }

    /// The number, leading zeros allowed.
    static func digits(_ text: some Collection<UInt8>) -> Int? {
        guard !text.isEmpty else { return nil }
        var number = 0
        for character in text {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= character else { return nil }
            let (scaled, tooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, over) = scaled.addingReportingOverflow(Int(character - UInt8(ascii: "0")))
            guard !tooLarge, !over else { return nil }
            number = sum
        }
        return number
    }
}
