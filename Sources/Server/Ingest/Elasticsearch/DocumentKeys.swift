// SPDX-License-Identifier: Apache-2.0

import Crypto
import Synchronization

/// The documents with an id that came by `_bulk`, as many as the window has: a client that sends one
/// again after a lost answer is told that it is there. Kept in memory; a daemon that starts again knows
/// none.
final class DocumentKeys: Sendable {
    /// One document of one client and index, by what is kept of its id: 16 bytes of a SHA-256.
    struct Key: Hashable, Sendable {
        fileprivate let high: UInt64
        fileprivate let low: UInt64

        init(_ id: String, index: String, of client: String) {
            var hash = SHA256()
            // With their lengths, so that no two triples are one text.
            for text in [client, index, id] {
                hash.update(data: Array("\(text.utf8.count)\n".utf8))
                hash.update(data: Array(text.utf8))
            }
            (high, low) = Self.numbers(hash.finalize())
        }

        /// Of what a document says.
        init(content: UnsafeBufferPointer<UInt8>) {
            (high, low) = Self.numbers(SHA256.hash(data: UnsafeRawBufferPointer(content)))
        }

        private static func numbers(_ digest: SHA256.Digest) -> (UInt64, UInt64) {
            var numbers: (UInt64, UInt64) = (0, 0)
            for (place, byte) in digest.prefix(16).enumerated() {
                if place < 8 {
                    numbers.0 = numbers.0 << 8 | UInt64(byte)
                } else {
                    numbers.1 = numbers.1 << 8 | UInt64(byte)
                }
            }
            return numbers
        }
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
        var entries: [Key: Entry] = [:]
        /// Keys by age; those before `oldest` are gone.
        var order: [Key] = []
        var oldest = 0
    }

    private let state = Mutex(State())
    private let window: Int

    init(window: Int = ServerLimits.documentWindow) { self.window = window }

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
