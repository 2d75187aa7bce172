// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@testable import Retention

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The decision over 100,000 random policies, records, holds and requests, against a model that is
/// written from the rules alone: every instant in whole days, every condition spelled out.
@Suite struct DeciderPropertyTests {
    /// A generator that a seed repeats (SplitMix64).
    struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        mutating func one<Value>(of values: [Value]) -> Value {
            values[Int.random(in: 0..<values.count, using: &self)]
        }

        mutating func chance(_ percent: Int) -> Bool {
            Int.random(in: 0..<100, using: &self) < percent
        }

        mutating func some<Value>(of values: [Value], _ percent: Int) -> [Value] {
            values.filter { _ in chance(percent) }
        }
    }

    static let ruleDays: [String: Int] = ["r10": 10, "r40": 40, "r80": 80]
    static let rules = RuleCatalog(
        ruleDays.map { id, days in
            Rule(
                id: id, citation: "", records: "", period: .days(days),
                start: id == "r80" ? .contractEnded : .created, extended: .days(days + 15),
                basis: "", isConfirmed: true, checkedOn: "")
        })
    static let names: [String: [UInt64]] = ["alice": [1], "bob": [2, 3], "nobody": []]

    static func instant(_ day: Int) -> Timestamp {
        Timestamp(microseconds: Int64(day) * 86_400_000_000)
    }

    static func scope(_ random: inout Seeded) -> Scope {
        var scope = Scope(book: random.chance(70) ? random.one(of: ["chat", "audit"]) : nil)
        if random.chance(25) { scope.platforms = random.some(of: ["irc", "slack"], 60) }
        if random.chance(25) { scope.conversations = random.some(of: ["#a", "#b"], 60) }
        if random.chance(30) { scope.people = random.some(of: ["alice", "bob", "nobody"], 50) }
        if random.chance(15) { scope.personIDs = random.some(of: [1, 2, 4], 50) }
        if random.chance(25) { scope.kinds = random.some(of: ["chat_message", "chat_edited"], 60) }
        if random.chance(20) { scope.matching = random.one(of: ["q1", "q2"]) }
        if random.chance(20) { scope.from = instant(Int.random(in: 0..<100, using: &random)) }
        if random.chance(20) { scope.to = instant(Int.random(in: 0..<100, using: &random)) }
        return scope
    }

    static func record(_ random: inout Seeded) -> RecordFacts {
        var record = RecordFacts(book: random.one(of: ["chat", "audit"]), index: 0)
        let made = Int.random(in: 0..<100, using: &random)
        if random.chance(90) { record.timestamp = instant(made) }
        if random.chance(90) {
            record.recorded = instant(made + Int.random(in: -5...20, using: &random))
        }
        record.person = random.one(of: [nil, 1, 2, 3, 4])
        record.platform = random.one(of: [nil, "irc", "slack", "signal"])
        record.conversation = random.one(of: [nil, "#a", "#b", "#c"])
        record.kind = random.one(of: [nil, "chat_message", "chat_edited", "chat_deleted"])
        record.matched = Set(random.some(of: ["q1", "q2"], 50))
        if random.chance(50) { record.starts[.contractEnded] = instant(made + 3) }
        if random.chance(30) {
            record.unknown = Scope.Needs(rawValue: UInt8.random(in: 0..<32, using: &random))
        }
        return record
    }

    static func policy(_ number: Int, _ random: inout Seeded) -> ClearPolicy {
        var policy = ClearPolicy(
            name: "p\(number)", select: scope(&random),
            keep: random.one(of: [nil, .forever, .days(5), .days(30), .days(70)]),
            rule: random.one(of: [nil, nil, "r10", "r40", "r80", "unheard-of"]))
        policy.isExtended = random.chance(20)
        if random.chance(15) { policy.started = instant(Int.random(in: 0..<100, using: &random)) }
        return policy
    }

    // MARK: - The model

    /// yes, no, or nil when the record does not tell.
    static func model(_ scope: Scope, _ record: RecordFacts) -> Bool? {
        var verdicts: [Bool?] = [scope.book == nil || scope.book == record.book]
        func add(_ isAsked: Bool, _ verdict: Bool?, _ need: Scope.Needs) {
            guard isAsked else { return }
            if let verdict {
                verdicts.append(verdict)
            } else {
                verdicts.append(record.unknown.contains(need) ? nil : false)
            }
        }
        var people = scope.personIDs
        for name in scope.people { people += names[name] ?? [] }
        add(
            !(scope.people.isEmpty && scope.personIDs.isEmpty),
            record.person.map { people.contains($0) }, .person)
        add(!scope.kinds.isEmpty, record.kind.map { scope.kinds.contains($0) }, .kind)
        add(
            !scope.platforms.isEmpty, record.platform.map { scope.platforms.contains($0) },
            .platform)
        add(
            !scope.conversations.isEmpty,
            record.conversation.map { scope.conversations.contains($0) }, .conversation)
        if let query = scope.matching {
            add(true, record.matched.contains(query) ? true : nil, .matching)
        }
        if scope.from != nil || scope.to != nil {
            let instants = [record.timestamp, record.recorded].compactMap { $0 }
            verdicts.append(
                instants.isEmpty
                    ? nil
                    : instants.contains { instant in
                        (scope.from ?? .min) <= instant && scope.to.map { instant < $0 } ?? true
                    })
        }
        if verdicts.contains(false) { return false }
        return verdicts.contains { $0 == nil } ? nil : true
    }

    /// Ends of floors in days; `.max` is never, or nobody knows.
    static func floor(_ policies: [ClearPolicy], _ record: RecordFacts) -> Int? {
        var ends: [Int] = []
        let age = [record.timestamp, record.recorded].compactMap { $0 }.max()
        for policy in policies where model(policy.select, record) != false {
            guard let rule = policy.rule else { continue }
            guard let days = ruleDays[rule] else {
                ends.append(.max)
                continue
            }
            let start = policy.started ?? (rule == "r80" ? record.starts[.contractEnded] : age)
            guard let start else {
                ends.append(.max)
                continue
            }
            ends.append(
                Int(start.microseconds / 86_400_000_000) + days + (policy.isExtended ? 15 : 0))
        }
        return ends.max()
    }

    static func model(
        _ policies: [ClearPolicy], _ holds: [Hold], _ requests: [Request], _ record: RecordFacts,
        _ intent: Intent, now: Int
    ) -> String {
        if holds.contains(where: { $0.released == nil && model($0.scope, record) != false }) {
            return "held"
        }
        let isErasure = if case .erasure = intent { true } else { false }
        if !isErasure,
            requests.contains(where: { request in
                request.kind == .restriction && request.answer?.outcome != .withdrawn
                    && (record.person.map { $0 == request.personID }
                        ?? record.unknown.contains(.person))
            })
        {
            return "restricted"
        }
        let floor = floor(policies, record)
        let isFloorOver = floor.map { $0 <= now } ?? true
        switch intent {
        case .erasure: return isFloorOver ? "erase" : "restricted"
        case .clear: return isFloorOver ? "erase" : "keep"
        case .expiry:
            let first = policies.first { model($0.select, record) != false }
            guard let first, model(first.select, record) == true, isFloorOver else { return "keep" }
            guard let keep = first.keep else { return floor == nil ? "keep" : "erase" }
            let age = [record.timestamp, record.recorded].compactMap { $0 }.max()
            guard case .days(let days) = keep, let age else { return "keep" }
            return Int(age.microseconds / 86_400_000_000) + days <= now ? "erase" : "keep"
        }
    }

    @Test func `100,000 random decisions are what the model says`() throws {
        let seed =
            getenv("DAYBOOK_SEED").flatMap { UInt64(String(cString: $0)) } ?? 20_261_121
        var random = Seeded(state: seed)
        var counts: [String: Int] = [:]
        for round in 0..<100_000 {
            let policies = (0..<Int.random(in: 0...4, using: &random)).map {
                Self.policy($0, &random)
            }
            let holds = (0..<Int.random(in: 0...2, using: &random)).map { number in
                var hold = Hold(
                    id: "h\(number)", matter: "", issuer: "", scope: Self.scope(&random),
                    opened: .min)
                if random.chance(40) { hold.released = .init(at: .min, by: "", reason: nil) }
                return hold
            }
            let requests = (0..<Int.random(in: 0...1, using: &random)).map { number in
                var request = Request(
                    id: "q\(number)", kind: random.one(of: Request.Kind.allCases), person: "",
                    personID: random.one(of: [1, 2, 3]), received: .min)
                if random.chance(50) {
                    request.answer = .init(
                        at: .min, outcome: random.one(of: [.done, .withdrawn]))
                }
                return request
            }
            let now = Int.random(in: 0..<200, using: &random)
            let decider = Decider(
                policies: policies, rules: Self.rules, holds: holds, requests: requests,
                now: Self.instant(now), people: { Self.names[$0] ?? [] })
            let record = Self.record(&random)
            for intent in [Intent.expiry, .clear, .erasure(request: "e")] {
                let decision = decider.decide(record, intent)
                let expected = Self.model(policies, holds, requests, record, intent, now: now)
                try #require(
                    decision.word == expected, "seed \(seed), round \(round), \(intent)")
                counts[decision.word, default: 0] += 1
                // What is kept until an instant is not kept at that instant, unless a longer
                // bound follows; and what is restricted until one is erased then.
                if case .restricted(let until?, _) = decision {
                    let then = Decider(
                        policies: policies, rules: Self.rules, holds: holds, requests: requests,
                        now: until, people: { Self.names[$0] ?? [] }
                    ).decide(record, intent)
                    try #require(then.isErase, "seed \(seed), round \(round)")
                }
            }
        }
        // Every outcome has to come up, or the test shows little.
        for word in ["held", "restricted", "erase", "keep"] {
            #expect(counts[word, default: 0] > 1000)
        }
    }
}
