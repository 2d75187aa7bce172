// SPDX-License-Identifier: Apache-2.0

import Book
import Records
import Testing

@testable import Daybook

@Suite("Trading dates of zones")
struct ZoneCalendarTests {
    func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    @Test("a Berlin day begins at its own midnight, winter and summer")
    func berlin() throws {
        let berlin = try #require(ZoneCalendar(zone: "Europe/Berlin"))
        #expect(berlin.date(at: try instant("2026-01-10T22:59:59.999999Z")) == "2026-01-10")
        #expect(berlin.date(at: try instant("2026-01-10T23:00:00Z")) == "2026-01-11")
        #expect(berlin.date(at: try instant("2026-07-10T22:00:00Z")) == "2026-07-11")
        #expect(
            berlin.nextStart(after: try instant("2026-07-10T22:00:00Z"))
                == (try instant("2026-07-11T22:00:00Z")))
    }

    @Test("the days on which the clocks change have 23 and 25 hours")
    func daylightSaving() throws {
        let berlin = try #require(ZoneCalendar(zone: "Europe/Berlin"))
        let spring = try instant("2026-03-28T23:00:00Z")
        #expect(berlin.date(at: spring) == "2026-03-29")
        #expect(berlin.nextStart(after: spring) == (try instant("2026-03-29T22:00:00Z")))
        let autumn = try instant("2026-10-24T22:00:00Z")
        #expect(berlin.date(at: autumn) == "2026-10-25")
        #expect(berlin.nextStart(after: autumn) == (try instant("2026-10-25T23:00:00Z")))
    }

    @Test("a trading day that rolls at 17:00 in New York belongs to the next date")
    func newYork() throws {
        let desk = try #require(ZoneCalendar(zone: "America/New_York", rollMinutes: 17 * 60))
        // Winter: 22:00 UTC.
        #expect(desk.date(at: try instant("2026-11-20T21:59:59.999999Z")) == "2026-11-20")
        #expect(desk.date(at: try instant("2026-11-20T22:00:00Z")) == "2026-11-21")
        // Summer: 21:00 UTC.
        #expect(desk.date(at: try instant("2026-07-01T20:59:59Z")) == "2026-07-01")
        #expect(desk.date(at: try instant("2026-07-01T21:00:00Z")) == "2026-07-02")
        // The day across the change of clocks, Sunday 2026-03-08 at 02:00, has 23 hours.
        let change = try instant("2026-03-07T22:00:00Z")
        #expect(desk.date(at: change) == "2026-03-08")
        #expect(desk.nextStart(after: change) == (try instant("2026-03-08T21:00:00Z")))
    }

    @Test("a roll before noon keeps the date on which its day begins")
    func morning() throws {
        let desk = try #require(ZoneCalendar(zone: "Etc/UTC", rollMinutes: 6 * 60))
        #expect(desk.date(at: try instant("2026-11-20T05:59:59Z")) == "2026-11-19")
        #expect(desk.date(at: try instant("2026-11-20T06:00:00Z")) == "2026-11-20")
    }

    @Test("a midnight that a zone skips begins the day at the end of the gap")
    func skippedMidnight() throws {
        // Santiago goes from 24:00 on 2026-09-05 to 01:00 on 2026-09-06, at 04:00 UTC.
        let santiago = try #require(ZoneCalendar(zone: "America/Santiago"))
        #expect(santiago.date(at: try instant("2026-09-06T03:59:59Z")) == "2026-09-05")
        #expect(santiago.date(at: try instant("2026-09-06T04:00:00Z")) == "2026-09-06")
        #expect(
            santiago.nextStart(after: try instant("2026-09-05T12:00:00Z"))
                == (try instant("2026-09-06T04:00:00Z")))
    }

    @Test("a midnight that comes twice begins the day the first time")
    func repeatedMidnight() throws {
        // Havana goes back from 01:00 to 00:00 on 2026-11-01, at 05:00 UTC.
        let havana = try #require(ZoneCalendar(zone: "America/Havana"))
        #expect(havana.date(at: try instant("2026-11-01T03:59:59Z")) == "2026-10-31")
        #expect(havana.date(at: try instant("2026-11-01T04:00:00Z")) == "2026-11-01")
        #expect(havana.date(at: try instant("2026-11-01T05:30:00Z")) == "2026-11-01")
    }

    @Test("the date that Samoa left out is nobody's")
    func skippedDate() throws {
        let apia = try #require(ZoneCalendar(zone: "Pacific/Apia"))
        let before = try instant("2011-12-30T09:59:59Z")
        #expect(apia.date(at: before) == "2011-12-29")
        #expect(apia.date(at: try instant("2011-12-30T10:00:00Z")) == "2011-12-31")
        #expect(apia.nextStart(after: before) == (try instant("2011-12-30T10:00:00Z")))
    }

    @Test(
        "every day begins where the one before ends, and is the next date",
        arguments: [
            ("Europe/Berlin", 0), ("America/New_York", 1020), ("Australia/Lord_Howe", 90),
            ("Africa/Cairo", 0), ("Asia/Kolkata", 1439), ("America/St_Johns", 1),
        ])
    func chain(zone: String, roll: Int) throws {
        let calendar = try #require(ZoneCalendar(zone: zone, rollMinutes: roll))
        var start = calendar.nextStart(after: try instant("2026-01-01T00:00:00Z"))
        var date = calendar.date(at: start)
        for _ in 0..<400 {
            let next = calendar.nextStart(after: start)
            let hours = (next.microseconds - start.microseconds) / 3_600_000_000
            #expect((22...26).contains(hours))
            let last = Timestamp(microseconds: next.microseconds - 1)
            #expect(calendar.date(at: last) == date)
            #expect(calendar.nextStart(after: last) == next)
            let nextDate = calendar.date(at: next)
            #expect(nextDate > date)
            (start, date) = (next, nextDate)
        }
    }

    @Test("only names of the list are zones")
    func names() {
        #expect(ZoneCalendar(zone: "UTC")?.isPlainUTC == true)
        for name in ["", "PST", "Mars/Olympus", "GMT+3", "../etc/passwd"] {
            #expect(ZoneCalendar(zone: name) == nil, "\(name)")
        }
    }
}
