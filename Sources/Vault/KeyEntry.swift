// SPDX-License-Identifier: Apache-2.0

internal import Masking

/// One entry of a key file (docs/format/keys.md). What comes later in the file wins.
enum KeyEntry: Sendable, Hashable {
    /// First in each file: the key of the tags of what was erased.
    case house(tags: Bytes32)
    case group(KeyGroup)
    /// Survivors of a group whose key is gone; many entries may follow one another for one group.
    case survivors(of: UInt64, person: UInt64, day: Int32, generation: UInt32, [Bytes16: Bytes32])
    case person(UInt64, names: [String])
    case account(Account, person: UInt64)
    /// The first person turned out to be the second.
    case merge(UInt64, into: UInt64)
    /// Something of this account and day was erased at the instant (microseconds).
    case erasedDay(Bytes16, Int64)
    /// The person with this account was erased.
    case erasedAccount(Bytes16, Int64)

    private enum Kind: UInt8 {
        case house = 1
        case group, survivors, person, account, merge, erasedDay, erasedAccount
    }

    func encode(to bytes: inout [UInt8]) {
        switch self {
        case .house(let tags):
            bytes.append(Kind.house.rawValue)
            bytes.append(tags)
        case .group(let group):
            bytes.append(Kind.group.rawValue)
            bytes.append(head: group.id, group.person, group.day, group.generation)
            bytes.append(group.key)
            bytes.append(group.dedupe)
        case .survivors(let id, let person, let day, let generation, let keys):
            bytes.append(Kind.survivors.rawValue)
            bytes.append(head: id, person, day, generation)
            bytes.append(number: UInt32(keys.count))
            for (first, key) in keys {
                bytes.append(first)
                bytes.append(key)
            }
        case .person(let id, let names):
            bytes.append(Kind.person.rawValue)
            bytes.append(number: id)
            bytes.append(UInt8(min(names.count, Limits.names)))
            for name in names.prefix(Limits.names) { bytes.append(text: name) }
        case .account(let account, let person):
            bytes.append(Kind.account.rawValue)
            bytes.append(number: person)
            bytes.append(text: account.platform)
            bytes.append(text: account.name)
        case .merge(let from, let into):
            bytes.append(Kind.merge.rawValue)
            bytes.append(number: from)
            bytes.append(number: into)
        case .erasedDay(let tag, let instant):
            bytes.append(Kind.erasedDay.rawValue)
            bytes.append(tag)
            bytes.append(number: instant)
        case .erasedAccount(let tag, let instant):
            bytes.append(Kind.erasedAccount.rawValue)
            bytes.append(tag)
            bytes.append(number: instant)
        }
    }

    /// Reads the entries of a frame; nil when they have not the form.
    static func decode(_ bytes: UnsafeRawBufferPointer, _ body: (KeyEntry) -> Void) -> Bool {
        var cursor = KeyCursor(bytes)
        while !cursor.isAtEnd {
            guard let kind = cursor.byte().flatMap(Kind.init(rawValue:)),
                let entry = decode(kind, &cursor)
            else { return false }
            body(entry)
        }
        return true
    }

    private static func decode(_ kind: Kind, _ cursor: inout KeyCursor) -> KeyEntry? {
        switch kind {
        case .house:
            return cursor.bytes32().map { .house(tags: $0) }
        case .group:
            guard let id = cursor.number(UInt64.self), let person = cursor.number(UInt64.self),
                let day = cursor.number(Int32.self), let generation = cursor.number(UInt32.self),
                let key = cursor.bytes32(), let dedupe = cursor.bytes32()
            else { return nil }
            return .group(
                KeyGroup(
                    id: id, person: person, day: day, generation: generation, key: key,
                    dedupe: dedupe))
        case .survivors:
            return survivors(&cursor)
        case .person:
            guard let id = cursor.number(UInt64.self), let count = cursor.byte() else { return nil }
            var names: [String] = []
            for _ in 0..<count {
                guard let name = cursor.text() else { return nil }
                names.append(name)
            }
            return .person(id, names: names)
        case .account:
            guard let person = cursor.number(UInt64.self), let platform = cursor.text(),
                let name = cursor.text()
            else { return nil }
            return .account(Account(platform: platform, name: name), person: person)
        case .merge:
            guard let from = cursor.number(UInt64.self), let into = cursor.number(UInt64.self)
            else { return nil }
            return .merge(from, into: into)
        case .erasedDay, .erasedAccount:
            guard let tag = cursor.bytes16(), let instant = cursor.number(Int64.self) else {
                return nil
            }
            return kind == .erasedDay ? .erasedDay(tag, instant) : .erasedAccount(tag, instant)
        }
    }

    private static func survivors(_ cursor: inout KeyCursor) -> KeyEntry? {
        guard let id = cursor.number(UInt64.self), let person = cursor.number(UInt64.self),
            let day = cursor.number(Int32.self), let generation = cursor.number(UInt32.self),
            let count = cursor.number(UInt32.self), count <= Limits.survivorsInEntry
        else { return nil }
        var keys: [Bytes16: Bytes32] = [:]
        keys.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let first = cursor.bytes16(), let key = cursor.bytes32() else { return nil }
            keys[first] = key
        }
        return .survivors(of: id, person: person, day: day, generation: generation, keys)
    }
}

/// The key of one person's envelopes of one day.
struct KeyGroup: Sendable, Hashable {
    /// Random; all that the vault's rows say.
    let id: UInt64
    var person: UInt64
    /// Days since 1970-01-01 UTC, of the messages.
    let day: Int32
    /// The epoch in which it was made: a later one of the same person and day is higher.
    let generation: UInt32
    let key: Bytes32
    /// Key of the tags by which an importer knows what it has seen. Its own, not derived.
    let dedupe: Bytes32
}

extension [UInt8] {
    mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    mutating func append(_ bytes: Bytes32) {
        bytes.withUnsafeBytes { append(contentsOf: $0) }
    }

    mutating func append(_ bytes: Bytes16) {
        Swift.withUnsafeBytes(of: (bytes.high.bigEndian, bytes.low.bigEndian)) {
            append(contentsOf: $0)
        }
    }

    fileprivate mutating func append(
        head id: UInt64, _ person: UInt64, _ day: Int32, _ generation: UInt32
    ) {
        append(number: id)
        append(number: person)
        append(number: day)
        append(number: generation)
    }

    /// Length (2 bytes), then UTF-8; `Limits.nameBytes` at most.
    mutating func append(text: String) {
        let bytes = Array(text.cut(toBytes: Limits.nameBytes).utf8)
        append(number: UInt16(bytes.count))
        append(contentsOf: bytes)
    }
}

/// Reads a frame's bytes, never beyond them.
struct KeyCursor {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= bytes.count - position else { return nil }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    mutating func byte() -> UInt8? { take(1)?[0] }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        take(MemoryLayout<Number>.size).map { Number(littleEndian: $0.loadUnaligned(as: type)) }
    }

    mutating func bytes32() -> Bytes32? { take(32).map { Bytes32($0) } }
    mutating func bytes16() -> Bytes16? { take(16).map { Bytes16($0) } }

    mutating func text() -> String? {
        guard let count = number(UInt16.self), count <= Limits.nameBytes else { return nil }
        return take(Int(count)).map {
            String(decoding: $0, as: UTF8.self).cut(toBytes: Limits.nameBytes)
        }
    }
}
