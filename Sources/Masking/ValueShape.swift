// SPDX-License-Identifier: Apache-2.0

/// What a value looks like: the tests that decide under names and words that may or may not
/// announce a secret (`token`, `key`, `sign`), and for values that stand alone.
extension Text {
    /// The classes of all bytes, and how many of each of the first three there are.
    struct Tally {
        var classes: UInt8 = 0
        var lower = 0
        var upper = 0
        var digits = 0
        var hexadecimal = true
    }

    func tally() -> Tally {
        var result = Tally()
        for index in 0..<count {
            let kind = kind(index)
            result.classes |= kind
            if kind & ByteClass.lower != 0 { result.lower += 1 }
            if kind & ByteClass.upper != 0 { result.upper += 1 }
            if kind & ByteClass.digit != 0 { result.digits += 1 }
            if !isHex(self[index]) { result.hexadecimal = false }
        }
        return result
    }

    /// A ticker or pair as venues write it: `USDC`, `BTC/USDT`, `ETH-PERP`, `USDC.e`, `stETH`.
    var isTicker: Bool {
        var index = 0
        while index < 3, kind(index) & ByteClass.lower != 0 { index += 1 }
        let head = index
        var letters = 0
        while index < count, kind(index) & (ByteClass.upper | ByteClass.digit) != 0 {
            if kind(index) & ByteClass.upper != 0 { letters += 1 }
            index += 1
        }
        let length = index - head
        guard length >= 2, length <= 10, letters > 0, head == 0 || letters == length else {
            return false
        }
        if index == count { return true }
        guard count - index <= 12, self[index] != 0x5F else { return false }
        guard
            self[index] == 0x2E || self[index] == 0x2F || self[index] == 0x2D
                || self[index] == 0x3A
        else { return false }
        index += 1
        guard index < count else { return false }
        let tail = slice(index, count).tally()
        // The second half is letters of one case: `USDC.e`, `BTC/USDT`, `ES-DEC26`.
        return tail.classes & ~ByteClass.alphanumeric == 0 && (tail.lower == 0 || tail.lower <= 2)
            && tail.digits <= 6
    }

    /// `0x` and 40 or 64 hexadecimal digits: an address or a transaction hash, public by nature.
    var isChainHex: Bool {
        guard self[0] == 0x30, self[1] | 0x20 == 0x78, count == 42 || count == 66 else {
            return false
        }
        return slice(2, count).tally().hexadecimal
    }

