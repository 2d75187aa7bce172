// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Foundation
import Logging
import Records
import Sources
import Testing

@testable import Server

@Suite("The daemon follows") struct SourcesServiceTests {
    private struct Place {
        let base: URL
        let core: DaemonCore
        var log: String { base.path + "/bot/bot.log" }

        init() throws {
            base = FileManager.default.temporaryDirectory.appendingPathComponent(
                "sources-\(UUID().uuidString)")
            for name in ["logs", "bot"] {
                try FileManager.default.createDirectory(
                    at: base.appendingPathComponent(name), withIntermediateDirectories: true)
            }
            // Relative to the directory of the books.
            try "sources: [{name: bots, tail: ../bot/*.log}]".write(
                toFile: base.path + "/logs/daybook.yaml", atomically: true, encoding: .utf8)
            let ground = try Ground(
                logs: base.path + "/logs", keys: base.path + "/keys", voice: SilentVoice())
            core = DaemonCore(ground, logger: Logger(label: "test"))
        }

        func write(_ numbers: Range<Int>) throws {
            let text = numbers.map { "{\"event\":\"order_submitted\",\"order_id\":\"#\($0)\"}\n" }
            if !FileManager.default.fileExists(atPath: log) {
                _ = FileManager.default.createFile(atPath: log, contents: nil)
            }
            let handle = try #require(FileHandle(forWritingAtPath: log))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(text.joined().utf8))
            try handle.close()
        }

        func numbers() throws -> [Int] {
            let snapshot = try core.ground.snapshot("audit")
            var found: [Int] = []
            try snapshot.forEachLine(in: 0..<snapshot.size) { _, line in
                let object = try? JSONValue(parsing: String(decoding: line, as: UTF8.self))
                if let text = object?.objectValue?["order_id"]?.stringValue,
                    object?.objectValue?["source"]?.stringValue == "bots:bot.log",
                    let number = Int(text.dropFirst())
                {
                    found.append(number)
                }
                return true
            }
            return found
        }

        /// Where the one file stands, once that was told.
        func file() async throws -> SourceFile? {
            for _ in 0..<400 {
                let found = core.sources.statuses.first?.files.first
                if let found, found.lastRead != nil, found.lagBytes == 0 { return found }
                try await Task.sleep(nanoseconds: 25_000_000)
            }
            return nil
        }

        func wait(for count: Int) async throws -> [Int] {
            for _ in 0..<400 {
                let found = try numbers()
                if found.count >= count { return found }
                try await Task.sleep(nanoseconds: 25_000_000)
            }
            return try numbers()
        }
    }

    @Test("what the settings name, through a reload and a restart, each line once")
    func follows() async throws {
        let place = try Place()
        defer { try? FileManager.default.removeItem(at: place.base) }
        try place.write(0..<100)
        try place.core.books.open()
        place.core.sources.start(place.core.ground)
        #expect(try await place.wait(for: 100) == Array(0..<100))
        let status = try #require(place.core.sources.statuses.first)
        #expect(status.name == "bots")
        #expect(status.state == .running)
        #expect(status.lastError == nil)
        let file = try #require(try await place.file())
        #expect(file.name == "bots:bot.log")
        #expect(file.position == file.size && file.lagBytes == 0 && file.lastRead != nil)
        var text = ""
        for family in SourceFigures.families(place.core.sources.statuses) {
            family.write(into: &text)
        }
        #expect(text.contains("daybook_source_up{source=\"bots\"} 1\n"))
        #expect(text.contains("daybook_source_records_total{source=\"bots\"} 100\n"))
        #expect(text.contains("daybook_source_lag_bytes{source=\"bots\"} 0\n"))
        let page = SourcesPage.page(place.core.sources.statuses, searches: true).content.rendered
        #expect(page.contains("source%3A%22bots%3Abot.log%22") && page.contains("running"))
        #expect(!SourcesPage.page([status], searches: false).content.rendered.contains("/search"))

        try place.write(100..<200)
        try place.core.reload()
        try place.write(200..<300)
        #expect(try await place.wait(for: 300) == Array(0..<300))

        #expect(place.core.sources.stop())
        try place.write(300..<400)
        place.core.sources.start(place.core.ground)
        #expect(try await place.wait(for: 400) == Array(0..<400))
        place.core.sources.stop()
        try place.core.books.close()
    }
}
