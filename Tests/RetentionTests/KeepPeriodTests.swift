// SPDX-License-Identifier: Apache-2.0

import Records
import Retention
import Testing

@Suite struct KeepPeriodTests {
    static func end(_ period: String, of instant: String) throws -> String? {
        let period = try #require(KeepPeriod(period))
        let instant = try #require(Timestamp(instant))
        return period.end(of: instant)?.description
    }

    @Test(arguments: [
        ("30d", "2026-01-31T12:00:00.000001Z", "2026-03-02T12:00:00.000001Z"),
        ("2w", "2026-12-31T00:00:00.000000Z", "2027-01-14T00:00:00.000000Z"),
        ("7y", "2019-06-15T23:59:59.999999Z", "2026-06-15T23:59:59.999999Z"),
        ("6mo", "2026-08-15T01:00:00.000000Z", "2027-02-15T01:00:00.000000Z"),
        // Never shorter than its words: there is no 29 or 31 to end on.
        ("1y", "2024-02-29T10:00:00.000000Z", "2025-03-01T00:00:00.000000Z"),
        ("1mo", "2026-01-31T10:00:00.000000Z", "2026-03-01T00:00:00.000000Z"),
        ("1mo", "1969-11-30T10:00:00.000000Z", "1969-12-30T10:00:00.000000Z"),
    ])
    func `a period ends when its words say`(period: String, of: String, end: String) throws {
        #expect(try Self.end(period, of: of) == end)
    }

    @Test func `forever does not end`() throws {
        #expect(try Self.end("forever", of: "2026-01-01T00:00:00.000000Z") == nil)
    }

    @Test(arguments: [
        "", "d", "0d", "-1d", "30", "30 d", "30D", "1.5y", "7years", "1001y", "999999999999999d",
        "99999999999999999999d", "١d",
    ])
    func `what is no period is none`(text: String) {
        #expect(KeepPeriod(text) == nil)
    }

    @Test(arguments: ["30d", "6mo", "7y", "forever", "1000y"])
    func `a period is written as it was read`(text: String) throws {
        #expect(try #require(KeepPeriod(text)).description == text)
    }
}

@Suite struct DayPolicyTests {
    static let now = Timestamp(microseconds: 1_795_000_000_000_000)

    static func policy(_ keep: String, _ floor: String? = nil, _ max: Int? = nil) throws
        -> DayPolicy
    {
        DayPolicy(
            keep: try #require(KeepPeriod(keep)), keepAtLeast: floor.flatMap { KeepPeriod($0) },
            maxBytes: max)
    }

    @Test func `a policy is shortened by less time, less room or a lower floor`() throws {
        let long = try Self.policy("7y", "1y", 1000)
        #expect(long.isShortened(by: try Self.policy("83mo", "1y", 1000), at: Self.now))
        #expect(long.isShortened(by: try Self.policy("7y", "1y", 999), at: Self.now))
        #expect(long.isShortened(by: try Self.policy("7y", "364d", 1000), at: Self.now))
        #expect(long.isShortened(by: try Self.policy("7y", nil, 1000), at: Self.now))
        #expect(try Self.policy("forever").isShortened(by: long, at: Self.now))
    }

    @Test func `a policy is not shortened by what keeps as much`() throws {
        let policy = try Self.policy("7y", "1y", 1000)
        for other in [
            policy, try Self.policy("forever", "1y", 1000), try Self.policy("7y"),
            try Self.policy("8y", "2y", 1001),
        ] {
            #expect(!policy.isShortened(by: other, at: Self.now), "\(other)")
        }
    }
}
