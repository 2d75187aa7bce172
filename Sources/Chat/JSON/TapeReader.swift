// SPDX-License-Identifier: Apache-2.0

import Records

/// One JSON object at a time, and its members by name. Reuses its memory; the bytes of an object
/// stay in place until the next `parse`.
final class TapeReader {
    private var tape = JSONTape()

    /// False when it is no object, or no JSON.
    func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        do throws(JSONError) {
            try tape.parse(bytes)
        } catch {
            return false
        }
        return tape.isObject
    }

    /// The place of a member's value.
    func value(_ name: StaticString, in object: Int = 0) -> Int? {
        guard let place = tape.member(named: name, in: object), tape[place].kind != .null else {
            return nil
        }
        return place
    }

    /// The text of a string, a number or a truth value; nil for all else.
    func text(_ name: StaticString, in object: Int = 0) -> String? {
        value(name, in: object).flatMap { text(ofValue: $0) }
    }

    func text(ofValue place: Int) -> String? { tape.text(ofValue: place) }

    func isObject(_ place: Int) -> Bool { tape[place].kind == .object }
    func isTrue(_ name: StaticString, in object: Int = 0) -> Bool {
        value(name, in: object).map { tape[$0].kind == .true } ?? false
    }

    /// Calls `body` with each element of an array.
    func forEach(_ array: Int, _ body: (Int) -> Void) {
        guard tape[array].kind == .array else { return }
        var place = tape.first(in: array)
        let end = tape.after(array)
        while place < end {
            body(place)
            place = tape.after(place)
        }
    }

    /// The text at a path of keys; nil where there is none, or an empty one.
    func text(at path: [[UInt8]]) -> String? { tape.text(at: path) }
}

/// Of the tape itself: asked of the reader, each look at a token would be checked by itself for
/// whoever else might be at the tape.
extension JSONTape {
    fileprivate func text(at path: [[UInt8]]) -> String? {
        var object = 0
        for (depth, name) in path.enumerated() {
            guard self[object].kind == .object, let place = member(name, in: object) else {
                return nil
            }
            if depth == path.count - 1 {
                guard let text = text(ofValue: place), !text.isEmpty else { return nil }
                return text
            }
            object = place
        }
        return nil
    }

    fileprivate func text(ofValue place: Int) -> String? {
        switch self[place].kind {
        case .string, .number, .true, .false, .nonFinite: string(place)
        default: nil
        }
    }

    private func member(_ name: [UInt8], in object: Int) -> Int? {
        let tokens = tokenPointer
        var key = object + 1
        let end = Int(tokens[object].next)
        while key < end {
            let token = tokens[key]
            if !token.flags.contains(.shadowed), matches(key, token, name) { return key + 1 }
            key = Int(tokens[key + 1].next)
        }
        return nil
    }

    private func matches(_ key: Int, _ token: JSONToken, _ name: [UInt8]) -> Bool {
        if token.flags.contains(.hasEscape) { return string(key).utf8.elementsEqual(name) }
        return token.count == name.count && source(key).elementsEqual(name)
    }
}
