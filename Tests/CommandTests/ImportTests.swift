// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct ImportTests {
    private func lines(_ numbers: Range<Int>, day: Int = 20) -> String {
        numbers.map { number in
            "{\"event\":\"tick\",\"number\":\(number),"
                + "\"timestamp\":\"2026-11-\(day)T00:00:00.000000Z\"}\n"
        }.joined()
    }

    private func numbers(_ sandbox: Sandbox) throws -> [Int] {
        try sandbox.daybook("cat").lines.compactMap { line in
            let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return record?["number"] as? Int
        }
    }

    @Test("the same file twice adds nothing, under another name and compressed too")
    func twice() throws {
        let sandbox = try Sandbox()
        try sandbox.write(lines(0..<500), to: "bot.log")
        #expect(try sandbox.daybook("import", "bot.log").output.contains("500 records"))
        let size = try sandbox.daybook("cat").lines.count
        #expect(try sandbox.daybook("import", "bot.log").output.contains("nothing new"))
        try sandbox.shell("cp bot.log other.log; gzip -k bot.log; zstd -q bot.log -o bot.log.zst")
        for name in ["other.log", "bot.log.gz", "bot.log.zst"] {
            #expect(try sandbox.daybook("import", name).output.contains("nothing new"))
        }
        #expect(try sandbox.daybook("cat").lines.count == size)
    }

    @Test("a file that has grown adds what is new")
    func grown() throws {
        let sandbox = try Sandbox()
        try sandbox.write(lines(0..<100), to: "bot.log")
        try sandbox.daybook("import", "bot.log")
        try sandbox.write(lines(0..<130), to: "bot.log")
        let result = try sandbox.daybook("import", "bot.log", "--json").json()
        #expect(result["records"] as? Int == 30)
        #expect(try numbers(sandbox) == Array(0..<130))
    }

    @Test("rotated and compressed files come in the order of time, however they are named")
    func order() throws {
        let sandbox = try Sandbox()
        try sandbox.write(lines(20..<30, day: 22), to: "bot.log")
        try sandbox.write(lines(10..<20, day: 21), to: "bot.log.1")
        try sandbox.write(lines(0..<10, day: 20), to: "bot.log.2")
        try sandbox.shell("gzip bot.log.2; zstd -q --rm bot.log.1")
        let result = try sandbox.daybook("import", "bot.log", "bot.log.1.zst", "bot.log.2.gz")
        #expect(result.code == 0, "\(result.errors)")
        #expect(try numbers(sandbox) == Array(0..<30))
    }

    @Test("without instants in them, names tell the order: .10 before .9, dates ascending")
    func orderByName() throws {
        let sandbox = try Sandbox()
        for (name, number) in [("a.log", 4), ("a.log.1", 3), ("a.log.9", 2), ("a.log.10", 1)] {
            try sandbox.write("{\"number\":\(number)}\n", to: name)
        }
        try sandbox.daybook("import", "a.log", "a.log.1", "a.log.10", "a.log.9")
        #expect(try numbers(sandbox) == [1, 2, 3, 4])
    }

    @Test("an import that is killed goes on where it ended: nothing lost, nothing twice")
    func killed() throws {
        let sandbox = try Sandbox()
        let count = 60_000
        try sandbox.write(lines(0..<count), to: "bot.log")
        for delay in [0.15, 0.3, 0.5] {
            let process = sandbox.process(Sandbox.binary, ["import", "bot.log"])
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: delay)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let process = sandbox.process(Sandbox.binary, ["import", "bot.log"])
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        Thread.sleep(forTimeInterval: 0.3)
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(try sandbox.daybook("import", "bot.log").code == 0)
        #expect(try numbers(sandbox) == Array(0..<count))
        #expect(try sandbox.daybook("verify").code == 0)
    }

    @Test("a damaged archive is said to be, and what could be read is kept")
    func damaged() throws {
        let sandbox = try Sandbox()
        try sandbox.write(lines(0..<5000), to: "bot.log")
        try sandbox.shell("gzip bot.log && truncate -s -300 bot.log.gz")
        let result = try sandbox.daybook("import", "bot.log.gz")
        #expect(result.code == 65)
        #expect(result.errors.contains("damaged"))
        #expect(try numbers(sandbox).count > 100)
    }

    @Test("a name that is wrong stops it before anything is recorded")
    func wrongName() throws {
        let sandbox = try Sandbox()
        try sandbox.write(lines(0..<5), to: "bot.log")
        #expect(try sandbox.daybook("import", "bot.log", "nowhere.log").code == 66)
        #expect(!FileManager.default.fileExists(atPath: sandbox.logs.path()))
    }

    @Test("times without a zone are of the zone that is named")
    func zone() throws {
        let sandbox = try Sandbox()
        try sandbox.write("2026-07-01 09:30:00,000 - bot - INFO - open\n", to: "bot.log")
        try sandbox.daybook("import", "--zone", "America/New_York", "bot.log")
        let record = try #require(try sandbox.records("chat").first)
        #expect(record["timestamp"] as? String == "2026-07-01T13:30:00.000000Z")
        #expect(try sandbox.daybook("import", "--zone", "Nowhere/City", "bot.log").code == 64)
    }
}
