// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// Bytes as SSH writes them (RFC 4251, section 5): numbers big-endian, strings after their length.
struct SSHWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    mutating func number(_ value: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    mutating func string(_ value: some Collection<UInt8>) {
        number(UInt32(truncatingIfNeeded: value.count))
        raw(value)
    }

    mutating func string(_ value: String) { string(Array(value.utf8)) }
}

/// Reads such bytes; every read beyond the end is nil.
struct SSHReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var remaining: ArraySlice<UInt8> { rest }

    mutating func raw(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func number() -> UInt32? {
        raw(4)?.reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() -> ArraySlice<UInt8>? {
        guard let count = number() else { return nil }
        return raw(Int(count))
    }

    mutating func text() -> String? {
        string().flatMap { String(validating: $0, as: UTF8.self) }
    }
}

/// The text form of keys and signatures: base64 between two lines that say what it is.
enum SSHArmor {
    /// The bytes between `-----BEGIN name-----` and `-----END name-----`; nil when it is no such
    /// text.
    static func decode(_ text: String, _ name: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline)
            .map { String($0).trimmed }.filter { !$0.isEmpty }
        guard lines.count > 2, lines.first == "-----BEGIN \(name)-----",
            lines.last == "-----END \(name)-----"
        else { return nil }
        return Base64.decode(lines.dropFirst().dropLast().joined().utf8)
    }

    /// The same text, in lines of 70 characters as `ssh-keygen` writes them.
    static func encode(_ bytes: [UInt8], _ name: String) -> String {
        var text = "-----BEGIN \(name)-----\n"
        var rest = Base64.encode(bytes)[...]
        while !rest.isEmpty {
            text += rest.prefix(70) + "\n"
            rest = rest.dropFirst(70)
        }
        return text + "-----END \(name)-----\n"
    }
}

extension String {
    /// Without blanks and tabs at both ends.
    var trimmed: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let start = drop(while: isBlank)
        var end = start
        while let last = end.last, isBlank(last) { end.removeLast() }
        return String(end)
    }
}
