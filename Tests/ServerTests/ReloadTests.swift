// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Foundation
import Logging
import Masking
import Records
import Testing

@testable import Server

@Suite final class ReloadTests {
    private let base = FileManager.default.temporaryDirectory.appendingPathComponent(
        "reload-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: base) }

    private func makeCore() throws -> DaemonCore {
        try FileManager.default.createDirectory(
            at: base.appendingPathComponent("logs"), withIntermediateDirectories: true)
        let ground = try Ground(
            logs: base.path + "/logs", keys: base.path + "/keys", voice: SilentVoice())
        return DaemonCore(ground, logger: Logger(label: "test"))
    }

    @Test("records that come while settings are read again are all kept, in order")
    func reloading() async throws {
        let core = try makeCore()
        try core.books.open()
        let writers = 4
        let each = 200
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    try await withCheckedThrowingContinuation { continuation in
                        Thread.detachNewThread {
                            continuation.resume(
                                with: Result { try Self.write(core, writer, each) })
                        }
                    }
                }
            }
            group.addTask { for _ in 0..<20 { try core.reload() } }
            try await group.waitForAll()
        }
        try core.books.close()
        let snapshot = try core.ground.snapshot("audit")
        var next = [Int](repeating: 0, count: writers)
        for index in 0..<snapshot.size {
            let line = String(decoding: try snapshot.line(at: index), as: UTF8.self)
            guard let object = try JSONValue(parsing: line).objectValue,
                case .number(let writerText)? = object["writer"], let writer = Int(writerText),
                case .number(let numberText)? = object["number"], let number = Int(numberText)
            else { continue }
            #expect(number == next[writer])
            next[writer] = number + 1
        }
        #expect(next == [Int](repeating: each, count: writers))
        #expect(core.generation == 20)
    }

    private static func write(_ core: DaemonCore, _ writer: Int, _ count: Int) throws {
        var session = MaskingSession(core.ground.masker)
        for number in 0..<count {
            var records = MaskedRecords()
            session.append(
                object: [
                    "event": "tick", "writer": .number(String(writer)),
                    "number": .number(String(number)),
                ], from: Provenance(source: "test"), to: &records)
            try core.books.append(records, to: "audit", .written)
        }
    }

    @Test("a settings file with a fault changes nothing and is named")
    func fault() throws {
        let core = try makeCore()
        try core.books.open()
        defer { try? core.books.close() }
        let path = core.ground.logs + "/daybook.yaml"
        try "server: {listn: 1}\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect {
            try core.reload()
        } throws: { error in
            DeskFailure(known: error)?.message.contains("did you mean \"listen\"") == true
        }
        #expect(core.generation == 0)
        _ = try core.books.book("audit")
    }

    @Test("the environment beats the file, the command line beats both")
    func precedence() throws {
        let core = try makeCore()
        let path = core.ground.logs + "/daybook.yaml"
        try "server: {listen: 127.0.0.1:1, retain_every: 5m}\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        let ground = try Ground(
            logs: core.ground.logs, keys: core.ground.keys, voice: SilentVoice())
        let file = try ServerSettings(ground, listen: nil, environment: [:])
        #expect(file.listen.port == 1)
        #expect(file.retainSeconds == 300)
        let variables = ["DAYBOOK_SERVER_LISTEN": "127.0.0.1:2"]
        #expect(try ServerSettings(ground, listen: nil, environment: variables).listen.port == 2)
        #expect(
            try ServerSettings(ground, listen: "127.0.0.1:3", environment: variables).listen.port
                == 3)
        #expect {
            _ = try ServerSettings(
                ground, listen: nil, environment: ["DAYBOOK_SERVER_LISTN": "127.0.0.1:2"])
        } throws: { error in
            (error as? DeskFailure)?.message.contains("Did you mean DAYBOOK_SERVER_LISTEN") == true
        }
    }
}
