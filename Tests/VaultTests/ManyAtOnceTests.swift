// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Synchronization
import Testing

@testable import Book
@testable import Masking
@testable import Vault

/// What the threads of a test tell one another.
private final class Shared: Sendable {
    let sealed = Mutex<[(Commitment, String)]>([])
    let erased = Mutex<Set<Commitment>>([])
    let isDone = Mutex(false)
    let ids = Mutex<Set<String>>([])
    let failures = Mutex<[any Error]>([])
}

/// Runs each on a thread of its own: all of them block.
private func onThreads(_ work: [@Sendable () throws -> Void]) throws {
    let shared = Shared()
    let group = DispatchGroup()
    for body in work {
        group.enter()
        Thread.detachNewThread {
            do { try body() } catch { shared.failures.withLock { $0.append(error) } }
            group.leave()
        }
    }
    group.wait()
    if let first = shared.failures.withLock({ $0.first }) { throw first }
}

@Suite("Many at once")
struct ManyAtOnceTests {
    @Test("Two seal while a third shreds and a fourth reads: nothing is lost, nothing comes back")
    func sealAndShred() throws {
        let place = try TestVault()
        _ = try place.open()
        let (logs, keys) = (place.logs, place.keys)
        @Sendable func vault() throws -> Vault {
            try #require(try Vault.open(logs: logs, keys: keys, create: false))
        }
        let shared = Shared()
        var work: [@Sendable () throws -> Void] = []
        for writer in 0..<2 {
            work.append {
                let vault = try vault()
                for round in 0..<40 {
                    let texts = (0..<25).map { "w\(writer) r\(round) m\($0)" }
                    let commitments = try vault.seal(
                        texts.enumerated().map { number, text in
                            (.chat("p\(number % 3)"), "2026-11-20T10:00:00Z", text)
                        })
                    shared.sealed.withLock { $0 += zip(commitments, texts) }
                }
                shared.isDone.withLock { $0 = true }
            }
        }
        work.append {
            let vault = try vault()
            var round = 0
            // At least one, however busy the writers keep the keys.
            while round == 0 || !shared.isDone.withLock({ $0 }) {
                let some = shared.sealed.withLock { $0.shuffled().prefix(20) }.map(\.0)
                guard !some.isEmpty else {
                    usleep(1_000)
                    continue
                }
                _ = try vault.shred(ShredOrder(name: "e\(round)", commitments: some))
                shared.erased.withLock { $0.formUnion(some) }
                round += 1
            }
        }
        work.append {
            let vault = try vault()
            while !shared.isDone.withLock({ $0 }) {
                let some = shared.sealed.withLock { Array($0.suffix(200)) }
                for (state, _) in try vault.opened(some.map(\.0)) {
                    switch state {
                    case .open, .erased: continue
                    default: Issue.record("an envelope is \(state)")
                    }
                }
            }
        }
        try onThreads(work)
        let last = try vault()
        let all = shared.sealed.withLock { $0 }
        let gone = shared.erased.withLock { $0 }
        #expect(all.count == 2000)
        #expect(!gone.isEmpty)
        for ((commitment, text), opened) in zip(all, try last.opened(all.map(\.0))) {
            if gone.contains(commitment) {
                guard case .erased = opened.0 else {
                    Issue.record("an erased envelope is \(opened.0)")
                    continue
                }
            } else {
                #expect(opened.0 == .open)
                #expect(opened.1 == text)
            }
        }
    }

    @Test("Ten make the vault at once: one vault")
    func creation() throws {
        let place = try TestVault()
        let (logs, keys) = (place.logs, place.keys)
        let shared = Shared()
        try onThreads(
            (0..<10).map { number in
                {
                    let vault = try #require(
                        try Vault.open(logs: logs, keys: keys, create: true))
                    _ = try vault.seal(["hello"], of: .chat("p\(number % 3)"))
                    shared.ids.withLock { _ = $0.insert(vault.id) }
                }
            })
        let ids = shared.ids.withLock { $0 }
        #expect(ids.count == 1)
        let vault = try place.open()
        #expect(try vault.people.list().count == 3)
        #expect(try vault.status().envelopes == 10)
    }
}
