// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct SpoolTests {
    private func lines(_ numbers: Range<Int>) -> String {
        numbers.map { number in
            "{\"event\":\"tick\",\"event_type\":\"tick\",\"level\":\"info\",\"number\":\(number),"
                + "\"timestamp\":\"2026-11-20T00:00:00.000000Z\"}\n"
        }.joined()
    }

    private func spool(_ sandbox: Sandbox, _ name: String, _ text: String) throws -> URL {
        let folder = sandbox.logs.appending(path: "spool")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file
    }

    private func numbers(_ sandbox: Sandbox) throws -> [Int] {
        try sandbox.daybook("cat").lines.compactMap { line in
            let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return record?["number"] as? Int
        }
    }

    @Test("what waits is recorded once, in order, and its files go")
    func drain() throws {
        let sandbox = try Sandbox()
        let first = try spool(sandbox, "host-7-aa.jsonl", lines(0..<40))
        try sandbox.shell("touch -d '2026-11-20 10:00' logs/spool/host-7-aa.jsonl")
        let second = try spool(sandbox, "host-7-bb.jsonl", lines(40..<60))
        let before = try sandbox.daybook("spool", "--json").json()
        #expect(before["files"] as? Int == 2)
        let result = try sandbox.daybook("spool", "drain", "--json").json()
        #expect(result["records"] as? Int == 60)
        #expect(try numbers(sandbox) == Array(0..<60))
        for file in [first, second] {
            #expect(!FileManager.default.fileExists(atPath: file.path()))
        }
        #expect(try sandbox.daybook("spool", "drain").output.contains("nothing to take"))
        #expect(try sandbox.daybook("spool").output.contains("nothing waits"))
    }

    @Test("a drain that was cut off goes on, and nothing is there twice")
    func cutOff() throws {
        let sandbox = try Sandbox()
        let text = lines(0..<50)
        _ = try spool(sandbox, "host-7-cc.jsonl", text)
        #expect(try sandbox.daybook("spool", "drain").code == 0)
        // As after a kill between the last record and the file's removal.
        let begun = try spool(sandbox, "host-7-cc.draining.jsonl", text)
        let result = try sandbox.daybook("spool", "drain", "--json").json()
        #expect(result["records"] as? Int == 0)
        #expect(try numbers(sandbox) == Array(0..<50))
        #expect(!FileManager.default.fileExists(atPath: begun.path()))
    }

    @Test("a file that a program still writes is left to it; a refused one stays for people")
    func busy() throws {
        let sandbox = try Sandbox()
        let file = try spool(sandbox, "host-7-dd.jsonl", lines(0..<5))
        _ = try spool(sandbox, "host-7-ee.refused.jsonl", lines(5..<6))
        let descriptor = open(file.path(), O_RDONLY | O_CLOEXEC)
        #expect(flock(descriptor, LOCK_EX) == 0)
        let result = try sandbox.daybook("spool", "drain", "--json").json()
        #expect(result["busy_files"] as? Int == 1)
        #expect(result["files"] as? Int == 0)
        close(descriptor)
        #expect(try sandbox.daybook("spool", "drain").output.contains("5 records"))
        #expect(try sandbox.daybook("spool").output.contains("would not take"))
    }
}
