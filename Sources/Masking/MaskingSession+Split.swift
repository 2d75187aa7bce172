// SPDX-License-Identifier: Apache-2.0

import Records

// A line that is longer than a book takes becomes numbered pieces. It was masked whole before, so
// a secret cannot hide across a cut.
extension MaskingSession {
    /// Adds the written line as records `record_piece`; their `text`, put together, is the line.
    /// Where anything in it is personal, the text of each piece is.
    mutating func split(
        _ stamp: MaskedRecords.Stamp, _ rule: SealRule, to records: inout MaskedRecords
    ) {
        let rule = rule.isNone ? rule : pieceRule(rule)
        let whole = Array(line.bytes)
        whole.withUnsafeBufferPointer { bytes in
            let cuts = cuts(of: Text(bytes))
            splits &+= 1
            let name = hexadecimal(keyedHash(bytes, seed: HashSeed.value &+ splits))
            let members = PieceMembers(bytes)
            for (number, range) in cuts.enumerated() {
                line.removeAll()
                line.append("{\"event\":\"record_piece\"")
                members.head.withUnsafeBufferPointer { line.append($0) }
                line.append(
                    text: ",\"piece\":\(number + 1),\"pieces\":\(cuts.count),\"piece_of\":\"")
                line.append(text: name)
                line.append("\",\"text\":")
                line.append(string: UnsafeBufferPointer(rebasing: bytes[range]))
                members.tail.withUnsafeBufferPointer { line.append($0) }
                line.append(UInt8(ascii: "}"))
                if rule.isNone {
                    records.append(line.bytes, stamp: stamp)
                } else {
                    addSealed(stamp, rule, to: &records)
                }
            }
        }
    }

    /// Where the pieces lie: each within the limit once escaped, cut at a character, not inside
    /// a mask, and where it can be so that the piece by itself looks as harmless as it is.
    private mutating func cuts(of text: Text) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        while start < text.count {
            var end = start
            var escaped = 0
            while end < text.count, escaped < MaskingLimits.pieceTextBytes {
                let byte = text[end]
                escaped += byte == 0x22 || byte == 0x5C ? 2 : byte < 0x20 ? 6 : 1
                end += 1
            }
            if end < text.count { end = cut(text, from: start, before: end) }
            ranges.append(start..<end)
            start = end
        }
        return ranges
    }

    /// A good place at or before `limit`: after a comma or a space, else at any character.
    private mutating func cut(_ text: Text, from start: Int, before limit: Int) -> Int {
        let floor = max(start + 1, limit - 4_096)
        var tries = 0
        var index = limit
        while index > floor, tries < 16 {
            if text[index - 1] == 0x2C || text[index - 1] == 0x20, isOutsideMask(text, index) {
                tries += 1
                let piece = text.slice(start, index).buffer
                if !scanner.scan(piece) { return index }
            }
            index -= 1
        }
        index = limit
        while index > floor, text[index] & 0xC0 == 0x80 || !isOutsideMask(text, index) {
            index -= 1
        }
        return index
    }

    private func isOutsideMask(_ text: Text, _ index: Int) -> Bool {
        for start in max(0, index - 11)..<max(index, 1) where text.hasExact(maskedText, at: start) {
            return false
        }
        return true
    }

    private func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The members of a record that its pieces repeat: `event_type` and `level` before the text,
/// `timestamp` and `source` after it.
private struct PieceMembers {
    var head: [UInt8] = []
    var tail: [UInt8] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var tape = JSONTape()
        do throws(JSONError) { try tape.parse(bytes) } catch { return }
        var buffer = ByteBuffer()
        let kind = tape.member(named: "event_type") ?? tape.member(named: "event")
        buffer.append(",\"event_type\":")
        if let kind, tape[kind].kind == .string, tape[kind].count <= 64 {
            tape.write(kind, into: &buffer)
        } else {
            buffer.append("\"record_piece\"")
        }
        if let level = tape.member(named: "level"), tape[level].kind == .string,
            tape[level].count <= 16
        {
            buffer.append(",\"level\":")
            tape.write(level, into: &buffer)
        }
        head = buffer.array
        buffer.removeAll()
        if let instant = tape.member(named: "timestamp"), tape[instant].count <= 32 {
            buffer.append(",\"timestamp\":")
            tape.write(instant, into: &buffer)
        }
        if let source = tape.member(named: "source"), tape[source].count <= 1_024 {
            buffer.append(",\"source\":")
            tape.write(source, into: &buffer)
        }
        tail = buffer.array
    }
}
