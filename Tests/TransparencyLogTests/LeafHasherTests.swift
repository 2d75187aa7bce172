// SPDX-License-Identifier: Apache-2.0

import CDaybook
import Testing

@testable import TransparencyLog

/// Lanes that this machine can run, and 0 for the library.
private let runnableLanes = [0, 8, 16].filter {
    $0 == 0 || daybook_sha256_supports(UInt32($0)) != 0
}

@Suite("Hashing many messages at a time")
struct LeafHasherTests {
    private func hash(_ messages: [[UInt8]], lanes: Int) -> [Digest] {
        let starts = messages.indices.map { place in
            messages[..<place].reduce(0) { $0 + $1.count }
        }
        let counts = messages.map(\.count)
        let bytes = messages.flatMap(\.self)
        return [Digest](unsafeUninitializedCapacity: messages.count) { digests, filled in
            bytes.withUnsafeBytes { base in
                starts.withUnsafeBufferPointer { starts in
                    counts.withUnsafeBufferPointer { counts in
                        LeafHasher.hash(
                            in: base, starts: starts, counts: counts, lanes: lanes, into: digests)
                    }
                }
            }
            filled = messages.count
        }
    }

    @Test("lanes give the library's digests for every length to 300", arguments: runnableLanes)
    func everyLength(lanes: Int) {
        var generator = SeededGenerator(seed: 2)
        let messages = (0...300).map { generator.bytes($0) }
        #expect(hash(messages, lanes: lanes) == messages.map { TreeHash.leaf($0) })
    }

    @Test("lanes give the library's digests for mixed lengths", arguments: runnableLanes)
    func mixedLengths(lanes: Int) {
        var generator = SeededGenerator(seed: 3)
        for count in 0...40 {
            let messages = (0..<count).map { _ in
                generator.bytes(Int.random(in: 0...5000, using: &generator))
            }
            #expect(
                hash(messages, lanes: lanes) == messages.map { TreeHash.leaf($0) }, "\(count)")
        }
    }

    @Test("lanes without a prefix give plain SHA-256", arguments: runnableLanes.filter { $0 > 0 })
    func noPrefix(lanes: Int) {
        var generator = SeededGenerator(seed: 4)
        let bytes = generator.bytes(2000)
        let starts = (0..<150).map { $0 * 3 }
        let counts = (0..<150).map { $0 * 7 }
        var digests = [UInt8](repeating: 0, count: 32 * 150)
        let result = daybook_sha256_many(
            UInt32(lanes), -1, bytes, starts, counts, starts.count, &digests)
        #expect(result == 0)
        for place in starts.indices {
            let message = Array(bytes[starts[place]..<starts[place] + counts[place]])
            #expect(Digest(digests[place * 32..<place * 32 + 32]) == TreeHash.plain(message))
        }
    }

    @Test("nodes in lanes are the library's nodes, also in place", arguments: runnableLanes)
    func nodes(lanes: Int) {
        var generator = SeededGenerator(seed: 5)
        for count in 0...40 {
            let children = (0..<2 * count + 1).compactMap { _ in Digest(generator.bytes(32)) }
            let expected = (0..<count).map { TreeHash.node(children[2 * $0], children[2 * $0 + 1]) }
            for shift in [0, 1] {
                var digests = children
                digests.withUnsafeMutableBufferPointer { digests in
                    guard let base = digests.baseAddress else { return }
                    LeafHasher.hashNodes(base, count: count, lanes: lanes, into: base + shift)
                }
                #expect(Array(digests[shift..<shift + count]) == expected, "\(count), \(shift)")
            }
        }
    }

    @Test("lanes that the machine lacks are refused")
    func unknownLanes() {
        var digest = [UInt8](repeating: 7, count: 32)
        #expect(daybook_sha256_many(3, 0, [], [0], [0], 1, &digest) == -1)
        #expect(daybook_sha256_nodes(3, [], 1, &digest) == -1)
        #expect(digest == [UInt8](repeating: 7, count: 32))
    }

    @Test("without SHA extensions the widest lanes are chosen, with them what is faster")
    func choice() {
        #expect(runnableLanes.contains(LeafHasher.lanes))
        let advised = Int(daybook_sha256_lanes())
        if advised > 0 {
            #expect(LeafHasher.lanes == advised && advised == runnableLanes.last)
        } else {
            #expect(LeafHasher.lanes == 0 || LeafHasher.lanes == 16)
        }
    }
}
