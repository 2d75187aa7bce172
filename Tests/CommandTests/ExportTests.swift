// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("daybook export", .timeLimit(.minutes(5))) struct ExportTests {
    private func recorded() throws -> Sandbox {
        let sandbox = try Sandbox()
        let lines = (0..<40).map { number in
            "{\"event\":\"order_filled\",\"asset\":\"\(number % 2 == 0 ? "AAPL" : "MSFT")\","
                + "\"number\":\(number),\"timestamp\":\"2026-11-20T00:00:\(10 + number).000000Z\"}\n"
        }
        try sandbox.daybook("record", input: lines.joined())
        return sandbox
    }

    private func manifest(_ sandbox: Sandbox, _ folder: String) throws -> [String: Any] {
        let data = try Data(
            contentsOf: sandbox.directory.appending(path: "\(folder)/manifest.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test(
        "A directory: records, indexes, proofs that verify without the book, a manifest that holds")
    func directory() throws {
        let sandbox = try recorded()
        let result = try sandbox.daybook("export", "asset:AAPL", "out/")
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains("20 records of audit, 20 proofs"))
        let manifest = try manifest(sandbox, "out")
        #expect(manifest["records"] as? Int == 20 && manifest["opened"] as? Bool == false)
        let files = try #require(manifest["files"] as? [[String: Any]])
        for file in files {
            let name = try #require(file["name"] as? String)
            let sum = try sandbox.shell("sha256sum 'out/\(name)' | cut -d' ' -f1").lines.first
            #expect(sum == file["sha256"] as? String, "\(name)")
        }
        let check = try sandbox.shell(
            """
            set -e
            mv logs gone
            n=0
            while read -r index <&3 && IFS= read -r line <&4; do
                printf '%s' "$line" > line.json
                daybook verify-proof --key out/verifier-key.txt --line line.json \
                    out/proofs/$index.tlog-proof > /dev/null
                n=$((n + 1))
            done 3< out/indexes.txt 4< out/records.jsonl
            echo $n
            """)
        #expect(check.lines == ["20"], "\(check.errors)")
        let page = try String(
            contentsOf: sandbox.directory.appending(path: "out/index.html"), encoding: .utf8)
        #expect(page.contains(">AAPL</td>") && !page.contains(">MSFT</td>"))
    }

    @Test("The export is a record, with who and where sealed")
    func record() throws {
        let sandbox = try recorded()
        try sandbox.daybook(
            "export", "--given-to", "Jane Regulator", "--expires", "90d", "all.tar")
        let made = try #require(
            try sandbox.records("audit").last { $0["event"] as? String == "export_made" })
        #expect(made["record_count"] as? Int == 40 && made["expires"] != nil)
        #expect(made["sealed"] != nil && made["given_to"] == nil && made["path"] == nil)
        let list = try sandbox.shell("tar tf all.tar | head -n 3").lines
        #expect(list.contains { $0.hasPrefix("proofs/") })
        #expect(try sandbox.shell("tar xOf all.tar records.jsonl").lines.count == 40)
    }

    @Test("Sealed text stays sealed without --open, and is readable with it; reading is a record")
    func opened() throws {
        let sandbox = try Sandbox()
        try sandbox.write("2026-11-20 10:00:00 <alice> the secret plan\n", to: "desk.log")
        try sandbox.daybook("import", "chat", "desk.log")
        try sandbox.daybook("export", "--book", "chat", "closed.tar")
        try sandbox.daybook("export", "--book", "chat", "--open", "text:*plan*", "open")
        let closed = try Data(contentsOf: sandbox.directory.appending(path: "closed.tar"))
        #expect(closed.range(of: Data("secret plan".utf8)) == nil)
        let opened = try sandbox.shell("cat open/opened.jsonl").output
        #expect(opened.contains("the secret plan") && opened.contains("\"sender\":\"alice\""))
        #expect(try sandbox.shell("cat open/records.jsonl").output.contains("\"sealed\":\"v1."))
        let kinds = try sandbox.records("audit").compactMap { $0["event"] as? String }
        #expect(kinds.count { $0 == "search_run" } == 1 && kinds.count { $0 == "export_made" } == 2)
    }

    @Test("Encrypted to an age key: the age program opens it, nobody else reads a byte")
    func encrypted() throws {
        let sandbox = try recorded()
        guard try sandbox.shell("command -v age-keygen").code == 0 else { return }
        try sandbox.shell("age-keygen -o me.key 2> me.pub; sed -i 's/.*: //' me.pub")
        let key = try #require(try sandbox.shell("cat me.pub").lines.first)
        let result = try sandbox.daybook("export", "--recipient", key, "all.tar.age")
        #expect(result.code == 0, "\(result.errors)")
        let bytes = try Data(contentsOf: sandbox.directory.appending(path: "all.tar.age"))
        #expect(bytes.range(of: Data("order_filled".utf8)) == nil)
        let lines = try sandbox.shell("age -d -i me.key all.tar.age | tar xO records.jsonl").lines
        #expect(lines.count == 40)
    }

    @Test("Mistakes are named, and leave nothing behind")
    func mistakes() throws {
        let sandbox = try recorded()
        #expect(try sandbox.daybook("export").code == 64)
        #expect(try sandbox.daybook("export", "| stats count()", "out").code == 64)
        #expect(try sandbox.daybook("export", "out.tar.age").code == 64)
        #expect(try sandbox.daybook("export", "--include-restricted", "why", "out").code == 64)
        try sandbox.shell("mkdir out")
        #expect(try sandbox.daybook("export", "out").code == 73)
        let left = try sandbox.shell("ls -A").lines
        #expect(!left.contains { $0.contains(".tmp") || $0.contains("out.tar") })
    }
}
