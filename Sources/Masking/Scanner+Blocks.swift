// SPDX-License-Identifier: Apache-2.0

/// Secrets with a frame of their own: PEM blocks, FIX logons, seed phrases.
extension Scanner {
    /// `-----BEGIN … PRIVATE KEY-----`: the body is masked, up to the END line, or to the text's
    /// end where that is missing. Certificates and public keys stay.
    mutating func block(at start: Int) -> Int {
        guard text.has("-----begin ", at: start) else { return start + 5 }
        var label = start + 11
        while label - start < 80,
            text.kind(label) & ByteClass.alphanumeric != 0 || text[label] == 0x20
        {
            label += 1
        }
        guard text.hasExact("-----", at: label) else { return start + 11 }
        let body = label + 5
        if body < blockEnd.lowerBound || body >= blockEnd.upperBound {
            blockEnd = body..<max(body + 1, text.find("-----end", from: body) ?? text.count)
        }
        let end = min(text.count, blockEnd.upperBound)
        let isPrivate = text.slice(start, label).find("private key") != nil
        guard isPrivate else {
            quietEnd = max(quietEnd, end)
            return body
        }
        if !text.slice(body, end).isMasked { add(body, end, .privateKey) }
        openBlockTexts = end == text.count ? MaskingLimits.openBlockTexts : 0
        return min(text.count, end + 8)
    }

    /// Whether the text is one of the lines of a private key's block that came line by line: base64
    /// of a line's length, or less with its padding.
    mutating func continuesBlock() -> Bool {
        if text.find("-----end") != nil {
            openBlockTexts = 0
            return false
        }
        openBlockTexts -= 1
        var count = text.count
        while count > 0, text.kind(count - 1) & ByteClass.space != 0 { count -= 1 }
        let isPadded = count > 0 && text[count - 1] == 0x3D
        guard count >= (isPadded ? 4 : 40) else { return false }
        while count > 0, text[count - 1] == 0x3D { count -= 1 }
        for index in 0..<count {
            let byte = text[index]
            if text.kind(index) & ByteClass.alphanumeric == 0, byte != 0x2B, byte != 0x2F {
                return false
            }
        }
        return true
    }

    /// Tags 554 Password, 925 NewPassword, and 96 RawData of a logon (35=A), between SOH, `|`
    /// or `^A`, each real or spelled out.
    mutating func fixTag(_ start: Int, _ end: Int, _ separator: Separator) -> Int? {
        guard !separator.isColon, text[end] == 0x3D else { return nil }
        var first = start
        // `^A554=`: the A belongs to the delimiter.
        if text[first] == 0x41, text[first - 1] == 0x5E { first += 1 }
        let tag = text.slice(first, end)
        let isPassword =
            tag.equals("554") || tag.equals("925") || tag.equals("1402")
            || tag.equals("1404")
        guard isPassword || tag.equals("96") else { return nil }
        guard let delimiter = text.fixDelimiter(before: first) else { return nil }
        if !isPassword {
            if fixLogon == nil {
                fixLogon =
                    text.find("35=a") != nil
                    && (text.find("98=") != nil || text.find("108=") != nil)
            }
            guard fixLogon == true else { return nil }
        }
        var stop = end + 1
        while stop < text.count, !text.isFIXDelimiter(delimiter, at: stop), text[stop] != 0x0A {
            stop += 1
        }
        guard stop > end + 1 else { return nil }
        if !text.slice(end + 1, stop).isMasked { add(end + 1, stop, .fixLogon) }
        return stop
    }
}

extension Text {
    enum FIXDelimiter { case soh, pipe, caret, spelledOut, any }

    func fixDelimiter(before index: Int) -> FIXDelimiter? {
        switch self[index - 1] {
        case 0 where index == 0: return .any
        case 0x01: return .soh
        case 0x7C: return .pipe
        case 0x41 where self[index - 2] == 0x5E: return .caret
        case 0x31
        where hasExact("\\x01", at: index - 4) || hasExact("\\u0001", at: index - 6)
            || hasExact("\\001", at: index - 4):
            return .spelledOut
        default:
            return nil
        }
    }

    func isFIXDelimiter(_ delimiter: FIXDelimiter, at index: Int) -> Bool {
        switch delimiter {
        case .soh: self[index] == 0x01
        case .pipe: self[index] == 0x7C
        case .caret: self[index] == 0x5E && self[index + 1] == 0x41
        case .spelledOut:
            hasExact("\\x01", at: index) || hasExact("\\u0001", at: index)
                || hasExact("\\001", at: index)
        case .any:
            self[index] == 0x01 || self[index] == 0x7C || hasExact("^A", at: index)
                || hasExact("\\x01", at: index) || hasExact("\\u0001", at: index)
        }
    }

    /// A text that is nothing but 12, 15, 18, 21 or 24 small words of 3 to 8 letters, none of
    /// them a word that sentences need and seed phrases never have.
    var isSeedPhrase: Bool {
        guard count >= 47, count <= 24 * 9 + 8, kind(0) & ByteClass.lower != 0 else { return false }
        var words = 0
        var start = 0
        var index = 0
        while index <= count {
            if index < count, kind(index) & ByteClass.lower != 0 {
                index += 1
                continue
            }
            let length = index - start
            if index < count, kind(index) & ByteClass.space == 0 { return false }
            if length == 0 {
                index += 1
                start = index
                continue
            }
            guard length >= 3, length <= 8, !slice(start, index).isFunctionWord else {
                return false
            }
            words += 1
            index += 1
            start = index
        }
        return words == 12 || words == 15 || words == 18 || words == 21 || words == 24
    }

    /// Small words after a seed phrase was announced: at least twelve of them.
    func seedWordsEnd(_ start: Int) -> Int? {
        var index = start
        var words = 0
        var end = start
        while words < 24 {
            var stop = index
            while stop < count, kind(stop) & ByteClass.lower != 0 { stop += 1 }
            guard stop - index >= 3, stop - index <= 8 else { break }
            words += 1
            end = stop
            index = stop
            while kind(index) & ByteClass.space != 0 || self[index] == 0x2C { index += 1 }
        }
        return words >= 12 ? end : nil
    }
}

extension Scanner {
    mutating func announcedSeed(_ start: Int) -> Int? {
        guard let end = text.seedWordsEnd(start) else { return nil }
        add(start, end, .seedPhrase)
        return end
    }
}
