// SPDX-License-Identifier: Apache-2.0

import Crypto
import Synchronization

/// The documents with an id that came by `_bulk`, as many as the window has: a client that sends one
/// again after a lost answer is told that it is there. `DocumentJournal` keeps them across a restart.
final class DocumentKeys: Sendable {
    /// What is kept of an id or of a document: 16 bytes of an HMAC.
    typealias Key = BatchKey.Digest

    /// One document that stands in a book.
    struct Recorded: Sendable, Equatable {
        let key: Key
        let content: Key
        /// Its index.
        let number: UInt64
    }

    /// What is known of a document.
    enum Known: Sendable, Equatable {
        /// Nothing: the caller may record it, and must `end` it.
        case new
        /// Another request records it at this moment.
        case running
        /// It is record `number`, and says the same or something else.
        case recorded(number: UInt64, isSame: Bool)
    }

    fileprivate struct Entry {
        let content: Key
        /// Nil while it is on its way.
        var number: UInt64?
    }

    fileprivate struct State {
        var secret: SymmetricKey
        var entries: [Key: Entry] = [:]
        /// Keys by age; those before `oldest` are gone.
        var order: [Key] = []
        var oldest = 0
    }

    private let state: Mutex<State>
    private let window: Int

    init(window: Int = ServerLimits.documentWindow) {
        self.window = window
        state = Mutex(State(secret: SymmetricKey(size: .bits256)))
    }

    // MARK: - Names

    /// By what a document of one client and index is known again.
    func key(_ id: String, index: String, of client: String) -> Key {
        var hash = HMAC<SHA256>(key: secret)
        // With their lengths, so that no two triples are one text.
        for text in [client, index, id] {
            hash.update(data: Array("\(text.utf8.count)\n".utf8))
            hash.update(data: Array(text.utf8))
        }
        return Key(hash.finalize())
    }

    /// By what it is known whether a document says the same.
    func key(content: UnsafeBufferPointer<UInt8>) -> Key {
        Key(
            HMAC<SHA256>.authenticationCode(
                for: UnsafeRawBufferPointer(content), using: secret))
    }

    private var secret: SymmetricKey { state.withLock { $0.secret } }

    // MARK: - Asking and telling

    /// Asks for a document.
    ///
    /// - Parameter replaces: whether one that says something else takes its place, as `index` has it.
    func begin(_ key: Key, _ content: Key, replaces: Bool) -> Known {
        state.withLock { state in
            if let entry = state.entries[key] {
                guard let number = entry.number else { return .running }
                let isSame = entry.content == content
                guard replaces, !isSame else { return .recorded(number: number, isSame: isSame) }
            }
            state.add(key, Entry(content: content), window)
            return .new
        }
    }

    /// - Parameter number: the index at which it was recorded; nil when it was not: then it is forgotten.
    func end(_ key: Key, _ number: UInt64?) {
        state.withLock { state in
            if let number { state.entries[key]?.number = number } else { state.entries[key] = nil }
        }
    }

    var count: Int { state.withLock { $0.entries.count } }

    // MARK: - What outlives the process

    /// Begins with what is known, by age.
    ///
    /// - Parameter secret: keys all digests, so that nobody can try out what they stand for.
    func restore(_ recorded: [Recorded], secret: SymmetricKey) {
        // What replaces another is the younger one.
        var keys: Set<Key> = []
        let newest = recorded.reversed().filter { keys.insert($0.key).inserted }.prefix(window)
        state.withLock { state in
            state = State(secret: secret)
            for one in newest.reversed() {
                state.add(one.key, Entry(content: one.content, number: one.number), window)
            }
        }
    }

    /// All that stand in a book, by age.
    var recorded: [Recorded] {
        state.withLock { state in
            state.order[state.oldest...].compactMap { key in
                guard let entry = state.entries[key], let number = entry.number else { return nil }
                return Recorded(key: key, content: entry.content, number: number)
            }
        }
    }
}

extension DocumentKeys.State {
    fileprivate mutating func add(
        _ key: DocumentKeys.Key, _ entry: DocumentKeys.Entry, _ window: Int
    ) {
        let isNew = entries.updateValue(entry, forKey: key) == nil
        guard isNew else { return }
        order.append(key)
        while order.count - oldest > window {
            entries[order[oldest]] = nil
            oldest += 1
        }
        if oldest > order.count / 2 {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
