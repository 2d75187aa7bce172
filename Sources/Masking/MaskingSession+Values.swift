// SPDX-License-Identifier: Apache-2.0

import Records

// Writing values: by what the name says, then by what the text holds.
extension MaskingSession {
    /// Writes a value under a verdict, masked where the rules say so.
    mutating func writeValue(_ index: Int, _ verdict: NameVerdict) {
        switch verdict.kind {
        case .plain, .suspect:
            writePlain(index)
        case .kept:
            copy(index)
        case .identifier:
            if case .string = tokens[index].kind {
                writeText(index, quietly: true)
            } else {
                writePlain(index)
            }
        default:
            writeNamed(index, verdict)
        }
    }

    /// A value whose name says nothing.
    @inline(__always)
    private mutating func writePlain(_ index: Int) {
        switch tokens[index].kind {
        case .string: writeText(index, quietly: false)
        case .object: writeObject(index)
        case .array: writeArray(index, NameVerdict.plain)
        default: copy(index)
        }
    }

    private mutating func writeObject(_ object: Int) {
        line.append(UInt8(ascii: "{"))
        let start = line.count
        let end = after(object)
        var key = object + 1
        while key < end {
            let value = key + 1
            if !tokens[key].isShadowed {
                if line.count > start { line.append(UInt8(ascii: ",")) }
                writeMember(key, value, verdict(ofKey: key))
            }
            key = after(value)
        }
        line.append(UInt8(ascii: "}"))
    }

    /// The elements of a list, each under the list's verdict. A list of two texts, the first
    /// a secret's name, is a header as lists of headers hold it.
    private mutating func writeArray(_ array: Int, _ verdict: NameVerdict) {
        line.append(UInt8(ascii: "["))
        let end = after(array)
        var verdict = verdict
        var element = array + 1
        let isPair = tokens[array].detail == 2 && element < end && tokens[element].isString
        while element < end {
            if element > array + 1 {
                line.append(UInt8(ascii: ","))
                if isPair, verdict.kind == .plain, tokens[element].isString {
                    let named = verdictOfText(array + 1)
                    if named.kind.announcesPairedSecret || named.kind == .token {
                        verdict = named
                    }
                }
            }
            writeValue(element, verdict)
            element = after(element)
        }
        line.append(UInt8(ascii: "]"))
    }

    private mutating func verdictOfText(_ index: Int) -> NameVerdict {
        decoded.removeAll()
        tape.decode(index, into: &decoded)
        guard decoded.count <= MaskingLimits.nameBytes else { return .plain }
        return scanner.names.verdict(of: decoded.unsafeBytes, by: masker)
    }

    /// A value whose name says something.
    @inline(never)
    private mutating func writeNamed(_ index: Int, _ verdict: NameVerdict) {
        let kind = verdict.kind
        let token = tokens[index].kind
        if masker.hasValueExceptions, isKept(index) {
            copy(index)
            return
        }
        if kind == .pairedValue {
            if token == .string || token == .number, let rule = pairedRule(index) {
                writeMask(index, rule)
            } else {
                writePlain(index)
            }
            return
        }
        if kind == .arguments {
            writeArguments(index)
            return
        }
        switch token {
        case .string:
            writeString(index, verdict)
        case .object, .array:
            switch kind {
            case .secret, .token, .cookie, .seed: writeMask(index, RuleNumber(.name))
            case .user: writeMask(index, RuleNumber(user: Int(verdict.user)))
            case .auth, .authorization:
                if token == .array, tokens[index].detail == 2 {
                    writeMask(index, RuleNumber(.authorization))
                } else if token == .array {
                    writeArray(index, verdict)
                } else {
                    writePlain(index)
                }
            case .keyLike, .signature, .tokenOfKind, .webhook, .wallet:
                if token == .array { writeArray(index, verdict) } else { writePlain(index) }
            default: writePlain(index)
            }
        default:
            switch kind {
            case .secret, .token: writeMask(index, RuleNumber(.name))
            case .user: writeMask(index, RuleNumber(user: Int(verdict.user)))
            default: copy(index)
            }
        }
    }

    /// A string whose name says something.
    private mutating func writeString(_ index: Int, _ verdict: NameVerdict) {
        let bytes = text(of: index)
        switch decide(verdict.kind, Text(bytes), .member) {
        case .stay:
            copy(index)
        case .look:
            writeText(index, quietly: false)
        case .mask(let from, let to, let rule):
            let number =
                verdict.kind == .user ? RuleNumber(user: Int(verdict.user)) : RuleNumber(rule)
            note(number, at: index)
            scanner.memory.learn(Text(bytes).slice(from, to), by: number)
            line.append(UInt8(ascii: "\""))
            line.append(escaped: UnsafeBufferPointer(rebasing: bytes[0..<from]))
            line.append(maskedText)
            line.append(escaped: UnsafeBufferPointer(rebasing: bytes[to...]))
            line.append(UInt8(ascii: "\""))
        }
    }

