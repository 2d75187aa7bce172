// SPDX-License-Identifier: Apache-2.0

import Book
import Foundation
import Masking
import Records
import Testing

@testable import Daybook

@Suite("An open Daybook")
struct DaybookTests {
    let place: TemporaryDirectory

    init() throws {
        place = try TemporaryDirectory()
    }

    func open() throws -> Daybook { try Daybook(directory: place.logs, keys: place.keys) }

    @Test(
        "a written record is in the live file when append returns",
        arguments: [
            Daybook.Durability.written, .synced,
        ])
    func written(durability: Daybook.Durability) throws {
        let daybook = try open()
        let fill = Event.orderFilled(
            orderID: "o-1", asset: "AAPL", fillPrice: "150.25", filledAmount: 100)
        let index = try daybook.append(fill, durability: durability)
        #expect(index == RecordIndex(book: "audit", index: 0))
        let record = try #require(try place.records().first)
        #expect(record["event"] == .string("order_filled"))
        #expect(record["fill_price"] == .string("150.25"))
        #expect(record["level"] == .string("info"))
        try daybook.close()
    }

    @Test("opening again goes on where closing left off")
    func reopening() throws {
        for round in 0..<3 {
            let daybook = try open()
            let index = try daybook.append(Event(custom: "round"), durability: .written)
            #expect(index?.index == UInt64(round))
            try daybook.close()
        }
        #expect(try place.records().count == 3)
    }

    @Test("an event's own instant stays, and the record tells besides when it was recorded")
    func ownInstant() throws {
        let daybook = try open()
        let instant = try #require(Timestamp("2026-11-20T14:25:00.032383Z"))
        try daybook.append(Event(custom: "past", at: instant), durability: .written)
        try daybook.append(Event(custom: "now"), durability: .written)
        let records = try place.records()
        #expect(records.first?["timestamp"] == .string("2026-11-20T14:25:00.032383Z"))
        #expect(records.first?["recorded"] != nil)
        #expect(records.last?["recorded"] == nil)
        try daybook.close()
    }

    @Test("two openings of one directory append to one book")
    func twoOpenings() throws {
        let (first, second) = (try open(), try open())
        try first.append(Event(custom: "first"), durability: .written)
        let index = try second.append(Event(custom: "second"), durability: .written)
        #expect(index?.index == 1)
        try second.flush()
        try second.close()
        try first.append(Event(custom: "third"), durability: .synced)
        try first.close()
        #expect(
            try place.records().map { $0["event"] }
                == ["first", "second", "third"].map { .string($0) })
    }

    @Test("settings of daybook.yaml choose file and mode")
    func settings() throws {
        try place.write("books: {audit: {file: desk.log, mode: \"0640\"}}", to: "logs/daybook.yaml")
        let daybook = try open()
        try daybook.append(Event(custom: "note"), durability: .written)
        let attributes = try FileManager.default.attributesOfItem(atPath: place.logs + "/desk.log")
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        try daybook.close()
    }

    @Test("a fault in daybook.yaml keeps the book shut and names the line")
    func badSettings() throws {
        try place.write("books:\n  audit: {mod: \"0640\"}\n", to: "logs/daybook.yaml")
        let error = try #require(throws: DaybookError.self) { try open() }
        #expect(error.code == .setting)
        #expect(error.message.contains("daybook.yaml:2: books.audit.mod: "))
    }

    @Test("a directory that cannot be made is an error with a remedy")
    func refusedDirectory() throws {
        try place.write("in the way", to: "file")
        let error = try #require(throws: DaybookError.self) {
            try Daybook(directory: place.path + "/file/logs", keys: place.keys)
        }
        #expect(error.code == .disk)
        #expect(error.message.contains(place.path))
    }

    @Test("chat is opened when its first record comes")
    func lazyChat() throws {
        let daybook = try open()
        #expect(!FileManager.default.fileExists(atPath: place.logs + "/chat.log"))
        try daybook.append(Event(.terminalOutput, fields: ["text": "hi"]), durability: .written)
        #expect(try place.records("chat.log").count == 1)
        try daybook.close()
    }

    @Test("many events with one wait are all there, in order")
    func many() throws {
        let daybook = try open()
        let events = (0..<5000).map { Event(custom: "n", fields: ["n": .integer($0)]) }
        #expect(try daybook.append(contentsOf: events, durability: .written)?.index == 4999)
        #expect(try place.records().map { $0["n"] } == (0..<5000).map { .number(String($0)) })
        try daybook.close()
    }

    @Test("a book that rotates by size only spans dates, and goes on after it was closed")
    func sizeOnly() throws {
        try place.write(
            "books: {audit: {rotate: {daily: false, max_size: 4096}}}", to: "logs/daybook.yaml")
        for _ in 0..<2 {
            let daybook = try open()
            let events = (0..<100).map { Event(custom: "n", fields: ["n": .integer($0)]) }
            for event in events { try daybook.append(event, durability: .written) }
            try daybook.close()
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: place.logs)
        #expect(files.filter { $0.hasPrefix("audit.log.") }.count >= 2)
        let book = BookPlace(logs: place.logs, name: "audit", keys: place.keys, masker: .standard)
        #expect(try BookVerifier(book).run { _, _ in }.size == 200)
    }

    @Test("what was appended verifies")
    func verifies() throws {
        let daybook = try open()
        for number in 0..<300 {
            daybook.record(Event(custom: "n", fields: ["n": .integer(Int64(number))]))
        }
        try daybook.checkpoint()
        #expect("\(try daybook.verifierKey())".hasPrefix(try daybook.origin() + "+"))
        try daybook.close()
        let place = BookPlace(
            logs: place.logs, name: "audit", keys: place.keys, masker: .standard)
        let verdict = try BookVerifier(place).run { _, _ in }
        #expect(verdict.isSound)
        #expect(verdict.size == 300)
    }
}
