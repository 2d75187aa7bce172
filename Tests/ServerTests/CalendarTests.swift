// SPDX-License-Identifier: Apache-2.0

import Desk
import Records
import Testing

@testable import Server

@Suite("What goes when") struct CalendarTests {
    @Test("months know their days, weeks and neighbours")
    func months() throws {
        let november = try #require(CalendarMonth("2026-11"))
        #expect(november.days.count == 30 && november.title == "November 2026")
        #expect(CalendarMonth.date(november.first) == "2026-11-01")
        // It begins with a Sunday, so its first week has six days of October.
        #expect(CalendarMonth.weekday(november.first) == 6)
        #expect(november.weeks.count == 6 && november.weeks[0].upperBound == november.first + 1)
        #expect(november.weeks.last?.contains(november.days.upperBound - 1) == true)
        #expect(CalendarMonth("2026-12")?.next.text == "2027-01")
        #expect(CalendarMonth("2026-01")?.previous.text == "2025-12")
        #expect(CalendarMonth("2028-02")?.days.count == 29)
        #expect(CalendarMonth(ofDay: november.first + 29) == november)
        #expect(CalendarMonth(ofDay: 0).text == "1970-01")
        for wrong in ["2026", "2026-13", "2026-00", "26-11", "2026-11-01", "x"] {
            #expect(CalendarMonth(wrong) == nil, "\(wrong)")
        }
    }

    @Test("counts have room in a small cell")
    func short() {
        #expect(CalendarView.short(950) == "950")
        #expect(CalendarView.short(1_234) == "1.23k")
        #expect(CalendarView.short(3_400_000) == "3.4M")
    }

    private static let settings = """
        policies:
          - name: desk
            select: {book: chat}
            keep: 30d
            notice: 0d
            grace: 0d
        """

    @Test("a policy puts its records on their day, in the grid and in words; a month is asked for")
    func page() async throws {
        try await ActsDesk.run(settings: Self.settings) { desk in
            let before = try await desk.daemon.get("/retention/calendar", as: .auditor)
            #expect(before.text.contains("No policy is in force"), "\(before.text)")
            let set = try #require(
                try await desk.first("/v1/policies/accept").json()["policy_set"]?.stringValue)
            #expect(try await desk.second("/v1/policies/\(set)/approve").status == 200)
            let today = Int(desk.daemon.ground.now.microseconds / 86_400_000_000)
            let month = CalendarMonth(ofDay: today + 30)
            var page = try await desk.daemon.get(
                "/retention/calendar?month=\(month.text)", as: .auditor)
            for _ in 0..<100 where !page.text.contains("policy desk") {
                try await Task.sleep(for: .milliseconds(50))
                page = try await desk.daemon.get(
                    "/retention/calendar?month=\(month.text)", as: .auditor)
            }
            let date = CalendarMonth.date(today + 30)
            #expect(page.text.contains("4 records by policy desk"), "\(page.text)")
            #expect(page.text.contains("href=\"#day-\(date)\""))
            #expect(page.text.contains("id=\"day-\(date)\""))
            #expect(!page.text.contains("words of mine"))
            #expect(
                try await desk.daemon.get("/retention/calendar?month=x", as: .auditor).status == 400
            )
        }
    }
}
