// SPDX-License-Identifier: Apache-2.0

/// A strict JSON parser that writes what it found into one flat array of tokens.
///
/// Made to be reused: after the first few lines nothing is allocated. It accepts exactly RFC 8259
/// and, each noted in `notes`, what real programs print besides: `NaN`, `Infinity`, `-Infinity`,
/// bytes that are not UTF-8, lone surrogates, a byte order mark, duplicate keys (the later member
/// stays where it stands; the earlier one is flagged `shadowed` and is in no output).
///
/// The tape does not copy the text. Everything that reads tokens reads the text too: the caller
/// keeps it in place and unchanged until the next `parse` or the last use.
package struct JSONTape: ~Copyable {
    @usableFromInline var tokens: UnsafeMutablePointer<JSONToken>
    @usableFromInline var capacity: Int
    var keys = KeyTable()
    /// Whether some value of the last text does not stay as it was written.
    var rewritten = false

    /// The tokens of the last text; 0 after an error.
    @usableFromInline package var count: Int
    /// The last text.
    @usableFromInline package var bytes: UnsafeBufferPointer<UInt8>
    /// What had to be repaired or replaced in the last text.
    package internal(set) var notes: RecordNotes
    /// Whether the root value's bytes are already canonical, so that writing it is one copy.
    package internal(set) var isCanonical: Bool

    package init() {
        capacity = 128
        tokens = .allocate(capacity: capacity)
        count = 0
        bytes = UnsafeBufferPointer(start: nil, count: 0)
        notes = []
        isCanonical = false
    }

    deinit {
        tokens.deallocate()
    }

    /// The token at `index`. Traps outside `0..<count`.
    @inlinable package subscript(index: Int) -> JSONToken {
        precondition(index >= 0 && index < count, "no such token")
        return tokens[index]
    }

    // MARK: Walking

    /// Index of the first key or element inside a container.
    @inlinable package func first(in container: Int) -> Int { container &+ 1 }

    /// Index of the first token after `index` and everything inside it.
    @inlinable package func after(_ index: Int) -> Int { Int(self[index].next) }

    /// Whether the root is an object.
    @inlinable package var isObject: Bool { count > 0 && tokens[0].kind == .object }

    /// Index of the key of the member whose value stands at `index`; `nil` in arrays and for the
    /// root.
    @inlinable package func key(ofValueAt index: Int) -> Int? {
        let token = self[index]
        guard index > 0, tokens[Int(token.parent)].kind == .object, token.kind != .key else {
            return nil
        }
        return index &- 1
    }

    /// Index of the value under `name` in the object at `object`; shadowed members do not count.
    package func member(named name: StaticString, in object: Int = 0) -> Int? {
        guard object < count, tokens[object].kind == .object else { return nil }
        var index = object + 1
        let end = Int(tokens[object].next)
        while index < end {
            if !tokens[index].flags.contains(.shadowed), textEquals(index, name) {
                return index + 1
            }
            index = Int(tokens[index + 1].next)
        }
        return nil
    }

    // MARK: Text

    /// The source bytes of a token; for strings and keys without the quotes, escapes as written.
    @inlinable package func source(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let token = self[index]
        return UnsafeBufferPointer(rebasing: bytes[Int(token.start)..<Int(token.end)])
    }

    /// Whether the text of a string or key (escapes decoded) is `literal`.
    package func textEquals(_ index: Int, _ literal: StaticString) -> Bool {
        let token = self[index]
        if !token.flags.contains(.needsRewrite), !token.flags.contains(.hasEscape) {
            guard token.count == literal.utf8CodeUnitCount, let base = bytes.baseAddress else {
                return false
            }
            let start = base + Int(token.start)
            for offset in 0..<token.count where start[offset] != literal.utf8Start[offset] {
                return false
            }
            return true
        }
        var buffer = ByteBuffer(capacity: token.count)
        decode(index, into: &buffer)
        return buffer.unsafeBytes.elementsEqual(
            UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// The text of a token: of a string or key decoded, of anything else its source.
    package func string(_ index: Int) -> String {
        let token = self[index]
        guard token.kind == .string || token.kind == .key, token.isCoded
        else { return String(decoding: source(index), as: UTF8.self) }
        var buffer = ByteBuffer(capacity: token.count)
        decode(index, into: &buffer)
        return buffer.string
    }

    /// Appends the text of a string or key as valid UTF-8: escapes decoded, the rest repaired.
    package func decode(_ index: Int, into buffer: inout ByteBuffer) {
        let token = self[index]
        if !token.isCoded {
            buffer.append(source(index))
        } else {
            StringScanner.decode(source(index), canonical: false, into: &buffer)
        }
    }

    // MARK: Memory

    @inline(never) mutating func growTokens() {
        let wider = UnsafeMutablePointer<JSONToken>.allocate(capacity: capacity * 2)
        wider.moveInitialize(from: tokens, count: capacity)
        tokens.deallocate()
        tokens = wider
        capacity *= 2
    }

    /// Gives memory back that only a giant text needed.
    mutating func trim() {
        guard capacity > Limits.tapeTokensKept else { return }
        tokens.deallocate()
        capacity = 128
        tokens = .allocate(capacity: capacity)
        keys = KeyTable()
    }
}

/// Safe to send: its memory has one owner, since the type cannot be copied; the text it points
/// into is the caller's promise, as on one thread.
extension JSONTape: @unchecked Sendable {}

extension JSONTape {
    /// The tokens, for a reader in another room that looks at each: a call per token would cost
    /// more than the look. Valid until the next `parse`; `count` says how many there are.
    package var tokenPointer: UnsafePointer<JSONToken> { UnsafePointer(tokens) }
}
