// SPDX-License-Identifier: Apache-2.0

/// The members of a JSON object in their order, each key once.
///
/// Look-ups are linear: records have a dozen keys. The exception is `init(_:)`, which drops
/// duplicates in linear time however many members come in.
package struct JSONObject: Sendable, Hashable, RandomAccessCollection {
    /// One key with its value.
    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The members in order.
    package private(set) var members: [Member]

    /// An object without members.
    package init() { members = [] }

    /// The pairs in order; of equal keys the later member stays, where it stands.
    package init(_ pairs: some Sequence<(String, JSONValue)>) {
        self.init(members: pairs.map { Member(key: $0.0, value: $0.1) })
    }

    /// The members in order; of equal keys the later member stays, where it stands.
    package init(members: [Member]) {
        var seen = Set<ByteKey>()
        seen.reserveCapacity(members.count)
        var kept: [Member] = []
        kept.reserveCapacity(members.count)
        for member in members.reversed() where seen.insert(ByteKey(member.key)).inserted {
            kept.append(member)
        }
        self.members = kept.reversed()
    }

    /// Members whose keys are known to differ.
    init(distinct members: [Member]) { self.members = members }

    package var startIndex: Int { 0 }
    package var endIndex: Int { members.count }
    package subscript(position: Int) -> Member { members[position] }

    /// The value under `key`. Setting replaces the value in place or appends the member; setting
    /// `nil` removes it.
    package subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): members.remove(at: position)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a member at the end. A member with the same key goes away: the later wins.
    package mutating func append(_ key: String, _ value: JSONValue) {
        if let position = position(of: key) { members.remove(at: position) }
        members.append(Member(key: key, value: value))
    }

    /// Puts a member at `position`, counted after a member with the same key went away.
    package mutating func insert(_ key: String, _ value: JSONValue, at position: Int) {
        if let old = self.position(of: key) { members.remove(at: old) }
        members.insert(Member(key: key, value: value), at: Swift.min(position, members.count))
    }

    /// Gives the member at `key` another name, in place. Does nothing when it is missing or when
    /// the new name is taken.
    package mutating func rename(_ key: String, to newKey: String) {
        guard let position = position(of: key), self.position(of: newKey) == nil else { return }
        members[position].key = newKey
    }

    /// Removes a member and returns its value.
    @discardableResult
    package mutating func remove(_ key: String) -> JSONValue? {
        position(of: key).map { members.remove(at: $0).value }
    }

    /// Whether there is a member under `key`.
    package func contains(_ key: String) -> Bool { position(of: key) != nil }

    /// The position of the member under `key`.
    package func position(of key: String) -> Int? {
        // Bytes, not `String ==`: JSON keys that differ only in normalisation are two keys.
        members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

/// A key compared by its bytes: `String` compares by canonical equivalence, JSON does not.
private struct ByteKey: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ByteKey, right: ByteKey) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
