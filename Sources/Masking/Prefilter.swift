// SPDX-License-Identifier: Apache-2.0

extension Scanner {
    /// The cheap question before a scan: whether any rule could fire on this text. One pass that
    /// ORs the classes of all bytes; most values of a trading record are single words, numbers or
    /// instants, and stop here.
    @inline(__always)
    func mayHoldSecret(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        mayHoldSecret(bytes, classes: classes(of: bytes))
    }

    /// The classes of all bytes together.
    @inline(__always)
    func classes(of bytes: UnsafeBufferPointer<UInt8>) -> UInt8 {
        let table = text.table
        var classes: UInt8 = 0
        guard let base = bytes.baseAddress else { return 0 }
        for index in 0..<bytes.count { classes |= table[Int(base[index])] }
        return classes
    }

    @inline(__always)
    func mayHoldSecret(_ bytes: UnsafeBufferPointer<UInt8>, classes: UInt8) -> Bool {
        let count = bytes.count
        // The shortest text with a rule of its own is `pw=x`.
        guard count >= 4, let base = bytes.baseAddress else { return hasPatterns }
        if classes & (ByteClass.other | ByteClass.space) == 0 {
            // One word: shorter than any key that is known by its look, or small letters, digits
            // and joiners (`order-00000001`, `order_filled`).
            if count < 12 || (classes & ByteClass.upper == 0 && count < 20) {
                return hasPatterns || memory.mayHold(classes, count)
            }
            return true
        }
        if count == 27, base[10] == 0x54, base[26] == 0x5A, base[13] == 0x3A,
            classes & ByteClass.lower == 0
        {
            return hasPatterns  // An instant in our form.
        }
        return true
    }
}
