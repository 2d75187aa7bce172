// SPDX-License-Identifier: Apache-2.0

import Foundation
import Intake
import Testing

@testable import Sources

/// Random writers and random rotations on a real directory, a follower that is stopped and killed at
/// random moments. A failure names its seed.
@Suite("A follower through rotations and crashes") struct FollowModelTests {
    enum Scheme: CaseIterable {
        case rename, dates, copyTruncate, recreate
    }

    /// One directory with one log, whose writer rotates it.
    final class World {
        let directory: URL
        let books = MemoryBooks()
        let scheme: Scheme
        var random: SplitMix
        var clock: UInt64 = 1_000_000_000_000
        private(set) var number = 0
        private var rotations = 0
        private var half = ""

        var log: URL { directory.appending(path: "bot.log") }

        init(_ scheme: Scheme, _ seed: UInt64) throws {
            self.scheme = scheme
            random = SplitMix(seed)
            directory = FileManager.default.temporaryDirectory
                .appending(path: "daybook-follow-\(UUID().uuidString)")
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: directory) }

        func write(_ text: String) throws {
            let file = open(log.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            defer { close(file) }
            let bytes = Array(text.utf8)
            #expect(Foundation.write(file, bytes, bytes.count) == bytes.count)
        }

        /// Some lines, now and then the first half of one.
        func writeLines() throws {
            for _ in 0..<random.below(8) {
                if !half.isEmpty {
                    try write(half)
                    half = ""
                    continue
                }
                number += 1
                let line: String
                switch random.below(3) {
                case 0: line = "{\"event\":\"tick\",\"number\":\"#\(number);\"}"
                case 1: line = "2026-11-20 10:00:00,000 - bot - INFO - message #\(number);"
                default: line = "  text #\(number); and more"
                }
                if random.below(6) == 0 {
                    let cut = line.index(line.startIndex, offsetBy: line.count / 2)
                    try write(String(line[..<cut]))
                    half = String(line[cut...]) + "\n"
                } else {
                    try write(line + "\n")
                }
            }
        }

        func rotate(follower: () throws -> Void) throws {
            if !half.isEmpty {
                try write(half)
                half = ""
            }
            guard FileManager.default.fileExists(atPath: log.path) else { return }
            rotations += 1
            let files = FileManager.default
            switch scheme {
            case .rename:
                for age in stride(from: 40, to: 0, by: -1) {
                    let from = directory.appending(path: "bot.log.\(age)")
                    guard files.fileExists(atPath: from.path) else { continue }
                    rename(from.path, directory.appending(path: "bot.log.\(age + 1)").path)
                }
                rename(log.path, directory.appending(path: "bot.log.1").path)
            case .dates:
                let date = String(format: "2026-11-20_%06d", rotations)
                rename(log.path, directory.appending(path: "bot.log.\(date)").path)
            case .copyTruncate:
                let date = String(format: "20261120-%010d", rotations)
                try files.copyItem(
                    at: log, to: directory.appending(path: "bot.log-\(date)"))
                truncate(log.path, 0)
            case .recreate:
                // Deleted once it was read, as a follower cannot read what is gone; the number of
                // the file is free then.
                try follower()
                unlink(log.path)
                try write("")
            }
        }

        /// The numbers of the lines in a book, in its order.
        func numbers(_ book: IntakeBook) -> [Int] {
            books.texts(book, "test:bot.log").flatMap { text in
                text.split(separator: "#").dropFirst().compactMap { part in
                    Int(part.prefix { $0 != ";" })
                }
            }
        }
    }

    /// A run of the follower, until it is stopped or killed.
    ///
    /// - Parameter untilRead: whether it goes on until all that is there was read.
    private func run(
        _ world: World, lifetime: Int?, steps: Int, _ pattern: String, untilRead: Bool = false
    ) throws {
        let sink = MemorySink(world.books, lifetime: lifetime, seed: world.random.next())
        let choice = try TailChoice(
            patterns: [world.directory.path + "/" + pattern], zone: "UTC")
        let engine = TailEngine(
            choice, name: "test", sink: sink,
            note: CutNote(world.directory.path + "/.cuts", isSynced: false),
            report: SourceReport(name: "test", what: ""), isOurs: { _ in false })
        func advance(_ nanoseconds: UInt64) throws {
            world.clock += nanoseconds
            while try engine.step(world.clock) { world.clock += 1_000_000 }
        }
        do {
            try engine.start(world.clock)
            for _ in 0..<steps {
                try world.writeLines()
                if world.random.below(5) == 0 {
                    try world.rotate { for _ in 0..<4 { try advance(300_000_000) } }
                }
                // Sometimes silence comes in between, sometimes much happens unseen.
                switch world.random.below(4) {
                case 0: break
                case 1: try advance(400_000_000)
                default: try advance(60_000_000)
                }
            }
            if untilRead { for _ in 0..<8 { try advance(300_000_000) } }
            if world.random.below(2) == 0 || lifetime == nil { try engine.stop(world.clock) }
        } catch is Killed {}
    }

    @Test("takes every line once and in order", arguments: Scheme.allCases)
    func model(scheme: Scheme) throws {
        let only = ProcessInfo.processInfo.environment["DAYBOOK_SEED"].flatMap { UInt64($0) }
        for seed in only.map({ $0...$0 }) ?? 1...60 {
            let world = try World(scheme, seed)
            let pattern = seed % 2 == 0 ? "bot.log" : "bot.log*"
            for _ in 0..<6 {
                let lifetime = world.random.below(3) == 0 ? nil : world.random.below(30)
                try run(world, lifetime: lifetime, steps: 12, pattern)
                // While nobody follows: where the scheme lets a follower see what it missed.
                if scheme != .recreate {
                    try world.writeLines()
                    if world.random.below(2) == 0 { try world.rotate {} }
                    try world.writeLines()
                }
            }
            try run(world, lifetime: nil, steps: 1, pattern)
            try run(world, lifetime: nil, steps: 0, pattern, untilRead: true)
            try world.rotate {
                try self.run(world, lifetime: nil, steps: 0, pattern, untilRead: true)
            }
            try world.write("{\"event\":\"tick\",\"number\":0}\n")
            for _ in 0..<3 { try run(world, lifetime: nil, steps: 0, pattern, untilRead: true) }
            try check(world, seed)
        }
    }

    private func check(_ world: World, _ seed: UInt64) throws {
        let (audit, chat) = (world.numbers(.audit), world.numbers(.chat))
        let place = "seed \(seed), \(world.scheme)"
        #expect(audit == audit.sorted(), "\(place): order in audit")
        #expect(chat == chat.sorted(), "\(place): order in chat")
        let counts = Dictionary((audit + chat).map { ($0, 1) }, uniquingKeysWith: +)
        let missing = (1...max(1, world.number)).filter { counts[$0] == nil }
        let twice = counts.filter { $0.value > 1 }.keys.sorted()
        #expect(missing.isEmpty || world.number == 0, "\(place): missing \(missing)")
        #expect(twice.isEmpty, "\(place): twice \(twice)")
    }
}
