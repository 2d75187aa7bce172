// SPDX-License-Identifier: Apache-2.0

// Keys while parsing: each is hashed into its token and looked up among those of its object.

extension JSONTape {
    /// Hashes a key into its token and flags the earlier member of the same name, if any.
    @inline(__always)
    mutating func enterKey(
        _ index: Int, _ content: UnsafePointer<UInt8>, _ length: Int, _ parent: UInt32
    ) {
        let coded = tokens[index].isCoded
        let hash =
            coded
            ? codedHash(index, parent)
            : keys.hash(content, length, salt: keys.salt(parent: parent))
        tokens[index].detail = hash
        register(index, hash)
    }

    /// Enters the key at `index`, whose token is complete, into the table.
    @inline(__always)
    mutating func register(_ index: Int, _ hash: UInt32) {
        let (tokens, text) = (self.tokens, bytes)
        let earlier = keys.insert(index, hash: hash, tokens: tokens) { earlier in
            Self.sameKey(tokens[earlier], tokens[index], text)
        }
        if let earlier { shadow(earlier) }
    }

    @inline(never)
    private mutating func shadow(_ earlier: Int) {
        tokens[earlier].flags.insert(.shadowed)
        notes.insert(.duplicateKey)
        rewritten = true
    }

    @inline(never)
    private func codedHash(_ index: Int, _ parent: UInt32) -> UInt32 {
        var text = ByteBuffer(capacity: 64)
        let token = tokens[index]
        StringScanner.decode(Self.content(token, bytes), canonical: false, into: &text)
        return keys.hash(text.base, text.count, salt: keys.salt(parent: parent))
    }

    private static func content(
        _ token: JSONToken, _ text: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: text[Int(token.start)..<Int(token.end)])
    }

    @inline(never)
    private static func sameKey(
        _ left: JSONToken, _ right: JSONToken, _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard left.parent == right.parent else { return false }
        if !left.isCoded, !right.isCoded {
            return left.count == right.count
                && content(left, text).elementsEqual(content(right, text))
        }
        var first = ByteBuffer(capacity: 64)
        var second = ByteBuffer(capacity: 64)
        StringScanner.decode(content(left, text), canonical: false, into: &first)
        StringScanner.decode(content(right, text), canonical: false, into: &second)
        return first.unsafeBytes.elementsEqual(second.unsafeBytes)
    }
}
