// SPDX-License-Identifier: Apache-2.0

import Desk
import Testing

@testable import Server

@Suite("Commands that the daemon runs for other users of its machine")
struct ControlRulesTests {
    private func person(_ roles: Role...) -> Principal {
        Principal(name: "alice", roles: Set(roles), origin: .peer(1_001))
    }

    private func isAllowed(_ words: String, _ roles: Role...) -> Bool {
        let principal = Principal(name: "alice", roles: Set(roles), origin: .peer(1_001))
        let arguments = words.split(separator: " ").map(String.init)
        return (try? ControlRules.check(arguments, for: principal)) != nil
    }

    @Test("every command of the table is for its roles, and for no other")
    func table() {
        for (name, rule) in ControlRules.table {
            #expect(!rule.roles.isEmpty, "\(name)")
            for role in Role.allCases {
                let may = (try? ControlRules.check([name], for: person(role))) != nil
                #expect(may == rule.roles.contains(role), "\(name) as \(role)")
            }
            #expect((try? ControlRules.check([name], for: person())) == nil, "\(name) as nobody")
        }
    }

    @Test("no option names a file, whoever asks")
    func options() {
        let all = person(.compliance, .auditor, .admin, .writer, .trader)
        for (name, rule) in ControlRules.table {
            for option in [
                "--dir", "--keys", "--output", "-o", "--file", "--settings", "--to-file",
            ] {
                #expect(!rule.flags.contains(option) && !rule.values.contains(option), "\(name)")
                #expect((try? ControlRules.check([name, option, "/etc/x"], for: all)) == nil)
                #expect((try? ControlRules.check([name, "\(option)=/etc/x"], for: all)) == nil)
            }
        }
        for name in ["export", "import", "serve", "service", "keys", "run", "demo", "publish"] {
            #expect(!isAllowed(name, .compliance, .auditor, .admin, .writer, .trader), "\(name)")
        }
    }

    @Test("an auditor reads the book audit, sealed; a trader and a writer read nothing")
    func readers() throws {
        #expect(
            try ControlRules.check(["search", "asset:AAPL"], for: person(.auditor))
                == ["search", "--books", "audit", "asset:AAPL"])
        #expect(isAllowed("search --books audit x", .auditor))
        #expect(!isAllowed("search --books chat x", .auditor))
        #expect(!isAllowed("search --books=chat x", .auditor))
        #expect(!isAllowed("cat --open", .auditor) && isAllowed("cat --open", .compliance))
        #expect(
            !isAllowed("tail --book chat", .auditor) && isAllowed("tail --book chat", .compliance))
        for words in ["search x", "cat", "tail", "verify", "token list"] {
            #expect(!isAllowed(words, .trader) && !isAllowed(words, .writer), "\(words)")
        }
        #expect(isAllowed("record", .writer) && !isAllowed("record", .auditor))
    }

    @Test(
        "administrators give roles, and nobody else; answers to requests are not written for others"
    )
    func acts() {
        #expect(isAllowed("token create --role auditor --name a --expires 1d", .admin))
        #expect(!isAllowed("token list", .compliance, .auditor))
        #expect(!isAllowed("request answer r-1", .compliance))
        #expect(isAllowed("request answer r-1 --refuse late", .compliance))
        #expect((try? ControlRules.check([], for: person(.auditor))) == ["status"])
        #expect((try? ControlRules.check([], for: person(.trader))) == nil)
    }
}
