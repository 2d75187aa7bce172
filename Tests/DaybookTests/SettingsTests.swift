// SPDX-License-Identifier: Apache-2.0

import Book
import Masking
import Records
import Retention
import Testing

@testable import Daybook

@Suite("Settings")
struct SettingsTests {
    /// The text of the error that settings cause; empty when they cause none.
    func problems(_ yaml: String) -> String {
        do throws(DaybookError) {
            _ = try DaybookSettings(parsing: yaml, path: "logs/daybook.yaml")
            return ""
        } catch {
            #expect(error.code == .setting)
            return error.message
        }
    }

    @Test("an empty file, and one that has only comments, mean the defaults")
    func defaults() throws {
        for yaml in ["", "# nothing yet\n", "books:\n", "---\n"] {
            let settings = try DaybookSettings(parsing: yaml, path: "daybook.yaml")
            #expect(settings.books.keys.sorted() == ["audit", "chat"])
            let audit = try settings.choice(for: "audit")
            #expect(audit.settings.liveName == "audit.log")
            #expect(audit.settings.mode == 0o600)
            #expect(audit.settings.whenStuck == .wait)
            #expect(audit.durability == .written)
            #expect(audit.settings.calendar is UTCCalendar)
            #expect(settings.masking == .standard)
        }
    }

    @Test("policies are read, each member into its place")
    func policies() throws {
        let settings = try DaybookSettings(
            parsing: """
                policies:
                  - name: desk
                    select: {book: chat, platform: Slack, conversation: ["#desk", "#risk"]}
                    keep: 5y
                    rule: eu.mifid2.16.7
                    extended: true
                    notice: 2w
                    approval: true
                    grace: 0d
                    on: {event: 'event:system_shutdown', sources: [bot], quiet: 5m, every: 1h}
                  - {name: rest, select: {book: chat, person: alice}, keep: 90d, then: erase}
                """, path: "daybook.yaml")
        #expect(settings.policies.map(\.name) == ["desk", "rest"])
        let desk = settings.policies[0]
        #expect(desk.select.words == "book chat, platform slack, conversation #desk or #risk")
        #expect(desk.keep == KeepPeriod("5y") && desk.rule == "eu.mifid2.16.7" && desk.isExtended)
        #expect(desk.noticeDays == 14 && desk.needsApproval && desk.graceDays == 0)
        #expect(desk.trigger?.quietSeconds == 300 && desk.trigger?.everySeconds == 3600)
        #expect(desk.trigger?.sources == ["bot"])
        #expect(settings.policies[1].graceDays == 7 && !settings.policies[1].needsApproval)
    }

