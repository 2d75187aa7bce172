// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Sources

@Suite("Names that rotation gives") struct RotatedNameTests {
    @Test(
        "belong to the log that they were",
        arguments: [
            ("bot.log", "bot.log"), ("bot.log.1", "bot.log"), ("bot.log.12", "bot.log"),
            ("bot.log.2026-11-20", "bot.log"), ("bot.log.2026-11-20_14", "bot.log"),
            ("bot.log-20261120", "bot.log"), ("bot.log-20261120-1732192000", "bot.log"),
            ("bot-2026-11-20.log", "bot.log"), ("bot.20261120.log", "bot.log"),
            ("bot.log.2026-11-20.1", "bot.log"),
            // Names of their own.
            ("worker-1.log", "worker-1.log"), ("worker-1", "worker-1"), ("v1.2.log", "v1.2.log"),
            ("2026-11-20.log", "2026-11-20.log"), ("bot.log.old", "bot.log.old"),
            ("app-1.2.3.log", "app-1.2.3.log"), ("x9", "x9"), ("1", "1"),
        ])
    func base(name: String, base: String) {
        #expect(RotatedName(name).base == base)
    }

    @Test("stand in the order of time: dates ascend, .9 is newer than .10, the bare name is newest")
    func order() {
        for names in [
            ["bot.log.10", "bot.log.9", "bot.log.1", "bot.log"],
            ["bot.log.2026-11-19", "bot.log.2026-11-20", "bot.log"],
            ["bot.log-20261119", "bot.log-20261120", "bot.log"],
            ["bot-2026-09-30.log", "bot-2026-10-01.log"],
            ["bot.log.2026-11-20.2", "bot.log.2026-11-20.10", "bot.log"],
        ] {
            let turns = names.map { RotatedName($0).turn }
            #expect(turns.sorted() == turns, "\(names)")
            #expect(Set(names.map { RotatedName($0).base }).count == 1)
        }
    }
}