    /// The mask in place of any value.
    private mutating func writeMask(_ index: Int, _ rule: RuleNumber) {
        note(rule, at: index)
        line.append(UInt8(ascii: "\""))
        line.append(maskedText)
        line.append(UInt8(ascii: "\""))
    }

    /// Whether a `name=value` exception or pattern lets the value stay.
    private mutating func isKept(_ index: Int) -> Bool {
        guard !tokens[index].isContainer, let key = tape.key(ofValueAt: index) else { return false }
        let value = Text(text(of: index))
        return masker.keeps(name: Text(source(tokens[key])), value: value)
            || scanner.patterns.keeps(value)
    }

    // MARK: Calls and pairs

    /// The rule for a `value` whose sibling `name` (or `key`, `header`, …) is a secret's name.
    private mutating func pairedRule(_ index: Int) -> RuleNumber? {
        let object = Int(tokens[index].parent)
        var key = object + 1
        let end = after(object)
        while key < end {
            let value = key + 1
            if tokens[value].isString, Text(source(tokens[key])).isPairName,
                verdictOfText(value).kind.announcesPairedSecret
            {
                return Text(text(of: index)).isMasked ? nil : RuleNumber(.pairedValue)
            }
            key = after(value)
        }
        return nil
    }

    /// The arguments of a call: secrets, all of them, when the call is a login.
    private mutating func writeArguments(_ index: Int) {
        let object = Int(tokens[index].parent)
        var isLogin = false
        var key = object + 1
        let end = tokens[object].isObject ? after(object) : 0
        while key < end {
            let value = key + 1
            if value != index, tokens[value].isString, Text(source(tokens[value])).isLoginWord {
                isLogin = true
            }
            key = after(value)
        }
        if isLogin {
            writeLogin(index)
        } else {
            writePlain(index)
        }
    }

    /// Everything textual in a login's arguments, except names that are none of a secret's.
    private mutating func writeLogin(_ index: Int) {
        switch tokens[index].kind {
        case .string:
            if Text(text(of: index)).isMasked || tokens[index].count < 4 {
                copy(index)
            } else {
                writeMask(index, RuleNumber(.loginArguments))
            }
        case .array:
            line.append(UInt8(ascii: "["))
            let end = after(index)
            var element = index + 1
            while element < end {
                if element > index + 1 { line.append(UInt8(ascii: ",")) }
                writeLogin(element)
                element = after(element)
            }
            line.append(UInt8(ascii: "]"))
        default:
            writePlain(index)
        }
    }

    // MARK: Text

    /// The text of a string: in place where nothing is escaped, else decoded.
    @inline(__always)
    mutating func text(of index: Int) -> UnsafeBufferPointer<UInt8> {
        let token = tokens[index]
        return token.isCoded ? decodedText(of: index) : source(token)
    }

    @inline(never)
    private mutating func decodedText(of index: Int) -> UnsafeBufferPointer<UInt8> {
        decoded.removeAll()
        tape.decode(index, into: &decoded)
        return decoded.unsafeBytes
    }

    /// Writes a string after looking at it as text. `quietly`: it is an id or a digest, and
    /// randomness alone says nothing.
    @inline(__always)
    mutating func writeText(_ index: Int, quietly: Bool) {
        let token = tokens[index]
        if !token.isCoded, !scanner.mayHoldSecret(source(token)) {
            copy(index)
            return
        }
        writeScanned(index, quietly: quietly)
    }

    @inline(never)
    private mutating func writeScanned(_ index: Int, quietly: Bool) {
        let bytes = text(of: index)
        guard scanner.scan(bytes, quietly: quietly) else {
            copy(index)
            return
        }
        line.append(UInt8(ascii: "\""))
        var position = 0
        for span in scanner.spans {
            note(span.rule, at: index)
            line.append(escaped: UnsafeBufferPointer(rebasing: bytes[position..<span.start]))
            let quote = UnsafeBufferPointer(
                rebasing: bytes[span.quoteStart..<span.quoteStart + span.quoteCount])
            line.append(escaped: quote)
            line.append(maskedText)
            line.append(escaped: quote)
            position = span.end
        }
        line.append(escaped: UnsafeBufferPointer(rebasing: bytes[position...]))
        line.append(UInt8(ascii: "\""))
    }
}

extension MaskingSession {
    /// The first token after `index` and everything inside it.
    @inline(__always)
    func after(_ index: Int) -> Int { Int(tokens[index].next) }
}

extension JSONToken {
    @inline(__always)
    var isString: Bool { if case .string = kind { true } else { false } }

    @inline(__always)
    var isObject: Bool { if case .object = kind { true } else { false } }
}
