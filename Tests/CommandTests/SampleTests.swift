// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Real output of real programs, through every way into a book: no secret of theirs is in any byte
/// under the directory afterwards.
@Suite(.timeLimit(.minutes(5))) struct SampleTests {
    /// A literal that must not survive, and the samples it is in.
    struct Secret {
        let literal: Data
        let files: [String]
    }

    private static let secrets: [Secret] = {
        let list = Sandbox.samples.appending(path: "must_not_survive.tsv")
        let text = (try? String(contentsOf: list, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t").map(String.init)
            guard parts.count == 3, ["secret", "signature"].contains(parts[0]) else { return nil }
            return Secret(
                literal: Data(parts[1].utf8),
                files: parts[2].split(separator: ",").map(String.init))
        }
    }()

    /// The samples that are output of programs, not their source or a description.
    static let files: [String] = {
        let all = Set(secrets.flatMap(\.files))
        return all.filter { !$0.hasSuffix(".py.txt") && !$0.hasSuffix("yaml.txt") }.sorted()
    }()

    private func expectNoSecret(_ sandbox: Sandbox, of file: String) throws {
        let files = try sandbox.allBytes().filter { $0.name.contains("/logs/") }
        #expect(files.contains { $0.bytes.count > 200 })
        for secret in Self.secrets where secret.files.contains(file) {
            for stored in files where stored.bytes.range(of: secret.literal) != nil {
                // The literals are made up: showing one helps, and harms nobody.
                Issue.record(
                    "\(String(decoding: secret.literal, as: UTF8.self)) of \(file) is in \(stored.name)"
                )
            }
        }
    }

    @Test("the list is there and long")
    func list() { #expect(Self.secrets.count == 115 && Self.files.count > 25) }

    @Test("through record as text", arguments: files)
    func record(file: String) throws {
        let sandbox = try Sandbox()
        let data = try Data(contentsOf: Sandbox.samples.appending(path: file))
        #expect(try sandbox.daybook(["record", "--format", "text"], input: data).code == 0)
        try expectNoSecret(sandbox, of: file)
    }

    @Test("through record as JSON lines, which most of them are not", arguments: files)
    func recordJSON(file: String) throws {
        let sandbox = try Sandbox()
        let data = try Data(contentsOf: Sandbox.samples.appending(path: file))
        #expect(try sandbox.daybook(["record", "--format", "jsonl"], input: data).code == 0)
        try expectNoSecret(sandbox, of: file)
    }

    @Test("through import", arguments: files)
    func imported(file: String) throws {
        let sandbox = try Sandbox()
        let result = try sandbox.daybook(["import", Sandbox.samples.appending(path: file).path()])
        #expect(result.code == 0)
        try expectNoSecret(sandbox, of: file)
    }

    @Test("through run", arguments: files)
    func run(file: String) throws {
        let sandbox = try Sandbox()
        let path = Sandbox.samples.appending(path: file).path()
        let result = try sandbox.shell(
            "daybook run -- cat '\(path)' > passed; echo $?; cmp passed '\(path)'")
        #expect(result.output == "0\n")
        try FileManager.default.removeItem(at: sandbox.directory.appending(path: "passed"))
        try expectNoSecret(sandbox, of: file)
    }

    @Test("look-alikes survive untouched")
    func lookAlikes() throws {
        let sandbox = try Sandbox()
        let lines = [
            #"{"event":"order_filled","order_id":"order-00000001","token":"USDC"}"#,
            #"{"event":"x","isin":"US0378331005","uuid":"0b4f6a3e-8d2c-4a55-9c1d-2f1b6c7d8e9f"}"#,
            #"{"event":"x","commit":"3d160615aa0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d"}"#,
            #"{"event":"x","message":"the secret of success is patience"}"#,
            #"{"event":"x","tx_hash":"0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060"}"#,
        ]
        try sandbox.daybook("record", input: lines.joined(separator: "\n") + "\n")
        let stored = try sandbox.daybook("cat").lines
        for (line, kept) in zip(lines, stored) { #expect(kept.hasPrefix(line.dropLast())) }
        #expect(stored.count == lines.count)
    }
}