    /// 8-4-4-4-12 hexadecimal digits.
    var isUUID: Bool {
        guard count == 36 else { return false }
        for index in 0..<36 {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                if self[index] != 0x2D { return false }
            } else if !isHex(self[index]) {
                return false
            }
        }
        return true
    }

    /// Words written together, `MomentumStrategy2` or `fetchOrderBook`: a name, not a key.
    var isCamelWords: Bool {
        var index = 0
        var words = 0
        while index < count {
            let start = index
            if kind(index) & ByteClass.upper != 0 { index += 1 }
            let lowerStart = index
            while kind(index) & ByteClass.lower != 0 { index += 1 }
            if index - lowerStart < 2 { index = start; break }
            words += 1
        }
        var digits = 0
        while kind(index) & ByteClass.digit != 0 {
            index += 1
            digits += 1
        }
        return words > 0 && digits <= 4 && index == count
    }

    /// Whether the value looks like a key that a machine made: letters of both cases with digits
    /// in one run of eight or more that is not words, or a long run of one case with digits.
    ///
    /// Stays: UUIDs, addresses, transaction hashes, paths, sentences, snake_case and CamelCase.
    var isKeyLike: Bool {
        guard count >= 8, count <= 512 else { return false }
        // Base64 with its own characters, at least 24 bytes of it.
        let all = tally()
        if all.classes & (ByteClass.space | ByteClass.dot) != 0 { return false }
        if all.classes & ByteClass.other != 0 {
            guard count >= 24, all.digits > 0, all.upper > 0, all.lower > 0 else { return false }
            var pad = count
            while pad > 0, self[pad - 1] == 0x3D { pad -= 1 }
            guard count - pad <= 2 else { return false }
            for index in 0..<pad {
                let byte = self[index]
                if kind(index) & ByteClass.alphanumeric == 0, byte != 0x2B, byte != 0x2F {
                    return false
                }
            }
            // A path has slashes and words; base64 of 24 bytes has few slashes and few words.
            if self[0] == 0x2F { return count - pad > 0 }
            return count - pad > 0 || hasLongMixedRun(16)
        }
        if isUUID || isChainHex { return false }
        return hasLongMixedRun(8) || isLongSingleCase(all)
    }

    /// A run of alphanumerics, at least `length` long, with small and capital letters and digits,
    /// that is not words written together.
    private func hasLongMixedRun(_ length: Int) -> Bool {
        var start = 0
        var index = 0
        while index <= count {
            if index == count || kind(index) & ByteClass.alphanumeric == 0 {
                if index - start >= length {
                    let run = slice(start, index)
                    let tally = run.tally()
                    if tally.lower > 0, tally.upper > 0, tally.digits > 0, !run.isCamelWords {
                        return true
                    }
                }
                start = index + 1
            }
            index += 1
        }
        return false
    }

    private func isLongSingleCase(_ tally: Tally) -> Bool {
        guard tally.classes & ~ByteClass.alphanumeric == 0, tally.digits >= 4 else { return false }
        guard tally.lower > 0 || tally.upper > 0 else { return false }
        return count >= 24
    }

    /// Whether the bytes, letters and digits only, are more random than any identifier that
    /// people or chains use: 40 or more, both cases, digits, and not base58 (which leaves out
    /// `0OIl`, and is how several chains write public addresses), not hexadecimal.
    var isHighEntropy: Bool {
        guard count >= 40, count <= 256 else { return false }
        let tally = tally()
        guard tally.classes & ~ByteClass.alphanumeric == 0, !tally.hexadecimal else { return false }
        guard tally.upper >= 4, tally.lower >= 4, tally.digits >= 3 else { return false }
        var outsideBase58 = false
        var changes = 0
        for index in 0..<count {
            let byte = self[index]
            if byte == 0x30 || byte == 0x4F || byte == 0x49 || byte == 0x6C { outsideBase58 = true }
            if index > 0, kind(index) != kind(index - 1) { changes += 1 }
        }
        if self[0] == 0x30, self[1] | 0x20 == 0x78, slice(2, count).tally().hexadecimal {
            return false
        }
        // Text in CamelCase changes class about every third letter only at word borders and has
        // few digits; random base62 changes class at more than half of its places.
        return outsideBase58 && changes * 3 >= count && !isCamelWords
    }

    /// A private key in the wallet import format: 51 or 52 characters of base58 that begin with
    /// `5`, `K` or `L`. No address has that length.
    var isWalletKey: Bool {
        guard count == 51 || count == 52 else { return false }
        guard self[0] == 0x35 || self[0] == 0x4B || self[0] == 0x4C else { return false }
        for index in 0..<count {
            let byte = self[index]
            if byte == 0x30 || byte == 0x4F || byte == 0x49 || byte == 0x6C { return false }
        }
        let tally = tally()
        return tally.classes & ~ByteClass.alphanumeric == 0 && tally.upper >= 8
            && tally.lower >= 8 && tally.digits >= 2
    }

    /// A secret's own name in capitals amid other letters: `FOOboomSECRET`, `abcAPIKEYdef1`.
    /// People name placeholders and test keys like this; code and prose do not.
    var carriesSecretWord: Bool {
        guard count >= 12, count <= 128 else { return false }
        let tally = tally()
        guard tally.classes & ~ByteClass.alphanumeric == 0, tally.lower > 0 else { return false }
        for index in 0..<count where kind(index) & ByteClass.upper != 0 {
            if hasCapitalWord(index) { return true }
        }
        return false
    }

    /// What a password in prose looks like: six or more bytes without a space, with a letter and
    /// a digit.
    var isPasswordLike: Bool {
        guard count >= 6, count <= 256 else { return false }
        let tally = tally()
        return tally.classes & ByteClass.space == 0 && tally.digits > 0
            && tally.lower + tally.upper > 0
    }

    /// A scalar that holds no secret, as programs print it.
    var isEmptyScalar: Bool {
        switch count {
        case 0: true
        case 3: has("nil", at: 0) || has("nan", at: 0)
        case 4: has("none", at: 0) || has("null", at: 0) || has("true", at: 0)
        case 5: has("false", at: 0)
        case 9: has("undefined", at: 0)
        default: false
        }
    }
}
