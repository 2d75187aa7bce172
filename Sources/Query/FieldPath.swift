// SPDX-License-Identifier: Apache-2.0

import Records

/// A field's name as a query writes it, `data.price`: the member of that whole name, or else the
/// member `price` of the object `data`, and so on at each point.
package struct FieldPath: Sendable, Hashable {
    package let name: String
    package let kind: FieldKind
    let bytes: [UInt8]
    /// Where the points are.
    let points: [Int]

    package init(_ name: String) {
        self.name = name
        kind = FieldKind(of: name)
        let bytes = Array(name.utf8)
        self.bytes = bytes
        points = bytes.indices.filter { bytes[$0] == UInt8(ascii: ".") }
    }

    /// Whether it can only be a member of the record itself.
    package var isPlain: Bool { points.isEmpty }

    package static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }

    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension JSONTape {
    /// The value of the member with this name; shadowed members do not count.
    func member(_ name: ArraySlice<UInt8>, of object: Int) -> Int? {
        let tokens = tokenPointer
        guard object < count, tokens[object].kind == .object else { return nil }
        var index = object + 1
        let end = Int(tokens[object].next)
        while index < end {
            let key = tokens[index]
            if !key.flags.contains(.shadowed), isText(index, key, name) { return index + 1 }
            index = Int(tokens[index + 1].next)
        }
        return nil
    }

    private func isText(_ index: Int, _ token: JSONToken, _ text: ArraySlice<UInt8>) -> Bool {
        if !token.isCoded {
            return source(index).elementsEqual(text)
        }
        var buffer = ByteBuffer(capacity: token.count)
        decode(index, into: &buffer)
        return buffer.unsafeBytes.elementsEqual(text)
    }

    /// Calls `body` with each value that a path leads to, every element of an array on the way and
    /// at the end by itself, until it returns true; whether it did.
    func anyValue(
        at path: FieldPath, expandingArrays isExpanding: Bool = true, _ body: (Int) -> Bool
    ) -> Bool {
        anyValue(at: path, from: 0, in: 0, isExpanding, body)
    }

    private func anyValue(
        at path: FieldPath, from start: Int, in object: Int, _ isExpanding: Bool,
        _ body: (Int) -> Bool
    ) -> Bool {
        if let value = member(path.bytes[start...], of: object) {
            return isExpanding ? anyElement(of: value, body) : body(value)
        }
        for point in path.points where point >= start {
            guard let inner = member(path.bytes[start..<point], of: object) else { continue }
            if isExpanding {
                return anyElement(of: inner) { element in
                    anyValue(at: path, from: point + 1, in: element, isExpanding, body)
                }
            }
            return anyValue(at: path, from: point + 1, in: inner, isExpanding, body)
        }
        return false
    }

    /// The value itself, or each element of an array, of arrays in it too.
    private func anyElement(of value: Int, _ body: (Int) -> Bool) -> Bool {
        guard self[value].kind == .array else { return body(value) }
        var element = first(in: value)
        while element < after(value) {
            if anyElement(of: element, body) { return true }
            element = after(element)
        }
        return false
    }
}
