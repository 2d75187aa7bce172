// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

@testable import Daybook

// One after the other: what `configureLogging` chooses is for the whole process.
@Suite("The guide's API", .serialized)
final class GuideTests {
    let place: TemporaryDirectory

    init() throws {
        place = try TemporaryDirectory()
    }

    deinit {
        try? closeLogging()
    }

    func configure(level: String = "INFO", fileName: String? = nil) throws {
        try configureLogging(
            logDir: place.logs, logLevel: level, logToConsole: false, fileName: fileName,
            keysDirectory: place.keys)
    }

    @Test("an event of the guide is a record with the guide's names")
    func order() throws {
        try configure()
        getLogger().info("order_submitted", ["order_id": "order-00000001", "price": "150.25"])
        try closeLogging()
        let record = try #require(try place.records().first)
        #expect(record["event"] == .string("order_submitted"))
        #expect(record["event_type"] == .string("order_submitted"))
        #expect(record["order_id"] == .string("order-00000001"))
        #expect(record["price"] == .string("150.25"))
        #expect(record["level"] == .string("info"))
        #expect(record["logger"] == nil)
    }

    @Test("the guide's own file name works")
    func fileName() throws {
        try configure(fileName: "rustybt.log")
        getLogger().info("system_startup")
        try closeLogging()
        #expect(try place.records("rustybt.log").count == 1)
        #expect(!FileManager.default.fileExists(atPath: place.logs + "/audit.log"))
    }

    @Test("a book keeps the file name that it was made with, and says so")
    func otherFileName() throws {
        try configure()
        try closeLogging()
        let error = try #require(throws: DaybookError.self) {
            try configure(fileName: "rustybt.log")
        }
        #expect(error.code == .setting)
        #expect(error.message.contains("has the live file audit.log"))
        try configure()
    }

    @Test("a level that is none is an error that names those there are")
    func badLevel() throws {
        let error = try #require(throws: DaybookError.self) { try configure(level: "LOUD") }
        #expect(error.code == .setting)
        #expect(error.message.contains("DEBUG, INFO, WARNING, ERROR, CRITICAL"))
        #expect(throws: DaybookError.self) { try configure(fileName: "a/b.log") }
    }

    @Test("lower levels go nowhere; each method has its level")
    func levels() throws {
        try configure(level: "warning")
        let log = getLogger()
        log.debug("a")
        log.info("b")
        log.warning("c")
        log.error("d")
        log.critical("e")
        log.exception("f", error: DaybookError(.disk, "cannot write"))
        try closeLogging()
        let records = try place.records()
        #expect(records.map { $0["event"] } == ["c", "d", "e", "f"].map { .string($0) })
        #expect(
            records.map { $0["level"] }
                == ["warning", "error", "critical", "error"].map { .string($0) })
        #expect(records.last?["exception_type"] == .string("DaybookError"))
        #expect(records.last?["error_message"] == .string("cannot write"))
    }

    @Test("bound fields come first, and the call's own win")
    func binding() throws {
        try configure()
        let log = getLogger("strategy").bind(["strategy": "momentum", "asset": "AAPL"])
        log.info("tick", ["asset": "MSFT", "n": 1])
        log.unbind("asset").info("tick")
        log.new(["fresh": true]).info("tick")
        try closeLogging()
        let records = try place.records()
        #expect(records[0]["logger"] == .string("strategy"))
        #expect(records[0]["strategy"] == .string("momentum"))
        #expect(records[0]["asset"] == .string("MSFT"))
        #expect(records[1]["asset"] == nil)
        #expect(records[2]["strategy"] == nil)
        #expect(records[2]["fresh"] == .bool(true))
    }

    @Test("a sentence goes to chat, since audit takes no free text")
    func sentence() throws {
        try configure()
        getLogger().info("connected to the feed")
        try closeLogging()
        #expect(try place.records("chat.log").first?["message"] == .string("connected to the feed"))
        #expect(try place.records().isEmpty)
    }

    @Test("configuring again keeps one book open, and another directory takes over cleanly")
    func again() throws {
        try configure()
        let log = getLogger()
        log.info("first")
        try configure(level: "DEBUG")
        log.debug("second")
        try configureLogging(
            logDir: place.path + "/other", logToConsole: false, keysDirectory: place.keys)
        log.info("third")
        try closeLogging()
        log.info("nowhere")
        #expect(try place.records().map { $0["event"] } == [.string("first"), .string("second")])
        #expect(try place.read("other/audit.log").contains("third"))
        #expect(try !place.read("other/audit.log").contains("nowhere"))
    }

    @Test("logToFile: false makes no files")
    func consoleOnly() throws {
        try configureLogging(logDir: place.logs, logToConsole: false, logToFile: false)
        getLogger().info("order_submitted")
        #expect(!FileManager.default.fileExists(atPath: place.logs))
    }

    @Test("data is masked by name and in texts, and the rest keeps its kind")
    func masking() {
        let masked = maskSensitiveData([
            "api_key": "FAKEkey0001", "price": .decimal("150.25"), "count": 3, "secret": 42,
            "nested": ["Password": "FAKEpw0002", "asset": "AAPL"],
            "texts": .strings(["fine", "token=FAKEtoken0003"]),
        ])
        #expect(masked["api_key"] == "***MASKED***")
        #expect(masked["secret"] == "***MASKED***")
        #expect(masked["price"] == .decimal("150.25"))
        #expect(masked["count"] == 3)
        #expect(masked["nested"] == ["Password": "***MASKED***", "asset": "AAPL"])
        #expect(!"\(masked)".contains("FAKE"))
    }
}
