// SPDX-License-Identifier: Apache-2.0

extension JSONTape {
    /// Appends the text's canonical form and adds what was noted while parsing to `notes`.
    ///
    /// One copy when the text is canonical already. Allocates only when the buffer grows.
    package func writeCanonical(into buffer: inout ByteBuffer, notes: inout RecordNotes) {
        guard count > 0 else { return }
        notes.formUnion(self.notes)
        write(0, into: &buffer)
    }

    /// Appends the canonical form of the value or key at `index` (a key with its quotes, without
    /// the colon) and of everything inside it.
    @inlinable
    package func write(_ index: Int, into buffer: inout ByteBuffer) {
        let token = self[index]
        if token.isPlainText, let base = bytes.baseAddress {
            // With the quotes on both sides.
            buffer.reserve(token.count &+ 2)
            Self.copy(
                base + Int(token.start) - 1, token.count &+ 2, to: buffer.base + buffer.count,
                base + bytes.count)
            buffer.count &+= token.count &+ 2
        } else {
            writeAny(index, into: &buffer)
        }
    }

    @usableFromInline
    func writeAny(_ index: Int, into buffer: inout ByteBuffer) {
        let root = self[index]
        guard let base = bytes.baseAddress else { return }
        if isCanonical || !root.isContainer {
            writeScalar(root, base, into: &buffer)
            return
        }
        if !rewritten {
            writeCompact(index, base, into: &buffer)
            return
        }
        buffer.reserve(root.count + 64)
        var position = index
        while true {
            let token = tokens[position]
            if token.kind == .key {
                writeScalar(token, base, into: &buffer)
                buffer.append(UInt8(ascii: ":"))
                position &+= 1
                continue
            }
            if token.isContainer {
                let opening = token.kind == .object ? UInt8(ascii: "{") : UInt8(ascii: "[")
                buffer.append(opening)
                if Int(token.next) > position &+ 1 {
                    position = skipShadowed(position &+ 1)
                    continue
                }
                buffer.append(opening &+ 2)
            } else {
                writeScalar(token, base, into: &buffer)
            }
            // The value at `done` is complete; so is each container whose last value it was.
            var done = position
            while done != index {
                let container = tokens[Int(tokens[done].parent)]
                position = skipShadowed(Int(tokens[done].next))
                if position < Int(container.next) {
                    buffer.append(UInt8(ascii: ","))
                    break
                }
                buffer.append(container.kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
                done = Int(tokens[done].parent)
            }
            if done == index { return }
        }
    }

    /// The same as the general loop for a container in which only white space has to go: the
    /// result cannot be longer than the source, so room is made once.
    private func writeCompact(
        _ index: Int, _ base: UnsafePointer<UInt8>, into buffer: inout ByteBuffer
    ) {
        let start = buffer.tail(tokens[index].count)
        let end = base + bytes.count
        var out = start
        var position = index
        while true {
            let token = tokens + position
            let kind = token.pointee.kind
            var from = base + Int(token.pointee.start)
            var length = Int(token.pointee.end &- token.pointee.start)
            if kind == .key || kind == .string {
                // With the quotes on both sides.
                from -= 1
                length &+= 2
            } else if kind == .object || kind == .array {
                out.pointee = from.pointee
                out += 1
                if Int(token.pointee.next) > position &+ 1 {
                    position &+= 1
                    continue
                }
                out.pointee = from.pointee &+ 2
                out += 1
                length = 0
            }
            Self.copy(from, length, to: out, end)
            out += length
            if kind == .key {
                out.pointee = UInt8(ascii: ":")
                out += 1
                position &+= 1
                continue
            }
            // The value at `done` is complete; so is each container whose last value it was.
            var done = position
            while done != index {
                let parent = Int(tokens[done].parent)
                position = Int(tokens[done].next)
                if position < Int(tokens[parent].next) {
                    out.pointee = UInt8(ascii: ",")
                    out += 1
                    break
                }
                out.pointee = base[Int(tokens[parent].end) &- 1]
                out += 1
                done = parent
            }
            if done == index { break }
        }
        buffer.advance(by: out - start)
    }

    /// Copies a few bytes, 16 at a time where the text (which ends at `end`) allows it. The target
    /// has `Limits.bufferSlackBytes` bytes of slack.
    @inlinable @inline(__always)
    static func copy(
        _ source: UnsafePointer<UInt8>, _ length: Int, to target: UnsafeMutablePointer<UInt8>,
        _ end: UnsafePointer<UInt8>
    ) {
        guard length <= 64, end - source >= 64 else {
            target.update(from: source, count: length)
            return
        }
        let (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(target))
        var offset = 0
        repeat {
            to.storeBytes(
                of: from.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self),
                toByteOffset: offset, as: SIMD16<UInt8>.self)
            offset &+= 16
        } while offset < length
    }

    /// The next index at or after `index` that is not a shadowed member.
    @inline(__always)
    private func skipShadowed(_ index: Int) -> Int {
        var position = index
        while position < count, tokens[position].kind == .key,
            tokens[position].flags.contains(.shadowed)
        {
            position = Int(tokens[position &+ 1].next)
        }
        return position
    }

    /// Appends a token that is not taken apart: a scalar, a key, or a container whose bytes are
    /// canonical.
    @inline(__always)
    private func writeScalar(
        _ token: JSONToken, _ base: UnsafePointer<UInt8>, into buffer: inout ByteBuffer
    ) {
        switch token.kind {
        case .key, .string:
            if token.flags.contains(.needsRewrite) {
                writeRepaired(token, into: &buffer)
            } else {
                // With the quotes on both sides.
                buffer.append(base + Int(token.start) - 1, token.count &+ 2)
            }
        case .nonFinite:
            buffer.append(UInt8(ascii: "\""))
            buffer.append(base + Int(token.start), token.count)
            buffer.append(UInt8(ascii: "\""))
        default:
            buffer.append(base + Int(token.start), token.count)
        }
    }

    @inline(never)
    private func writeRepaired(_ token: JSONToken, into buffer: inout ByteBuffer) {
        buffer.append(UInt8(ascii: "\""))
        let content = UnsafeBufferPointer(rebasing: bytes[Int(token.start)..<Int(token.end)])
        StringScanner.decode(content, canonical: true, into: &buffer)
        buffer.append(UInt8(ascii: "\""))
    }

    /// The value at `index` as a tree.
    package func value(_ index: Int = 0) -> JSONValue {
        guard index < count else { return .null }
        let token = tokens[index]
        switch token.kind {
        case .null: return .null
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number: return .number(string(index))
        case .string, .key, .nonFinite: return .string(string(index))
        case .array:
            var elements: [JSONValue] = []
            elements.reserveCapacity(Int(token.detail))
            var child = index + 1
            while child < Int(token.next) {
                elements.append(value(child))
                child = Int(tokens[child].next)
            }
            return .array(elements)
        case .object:
            var members: [JSONObject.Member] = []
            members.reserveCapacity(Int(token.detail))
            var key = index + 1
            while key < Int(token.next) {
                if !tokens[key].flags.contains(.shadowed) {
                    members.append(.init(key: string(key), value: value(key + 1)))
                }
                key = Int(tokens[key + 1].next)
            }
            return .object(JSONObject(distinct: members))
        }
    }
}
