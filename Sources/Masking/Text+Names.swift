// SPDX-License-Identifier: Apache-2.0

extension Text {
    /// Whether a quote stands here, perhaps after Python's `b`, `u`, `r` or `f`.
    func hasPrefixedQuote(_ index: Int) -> Bool {
        quote(at: index) != nil
            || kind(index) & ByteClass.letter != 0
                && (quote(at: index + 1) != nil
                    || kind(index + 1) & ByteClass.letter != 0 && quote(at: index + 2) != nil)
    }

    /// The end of a public value: the run of base64's characters, in quotes or not.
    func publicValueEnd(_ start: Int, _ isQuoted: Bool) -> Int {
        var index = skipBlanks(start, lines: isQuoted)
        if kind(index) & ByteClass.letter != 0, isQuote(index + 1) { index += 1 }
        if let open = quote(at: index) { index = open.index + 1 }
        while index < count {
            let byte = self[index]
            guard
                kind(index) & (ByteClass.word | ByteClass.dot) != 0 || byte == 0x2B || byte == 0x2F
                    || byte == 0x3D || byte == 0x3A || byte == 0x24
            else { break }
            index += 1
        }
        return index
    }

    /// Whether a quote at `index` opens an item of a list: a bracket, comma or colon stands before
    /// it, perhaps with a blank or Python's `b`.
    func opensItem(_ index: Int) -> Bool {
        var before = index - 1
        if self[before] | 0x20 == 0x62 || self[before] | 0x20 == 0x75 { before -= 1 }
        while before > 0, kind(before) & ByteClass.space != 0 { before -= 1 }
        switch self[before] {
        case 0x5B, 0x28, 0x2C, 0x7B, 0x3A: return true
        default: return false
        }
    }
}

extension NameVerdict.Kind {
    /// Whether a `value` beside a `name` of this kind is masked.
    var announcesPairedSecret: Bool {
        switch self {
        case .secret, .user, .authorization, .cookie, .seed, .signature: true
        default: false
        }
    }
}

extension Text {
    /// Whether a bare value is only its own name again: `api_key`, `self.api_key`, `cfg["api_key"]`.
    func repeats(name: Text) -> Bool {
        guard count >= name.count, name.count >= 3, count <= MaskingLimits.nameBytes else {
            return false
        }
        var start = 0
        for index in 0..<count where self[index] == 0x2E { start = index + 1 }
        let last = slice(start, count)
        guard last.count == name.count else { return false }
        // `password=password` is a password that people have.
        if start == 0, name.isPasswordWord { return false }
        for index in 0..<start where kind(index) & (ByteClass.word | ByteClass.dot) == 0 {
            return false
        }
        for index in 0..<last.count where lowered(last[index]) != lowered(name[index]) {
            return false
        }
        return true
    }
}