    @Test("what is wrong with a policy is said")
    func policyProblems() {
        func problem(_ policy: String) -> String { problems("policies: [{\(policy)}]") }
        #expect(problem("name: p, keep: 1y, then: anonymize").contains("not available yet"))
        #expect(problem("name: p").contains("needs a `keep`"))
        #expect(problem("keep: 1y").contains("needs a `name`"))
        #expect(problem("name: p q, keep: 1y").contains("letters, digits"))
        #expect(problem("name: p, rule: us.sec.17a-4").contains("did you mean \"us.sec.17a-4."))
        #expect(problem("name: p, keep: 1y, rule: us.sec.17a-4.f").contains("no period"))
        #expect(problem("name: p, rule: eu.mar, extended: true").contains("no longer period"))
        #expect(problem("name: p, keep: 1y, grace: 2y").contains("days or weeks"))
        #expect(problem("name: p, keep: 1y, select: {persn: x}").contains("\"person\"?"))
        #expect(
            problems("policies: [{name: p, keep: 1y}, {name: p, keep: 2y}]").contains("unique"))
    }

    @Test("users of the machine get roles, and what is wrong with them is said")
    func access() throws {
        let choice = try DaybookSettings(
            parsing: """
                access:
                  socket_group: "4"
                  local_users:
                    alice: {roles: [trader], account: "slack:U1", strategies: [alpha, beta]}
                    "1001": {roles: [writer, auditor]}
                """, path: "daybook.yaml"
        ).access
        #expect(choice.socketGroup == 4)
        #expect(choice.localUsers["alice"]?.roles == ["trader"])
        #expect(choice.localUsers["alice"]?.account == "slack:U1")
        #expect(choice.localUsers["alice"]?.strategies == ["alpha", "beta"])
        #expect(choice.localUsers["1001"]?.roles == ["writer", "auditor"])
        func problem(_ user: String) -> String {
            problems("access: {local_users: {bob: {\(user)}}}")
        }
        #expect(problem("roles: [auditer]").contains("did you mean \"auditor\"?"))
        #expect(problem("strategies: [a]").contains("needs `roles:"))
        #expect(problem("roles: [trader], account: bob").contains("platform:name"))
        #expect(problem("rolls: [trader]").contains("did you mean \"roles\"?"))
    }

    @Test("a provider of sign-ins is read with its roles; what is wrong or unsafe is said")
    func oidc() throws {
        let choice = try DaybookSettings(
            parsing: """
                access:
                  oidc:
                    issuer: https://login.example.com/realms/desk
                    client_id: daybook
                    client_secret: {env: DAYBOOK_OIDC_SECRET}
                    algorithms: [PS256]
                    role_claim: realm_access.roles
                    roles: {desk-audit: [auditor], desk-all: [admin, compliance]}
                    jwks: /etc/daybook/keys.json
                """, path: "daybook.yaml"
        ).access.oidc
        #expect(choice?.name == "login.example.com" && choice?.issuerHost == "login.example.com")
        #expect(choice?.algorithms == ["PS256"] && choice?.keys == "/etc/daybook/keys.json")
        #expect(choice?.roles["desk-all"] == ["admin", "compliance"])
        #expect(choice?.secretVariable == "DAYBOOK_OIDC_SECRET" && choice?.secretFile == nil)
        func problem(_ more: String) -> String {
            problems("access: {oidc: {\(more)}}")
        }
        let good = "issuer: 'https://a.example', client_id: d, roles: {x: [auditor]}"
        #expect(problem(good).isEmpty)
        #expect(problem("client_id: d").contains("needs `issuer`"))
        #expect(problem(good.replacing("https", with: "http")).contains("https://"))
        #expect(problem(good + ", algorithms: [none]").contains("one of RS256"))
        #expect(problem(good + ", algorithms: [HS256]").contains("one of RS256"))
        #expect(problem(good + ", algorithms: []").contains("one algorithm at least"))
        #expect(problem(good + ", scopes: [profile]").contains("`openid`"))
        #expect(problem(good + ", roles_claim: x").contains("did you mean \"role_claim\"?"))
        #expect(problem("issuer: 'https://a', client_id: d, roles: {x: [boss]}").contains("one of"))
        let told = problem(good + ", client_secret: hunter2-secret")
        #expect(told.contains("does not belong here") && !told.contains("hunter2"))
        #expect(problem(good + ", client_secret: {file: a, env: B}").contains("does not belong"))
    }

    @Test("what is wrong with how long records are kept is said")
    func periods() {
        #expect(problems("books: {audit: {keep: 30}}").contains("did you mean 30d?"))
        #expect(problems("books: {audit: {keep: 7 years}}").contains("such as 30d, 12w, 6mo or 7y"))
        #expect(
            problems("books: {audit: {keep: 30d, keep_at_least: 2mo}}").contains(
                "no more than `keep`, which is 30d"))
        #expect(problems("books: {audit: {keep_at_least: 2y}}").contains("without a `keep`"))
        #expect(problems("books: {audit: {max_size: plenty}}").contains("a size, such as"))
        #expect(problems("books: {audit: {plain_keep: 6mo}}").contains("days or weeks"))
        #expect(problems("books: {audit: {keep: forever, plain_keep: 0d}}").isEmpty)
    }

    @Test("every key reaches its setting")
    func allKeys() throws {
        let settings = try DaybookSettings(
            parsing: """
                books:
                  audit:
                    file: rustybt.log
                    mode: "0640"
                    group: "4"
                    rotate: {daily: true, zone: America/New_York, roll_at: "17:00", max_size: 1GB}
                    when_stuck: fail
                    durability: synced
                    origin: example.com/desk/audit
                    keep: 7y
                    keep_at_least: 90d
                    max_size: 50GB
                    plain_keep: 2w
                    encrypt: true
                    seal: [note]
                  chat: {durability: queued}
                  risk_desk-2: {}
                masking:
                  names: [desk_pin, "*_seed"]
                  patterns:
                    - {name: badge, regex: 'B-\\d{6}'}
                  exceptions: [session_token, token=internal]
                """, path: "daybook.yaml")
        let audit = try settings.choice(for: "audit")
        #expect(audit.settings.liveName == "rustybt.log")
        #expect(
            audit.policy
                == DayPolicy(keep: .months(84), keepAtLeast: .days(90), maxBytes: 50_000_000_000))
        #expect(audit.settings.plainKeep == .seconds(14 * 86_400))
        #expect(audit.settings.encryptSegments)
        #expect(audit.settings.seal.members == .named(["note"]))
        #expect(try settings.choice(for: "chat").settings.seal.members == .all)
        #expect(try settings.choice(for: "risk_desk-2").settings.seal.isNone)
        #expect(audit.settings.mode == 0o640)
        #expect(audit.settings.group == 4)
        #expect(audit.settings.rotateBytes == 1_000_000_000)
        #expect(audit.settings.whenStuck == .fail)
        #expect(audit.settings.origin == "example.com/desk/audit")
        #expect(audit.durability == .synced)
        let evening = try #require(Timestamp("2026-11-20T22:30:00Z"))
        #expect(audit.settings.calendar.date(at: evening) == "2026-11-21")
        #expect(try settings.choice(for: "chat").durability == .queued)
        #expect(try settings.choice(for: "risk_desk-2").settings.liveName == "risk_desk-2.log")
        #expect(settings.masking.names == ["desk_pin", "*_seed"])
        #expect(settings.masking.patterns.first?.source == #"B-\d{6}"#)
        #expect(settings.masking.exceptions == ["session_token", "token=internal"])
    }

    @Test("a mistyped key names its line, its place and the key that was meant")
    func typos() {
        let text = problems("books:\n  audit:\n    rotate:\n      zon: Europe/Berlin\n")
        #expect(text.hasPrefix("logs/daybook.yaml:4: books.audit.rotate.zon: unknown key"))
        #expect(text.contains("did you mean \"zone\"?"))
        #expect(problems("book: {}").contains("did you mean \"books\"?"))
        #expect(problems("books: {audit: {whenstuck: wait}}").contains("\"when_stuck\"?"))
        #expect(problems("books: {audit: {durabilty: synced}}").contains("\"durability\"?"))
        // Nothing is close: no guess, but the list.
        let far = problems("masking: {zebra: 1}")
        #expect(!far.contains("did you mean"))
        #expect(far.contains("exceptions, names, patterns"))
    }

    @Test("a value of the wrong form says what was expected")
    func values() {
        #expect(problems("books: {audit: {mode: \"0666\"}}").contains("others at most to read"))
        #expect(problems("books: {audit: {mode: rw}}").contains("octal mode in quotes"))
        #expect(problems("books: {audit: {when_stuck: drop}}").contains("expected wait or fail"))
        #expect(
            problems("books: {audit: {durability: sync}}").contains("did you mean \"synced\"?"))
        #expect(problems("books: {audit: {rotate: {max_size: big}}}").contains("such as 500MB"))
        #expect(problems("books: {audit: {rotate: {max_size: 12}}}").contains("at least 4096"))
        #expect(problems("books: {audit: {rotate: {roll_at: \"25:00\"}}}").contains("time of day"))
        #expect(problems("books: {audit: {rotate: {daily: maybe}}}").contains("true or false"))
        #expect(
            problems("books: {audit: {rotate: {zone: Europe/Berln}}}")
                .contains("did you mean \"Europe/Berlin\"?"))
        #expect(problems("books: {audit: {file: ../audit.log}}").contains("without a path"))
        #expect(problems("books: {audit: {origin: \"a b\"}}").contains("without spaces"))
        #expect(problems("books: {audit: {group: no-such-group-here}}").contains("getent group"))
        #expect(problems("books: {Audit: {}}").contains("small letters"))
        #expect(problems("books: [audit]").contains("expected keys with values"))
        #expect(problems("masking: {names: desk_pin}").contains("expected a list"))
    }

    @Test("a rule that cannot be used is an error at its line")
    func rules() {
        let text = problems("masking:\n  patterns:\n    - name: broken\n      regex: '(['\n")
        #expect(text.contains("daybook.yaml:4: masking.patterns[0].regex: "))
        #expect(problems("masking: {patterns: [{name: a}]}").contains("both are needed"))
        #expect(problems("masking: {names: ['***']}").contains("letter or digit"))
    }

    @Test("text that is no YAML, and a key given twice, are errors with a line")
    func brokenYAML() {
        #expect(problems("books: {audit: {").contains("not valid YAML"))
        #expect(problems("books: {}\nbooks: {}\n").contains("twice"))
    }

    @Test("all problems are told at once")
    func together() {
        let text = problems("books: {audit: {mode: x, fil: y}}\nmaskin: {}\n")
        #expect(text.split(separator: "\n").count == 3)
    }

    @Test("what cannot be sealed, or must be, is said")
    func seals() {
        #expect(problems("books: {audit: {seal: [timestamp]}}").contains("never sealed"))
        #expect(problems("books: {chat: {seal: none}}").contains("sealed whole"))
        #expect(problems("books: {chat: {seal: [text]}}").contains("sealed whole"))
        #expect(problems("books: {desk: {seal: al}}").contains("all or none"))
        #expect(problems("books: {desk: {seal: all}, audit: {seal: none}}").isEmpty)
    }

    @Test("two books cannot share a file, nor can a file have a book's name")
    func sharedFile() {
        #expect(problems("books: {chat: {file: audit.log}}").contains("taken by the book audit"))
        #expect(problems("books: {chat: {file: audit}}").contains("taken by the book audit"))
    }

    @Test("no daily rotation needs a size, and its day never ends")
    func sizeOnly() throws {
        #expect(problems("books: {audit: {rotate: {daily: false}}}").contains("max_size"))
        let settings = try DaybookSettings(
            parsing: "books: {audit: {rotate: {daily: no, max_size: 64KiB}}}", path: "d")
        let calendar = try settings.choice(for: "audit").settings.calendar
        #expect(calendar.nextStart(after: Timestamp(microseconds: 0)) == Timestamp.max)
    }

    @Test("sizes are read as people write them")
    func sizes() {
        #expect(ByteSize.parse("1GB") == 1_000_000_000)
        #expect(ByteSize.parse("1 GiB") == 1 << 30)
        #expect(ByteSize.parse("1.5mb") == 1_500_000)
        #expect(ByteSize.parse("1048576") == 1 << 20)
        for text in ["", "GB", "1..5GB", "-1GB", "9999999999TB", "1XB", ".5GB", "1.GB"] {
            #expect(ByteSize.parse(text) == nil, "\(text)")
        }
    }

    @Test("a settings file that cannot be read is an error, a missing one is not")
    func files() throws {
        let directory = try TemporaryDirectory()
        #expect(try DaybookSettings.load(directory: directory.path).books.count == 2)
        try directory.write("books: {audit: {mode: \"0640\"}}", to: "real.yaml")
        try directory.link("daybook.yaml", to: "real.yaml")
        let linked = try DaybookSettings.load(directory: directory.path)
        #expect(try linked.choice(for: "audit").settings.mode == 0o640)
        try directory.remove("real.yaml")
        #expect(throws: DaybookError.self) {
            try DaybookSettings.load(directory: directory.path)
        }
    }
}
