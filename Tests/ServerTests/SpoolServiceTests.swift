// SPDX-License-Identifier: Apache-2.0

import Desk
import Foundation
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(10))) struct SpoolServiceTests {
    private static func leave(_ ground: Ground, _ name: String, _ text: String) throws -> URL {
        let folder = URL(filePath: ground.logs).appending(path: "spool")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file
    }

    @Test("what programs left that ended comes in by itself, once; those that run keep theirs")
    func leftBehind() async throws {
        let host = SpoolFolder.hostName
        // No process has this number: the kernel's limit is below it.
        let gone = "\(host)-4194999-aa.jsonl"
        let running = "\(host)-\(ProcessInfo.processInfo.processIdentifier)-bb.jsonl"
        try await ServerSandbox.run(prepare: { ground in
            _ = try Self.leave(
                ground, gone,
                "{\"event\":\"left_behind\",\"password\":\"hunter2secret\"}\n{\"event\":\"left_behind\"}\n"
            )
            _ = try Self.leave(ground, running, "{\"event\":\"still_there\"}\n")
        }) { daemon in
            let folder = URL(filePath: daemon.logs).appending(path: "spool")
            for _ in 0..<400 {
                if !FileManager.default.fileExists(atPath: folder.appending(path: gone).path()) {
                    break
                }
                try await Task.sleep(for: .milliseconds(50))
            }
            let lines = try daemon.lines(of: "audit")
            #expect(lines.filter { $0.contains("left_behind") }.count == 2)
            #expect(!lines.joined().contains("hunter2secret"))
            #expect(!lines.joined().contains("still_there"))
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: running).path()))
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: gone).path()))
        }
    }

    @Test("a host's name as the Python package writes it")
    func hostName() {
        #expect(!SpoolFolder.hostName.isEmpty)
        #expect(SpoolFolder.hostName.utf8.count <= 40)
        let isPlain = SpoolFolder.hostName.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-"
        }
        #expect(isPlain)
    }
}
