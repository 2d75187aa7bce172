// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What all commands share: exit codes, typos, JSON, help.
@Suite(.timeLimit(.minutes(5))) struct CommandLineTests {
    @Test("alone it says what is here and what to do next")
    func alone() throws {
        let sandbox = try Sandbox()
        let empty = try sandbox.daybook()
        #expect(empty.code == 0)
        #expect(empty.output.contains("no book in logs"))
        #expect(empty.output.contains("daybook run"))
        try sandbox.daybook("record", input: #"{"event":"hello"}"# + "\n")
        let full = try sandbox.daybook()
        #expect(full.output.contains("audit: 1 record"))
        #expect(full.output.contains("daybook verify"))
    }

    @Test(
        "a typo in a command suggests the nearest",
        arguments: [
            ("verfy", "verify"), ("recrod", "record"), ("docter", "doctor"), ("impotr", "import"),
        ])
    func commandTypo(typo: String, meant: String) throws {
        let result = try Sandbox().daybook(typo)
        #expect(result.code == 64)
        #expect(result.errors.contains("Did you mean '\(meant)'?"))
    }

    @Test("a typo in an option suggests the nearest")
    func optionTypo() throws {
        let result = try Sandbox().daybook("record", "--durabilty", "synced")
        #expect(result.code == 64)
        #expect(result.errors.contains("--durability"))
    }

    @Test("a typo in a book suggests the nearest")
    func bookTypo() throws {
        let result = try Sandbox().daybook("cat", "--book", "adit")
        #expect(result.code == 64)
        #expect(result.errors.contains("Did you mean 'audit'?"))
    }

    @Test(
        "without a book the readers could not look, and say how to make one",
        arguments: [
            ["cat"], ["tail"], ["verify"], ["key"], ["prove", "0"], ["rotate"],
            ["publish", "--to", "x"],
        ])
    func noBook(arguments: [String]) throws {
        let result = try Sandbox().daybook(arguments)
        #expect(result.code == 66)
        #expect(result.errors.contains("daybook run"))
    }

    @Test("a directory may be named before the command, after it, or in the environment")
    func directories() throws {
        let sandbox = try Sandbox()
        try sandbox.daybook("record", "--dir", "desk", input: #"{"event":"hello"}"# + "\n")
        #expect(try sandbox.daybook("--dir", "desk", "cat").lines.count == 1)
        #expect(try sandbox.daybook("cat", "--dir", "desk/").lines.count == 1)
        #expect(try sandbox.shell("DAYBOOK_DIR=desk daybook cat").lines.count == 1)
    }

    @Test(
        "facts are valid JSON on one line",
        arguments: [
            ["status", "--json"], ["doctor", "--json"], ["key", "--json"], ["rotate", "--json"],
            ["verify", "--book", "audit", "--json"], ["prove", "0", "-o", "p", "--json"],
            ["publish", "--to", "pub", "--json"], ["extends", "logs/audit/checkpoint", "--json"],
            ["record", "--json"], ["import", "some.log", "--json"],
        ])
    func jsonFacts(arguments: [String]) throws {
        let sandbox = try Sandbox()
        try sandbox.daybook("record", input: #"{"event":"hello"}"# + "\n")
        try sandbox.write("{\"event\":\"old\"}\n", to: "some.log")
        let result = try sandbox.daybook(arguments)
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.lines.count == 1)
        #expect(try !result.json().isEmpty)
    }

    @Test("every command has help with an example")
    func help() throws {
        let sandbox = try Sandbox()
        let commands = [
            "run", "record", "import", "tail", "cat", "verify", "prove", "verify-proof", "extends",
            "publish", "key", "status", "doctor", "rotate", "mask", "demo",
        ]
        for command in commands {
            let result = try sandbox.daybook(command, "--help")
            #expect(result.code == 0)
            #expect(result.output.contains("Example"), "\(command)")
            #expect(result.output.contains("daybook \(command)"), "\(command)")
        }
    }

    @Test("shell completions come from the same description")
    func completions() throws {
        for shell in ["bash", "zsh", "fish"] {
            let result = try Sandbox().daybook("--generate-completion-script", shell)
            #expect(result.code == 0)
            #expect(result.output.contains("verify-proof"))
        }
    }

    @Test("a settings file that is wrong is named with line and remedy, by every command")
    func settings() throws {
        let sandbox = try Sandbox()
        try FileManager.default.createDirectory(at: sandbox.logs, withIntermediateDirectories: true)
        try sandbox.write("books:\n  audit:\n    moed: \"0640\"\n", to: "logs/daybook.yaml")
        let result = try sandbox.daybook("record", input: "{}\n")
        #expect(result.code == 78)
        #expect(result.errors.contains("daybook.yaml:3"))
        #expect(try sandbox.daybook("doctor").code == 1)
    }
}
