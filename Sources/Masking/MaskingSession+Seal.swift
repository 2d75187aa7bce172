// SPDX-License-Identifier: Apache-2.0

internal import Records

// A masked line becomes a public line and a plaintext that waits for its envelope. Masking came
// first, so neither has a secret.
extension MaskingSession {
    /// Adds the written line with its personal members taken out; as it is where it has none.
    ///
    /// `sealed` stands where the first of them stood; the plaintext is a canonical object of all of
    /// them, in order. Costs one more parse of the line.
    mutating func addSealed(
        _ stamp: MaskedRecords.Stamp, _ rule: SealRule, to records: inout MaskedRecords
    ) {
        swap(&line, &spare)
        line.removeAll()
        personal.removeAll()
        do throws(JSONError) {
            try parse(spare.bytes)
        } catch {
            // Not of our own writing, then: no byte of it may be written.
            line.append("{\"event\":\"record_masked_whole\",\"level\":\"warning\"}")
            return records.append(line.bytes, stamp: stamp)
        }
        guard let start = divide(rule) else {
            return records.append(spare.bytes, stamp: stamp)
        }
        records.append(
            line.bytes, stamp: stamp, sealing: personal.bytes, commitmentAt: start,
            of: account(by: rule), at: instant(stamp))
    }

    /// Writes the public members of the parsed line into `line`, the others into `personal`.
    /// Returns where in `line` the commitment goes; nil when nothing is personal.
    private mutating func divide(_ rule: SealRule) -> Int? {
        guard case .object = tokens[0].kind else { return nil }
        var start: Int?
        line.append(UInt8(ascii: "{"))
        personal.append(UInt8(ascii: "{"))
        let end = Int(tokens[0].next)
        var key = 1
        while key < end {
            let next = Int(tokens[key &+ 1].next)
            let member = bytes(ofMember: key, before: next < end ? next : nil)
            let value = tokens[key &+ 1].isString ? source(tokens[key &+ 1]) : nil
            if rule.isPersonal(Text(source(tokens[key])), value) {
                if start == nil {
                    comma()
                    line.append("\"sealed\":\"")
                    line.append(Commitment.versionLiteral)
                    start = line.count
                    line.append(Commitment.placeHolder)
                    line.append(UInt8(ascii: "\""))
                }
                if personal.count > 1 { personal.append(UInt8(ascii: ",")) }
                personal.append(member)
            } else {
                comma()
                line.append(member)
            }
            key = next
        }
        line.append(UInt8(ascii: "}"))
        personal.append(UInt8(ascii: "}"))
        return start
    }

    /// `"name":value` as it stands in the canonical line: up to the comma before the next key, or
    /// to the brace at the end.
    private func bytes(ofMember key: Int, before next: Int?) -> UnsafeBufferPointer<UInt8> {
        let from = Int(tokens[key].start) &- 1
        let to = next.map { Int(tokens[$0].start) &- 2 } ?? tape.bytes.count &- 1
        return UnsafeBufferPointer(rebasing: tape.bytes[from..<to])
    }

    /// Whose record it is: by its own members where the rule says so.
    private func account(by rule: SealRule) -> Account {
        guard rule.findsAccount, let platform = tape.member(named: "platform"),
            tokens[platform].isString
        else { return rule.account }
        let names: [StaticString] = ["sender_id", "sender", "deleted_by", "operator"]
        for name in names {
            guard let value = tape.member(named: name), tokens[value].isString else { continue }
            let text = tape.string(value)
            if !text.isEmpty {
                return Account(platform: tape.string(platform).lowercased(), name: text)
            }
        }
        return rule.account
    }

    /// The record's own instant; nil when it has none.
    private func instant(_ stamp: MaskedRecords.Stamp) -> Timestamp? {
        if case .own(let instant) = stamp { return instant }
        guard let member = tape.member(named: "timestamp"), tokens[member].isString else {
            return nil
        }
        return Timestamp.parse(source(tokens[member]))?.timestamp
    }

    /// The rule for the pieces of the written line: whose it is stands in the whole, and so does
    /// whether anything in it is personal.
    mutating func pieceRule(_ rule: SealRule) -> SealRule {
        do throws(JSONError) { try parse(line.bytes) } catch { return rule }
        let rule = rule.under(account(by: rule))
        guard case .named = rule.members else { return rule }
        return isAnyPersonal(rule) ? SealRule(.named(["text"]), under: rule.account) : .none
    }

    private func isAnyPersonal(_ rule: SealRule) -> Bool {
        guard case .object = tokens[0].kind else { return false }
        let end = Int(tokens[0].next)
        var key = 1
        while key < end {
            let value = tokens[key &+ 1].isString ? source(tokens[key &+ 1]) : nil
            let name = Text(source(tokens[key]))
            if !name.isExactly("sealed"), rule.isPersonal(name, value) { return true }
            key = Int(tokens[key &+ 1].next)
        }
        return false
    }

    /// Whether the line taken last has members that a book's rule wants in an envelope: such a
    /// line comes from a process that does not know the rule. Daybook's own records may have them.
    package func hasPersonalMembers(by rule: SealRule) -> Bool {
        guard !rule.isNone else { return false }
        if let origin = tape.member(named: "source"), tape.textEquals(origin, "daybook") {
            return false
        }
        return isAnyPersonal(rule)
    }

    /// Whether a member is what stands for an envelope: then it is no secret by its randomness.
    func isEnvelope(_ key: Int, _ value: Int) -> Bool {
        tape.textEquals(key, "sealed") && tokens[value].isString
            && Commitment(sealed: source(tokens[value])) != nil
    }
}
