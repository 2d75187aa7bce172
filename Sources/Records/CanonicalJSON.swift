// SPDX-License-Identifier: Apache-2.0

internal import CDaybook

/// The one way a value is written in a line; docs/format/canonical-json.md is its specification.
package enum CanonicalJSON {
    /// What stands in place of a container below `Limits.jsonDepthMax`, so that every line parses.
    static let tooDeep: StaticString = "\"(nested too deep)\""

    /// Appends the canonical form of a value.
    ///
    /// A `number` whose text is no JSON number is written as a string.
    package static func encode(_ value: JSONValue, into buffer: inout ByteBuffer) {
        encode(value, depth: 0, into: &buffer)
    }

    /// Appends the canonical form of an object.
    package static func encode(_ object: JSONObject, into buffer: inout ByteBuffer) {
        encode(object, depth: 0, into: &buffer)
    }

    private static func encode(_ value: JSONValue, depth: Int, into buffer: inout ByteBuffer) {
        switch value {
        case .null: buffer.append("null")
        case .bool(true): buffer.append("true")
        case .bool(false): buffer.append("false")
        case .number(let text):
            if isNumber(text.utf8) {
                buffer.append(text: text)
            } else {
                string(text, into: &buffer)
            }
        case .string(let text): string(text, into: &buffer)
        case .array(let elements):
            guard depth < Limits.jsonDepthMax else { return buffer.append(tooDeep) }
            buffer.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { buffer.append(UInt8(ascii: ",")) }
                encode(element, depth: depth + 1, into: &buffer)
            }
            buffer.append(UInt8(ascii: "]"))
        case .object(let object): encode(object, depth: depth, into: &buffer)
        }
    }

    private static func encode(_ object: JSONObject, depth: Int, into buffer: inout ByteBuffer) {
        guard depth < Limits.jsonDepthMax else { return buffer.append(tooDeep) }
        buffer.append(UInt8(ascii: "{"))
        for (position, member) in object.members.enumerated() {
            if position > 0 { buffer.append(UInt8(ascii: ",")) }
            string(member.key, into: &buffer)
            buffer.append(UInt8(ascii: ":"))
            encode(member.value, depth: depth + 1, into: &buffer)
        }
        buffer.append(UInt8(ascii: "}"))
    }

    /// Appends text as a JSON string with its quotes.
    package static func string(_ text: some StringProtocol, into buffer: inout ByteBuffer) {
        let fast: Void? = text.utf8.withContiguousStorageIfAvailable { string($0, into: &buffer) }
        if fast == nil { string(Array(text.utf8), into: &buffer) }
    }

    private static func string(_ text: [UInt8], into buffer: inout ByteBuffer) {
        text.withUnsafeBufferPointer { string($0, into: &buffer) }
    }

    /// Appends valid UTF-8 as a JSON string with its quotes.
    package static func string(
        _ text: UnsafeBufferPointer<UInt8>, into buffer: inout ByteBuffer
    ) {
        buffer.append(UInt8(ascii: "\""))
        content(text, into: &buffer)
        buffer.append(UInt8(ascii: "\""))
    }

    /// Appends valid UTF-8 escaped as the inside of a JSON string, without quotes.
    package static func content(
        _ text: UnsafeBufferPointer<UInt8>, into buffer: inout ByteBuffer
    ) {
        guard let start = text.baseAddress else { return }
        if text.count < 16 {
            let short = daybook_load_short(start, text.count)
            if short.stops == 0 {
                // All 16 bytes are stored; those behind the text are slack or overwritten next.
                let target = UnsafeMutableRawPointer(buffer.tail(text.count))
                target.storeBytes(of: short.words.0, as: UInt64.self)
                target.storeBytes(of: short.words.1, toByteOffset: 8, as: UInt64.self)
                buffer.advance(by: text.count)
                return
            }
        }
        let end = start + text.count
        var position = start
        while position < end {
            var stop = StringScanner.plainEnd(position, end, from: start)
            while stop < end, stop.pointee >= 0x80 {
                stop = StringScanner.plainEnd(stop + 1, end, from: start)
            }
            buffer.append(position, stop - position)
            guard stop < end else { return }
            escape(stop.pointee, into: &buffer)
            position = stop + 1
        }
    }

    /// Appends one byte of a string, escaped when it has to be.
    @inline(__always)
    static func escape(_ byte: UInt8, into buffer: inout ByteBuffer) {
        switch byte {
        case 0x22: buffer.append("\\\"")
        case 0x5C: buffer.append("\\\\")
        case 0x08: buffer.append("\\b")
        case 0x09: buffer.append("\\t")
        case 0x0A: buffer.append("\\n")
        case 0x0C: buffer.append("\\f")
        case 0x0D: buffer.append("\\r")
        case 0..<0x20:
            buffer.append("\\u00")
            buffer.append(UInt8(ascii: "0") + byte >> 4)
            let low = byte & 15
            buffer.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        default: buffer.append(byte)
        }
    }

    /// Whether the bytes are exactly one JSON number.
    package static func isNumber(_ text: some Sequence<UInt8>) -> Bool {
        var iterator = text.makeIterator()
        var byte = iterator.next()
        func digits(_ byte: inout UInt8?) -> Int {
            var count = 0
            while let digit = byte, digit &- 0x30 < 10 {
                count += 1
                byte = iterator.next()
            }
            return count
        }
        if byte == UInt8(ascii: "-") { byte = iterator.next() }
        let leadingZero = byte == UInt8(ascii: "0")
        let whole = digits(&byte)
        guard whole == 1 || whole > 1 && !leadingZero else { return false }
        if byte == UInt8(ascii: ".") {
            byte = iterator.next()
            guard digits(&byte) > 0 else { return false }
        }
        if let mark = byte, mark | 0x20 == UInt8(ascii: "e") {
            byte = iterator.next()
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { byte = iterator.next() }
            guard digits(&byte) > 0 else { return false }
        }
        return byte == nil
    }
}
