// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Synchronization

@testable import Query

/// Envelopes that are kept in memory, in whatever state a test wants.
final class MemoryEnvelopes: EnvelopeOpening {
    private let content: [Commitment: (state: EnvelopeState, plaintext: [UInt8])]
    let sessions = Atomic<Int>(0)
    let looks = Atomic<Int>(0)

    init(_ content: [Commitment: (state: EnvelopeState, plaintext: [UInt8])]) {
        self.content = content
    }

    func session() throws(BookError) -> any EnvelopeOpeningSession {
        sessions.add(1, ordering: .relaxed)
        return Session(self)
    }

    private final class Session: EnvelopeOpeningSession {
        private let all: MemoryEnvelopes

        init(_ all: MemoryEnvelopes) { self.all = all }

        func open(
            _ commitments: [Commitment],
            _ body: (Int, EnvelopeState, UnsafeBufferPointer<UInt8>) -> Void
        ) throws(BookError) {
            all.looks.add(commitments.count, ordering: .relaxed)
            for (place, commitment) in commitments.enumerated() {
                let found = all.content[commitment] ?? (.missing, [])
                found.plaintext.withUnsafeBufferPointer { body(place, found.state, $0) }
            }
        }
    }
}

/// Lines with the envelopes that some of them have.
struct SealedSamples {
    /// How many of a hundred records have kinds and levels of their own.
    var wordsPercent = 0
    private(set) var lines: [[UInt8]] = []
    /// The lines as they read when opened; nil for those that are restricted.
    private(set) var opened: [[UInt8]?] = []
    private(set) var content: [Commitment: (state: EnvelopeState, plaintext: [UInt8])] = [:]

    /// Adds a line whose members, all but public ones, are sealed.
    mutating func add(
        _ members: [(key: String, value: String)], _ state: EnvelopeState, _ dice: inout Dice
    ) {
        let commitment = Commitment((0..<32).map { _ in UInt8(truncatingIfNeeded: dice.next()) })
        // Kinds and levels are sealed now and then: where they are somebody's words.
        let ownWords = dice.chance(wordsPercent)
        let isPublic = { (key: String) in
            OpenedLine.publicNames.contains(key)
                || !ownWords && OpenedLine.structuralNames.contains(key)
        }
        let personal = members.filter { !isPublic($0.key) }
        guard let commitment, !personal.isEmpty else { return add(plain: Self.line(members)) }
        let seal = (key: "sealed", value: "\"v1.\(commitment.text)\"")
        var sealed: [(key: String, value: String)] = []
        var opened: [(key: String, value: String)] = []
        var isPlaced = false
        for member in members {
            if isPublic(member.key) {
                sealed.append(member)
                opened.append(member)
            } else if !isPlaced {
                isPlaced = true
                sealed.append(seal)
                switch state {
                case .open, .redacted: opened += personal
                case .erased(let name): opened += [seal, ("erased_by", "\"\(name)\"")]
                case .missing: opened += [seal, ("envelope", "\"missing\"")]
                default: opened.append(seal)
                }
            }
        }
        lines.append(Array(Self.line(sealed).utf8))
        if case .restricted = state {
            self.opened.append(nil)
        } else {
            self.opened.append(Array(Self.line(opened).utf8))
        }
        content[commitment] = (state, Array(Self.line(personal).utf8))
    }

    mutating func add(plain line: String) {
        lines.append(Array(line.utf8))
        opened.append(Array(line.utf8))
    }

    static func line(_ members: [(key: String, value: String)]) -> String {
        "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    /// The members of a canonical line.
    static func members(_ line: String) -> [(key: String, value: String)] {
        var row = RowEvaluator(.all)
        var members: [(key: String, value: String)] = []
        Array(line.utf8).withUnsafeBufferPointer { line in
            guard row.load(line) else { return }
            row.forEachMember { _, key, value in
                members.append(
                    (
                        String(decoding: key, as: UTF8.self),
                        String(decoding: value, as: UTF8.self)
                    ))
            }
        }
        return members
    }
}
