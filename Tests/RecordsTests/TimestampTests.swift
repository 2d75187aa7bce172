// SPDX-License-Identifier: Apache-2.0

import Records
import Testing

@Suite("Timestamp")
struct TimestampTests {
    static func parse(_ text: String) -> (timestamp: Timestamp, isCanonical: Bool)? {
        Array(text.utf8).withUnsafeBufferPointer { Timestamp.parse($0) }
    }

    @Test(
        "agrees with Python's datetime in both directions",
        arguments: [
            ("0001-01-01T00:00:00.000000Z", -62135596800000000),
            ("9999-12-31T23:59:59.999999Z", 253402300799999999),
            ("1900-02-28T23:59:59.999999Z", -2203891200000001),
            ("1900-03-01T00:00:00.000000Z", -2203891200000000),
            ("2000-02-29T12:00:00.000000Z", 951825600000000),
            ("2000-03-01T00:00:00.000000Z", 951868800000000),
            ("2100-02-28T23:59:59.000000Z", 4107542399000000),
            ("2100-03-01T00:00:00.000000Z", 4107542400000000),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("1970-01-01T00:00:00.000000Z", 0),
            ("2026-11-20T14:31:12.123456Z", 1795185072123456),
            ("0004-02-29T00:00:00.000000Z", -62035891200000000),
            ("1582-10-10T00:00:00.000000Z", -12219724800000000),
            ("3719-10-10T05:54:10.919908Z", 55217483650919908),
            ("4535-01-01T01:58:10.709584Z", 80943587890709584),
            ("0832-10-30T21:15:41.790244Z", -35885558658209756),
            ("1081-12-15T21:54:40.033272Z", -28023933919966728),
            ("0667-01-15T20:10:26.625940Z", -41117428173374060),
            ("2466-07-06T02:25:50.977240Z", 15668389550977240),
            ("4980-10-26T02:53:05.970331Z", 95012275985970331),
            ("2764-09-06T20:23:24.053465Z", 25077759804053465),
            ("4876-01-06T04:15:13.507023Z", 91704975313507023),
            ("2564-08-04T21:32:55.106801Z", 18763565575106801),
            ("6725-02-18T01:39:58.696980Z", 150057452398696980),
            ("2539-10-27T20:20:14.515120Z", 17981814014515120),
            ("9859-04-28T10:53:46.687149Z", 248962935226687149),
            ("4814-03-26T20:27:14.014884Z", 89755331234014884),
            ("1353-09-06T11:25:06.761304Z", -19449117293238696),
        ] as [(String, Int64)])
    func vectors(text: String, microseconds: Int64) throws {
        #expect(Timestamp(microseconds: microseconds).description == text)
        let parsed = try #require(Self.parse(text))
        #expect(parsed.timestamp.microseconds == microseconds)
        #expect(parsed.isCanonical)
    }

    /// The slow way: one day after the other, counting from 0001-01-01.
    @Test("agrees with counting days one by one, at both ends of every month of all years")
    func everyMonth() throws {
        var count = -719_162 as Int64
        var wrong = 0
        for year in 1...9999 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (month, length) in lengths.enumerated() {
                for day in [1, length] {
                    let days = count + Int64(day) - 1
                    let instant = Timestamp(microseconds: days * 86_400_000_000 + 1)
                    let date =
                        Self.pad(year, 4) + "-" + Self.pad(month + 1, 2) + "-"
                        + Self.pad(day, 2)
                    let text = date + "T00:00:00.000001Z"
                    if instant.description != text { wrong += 1 }
                    if Self.parse(text)?.timestamp != instant { wrong += 1 }
                }
                if Self.parse(
                    Self.pad(year, 4) + "-" + Self.pad(month + 1, 2) + "-"
                        + Self.pad(length + 1, 2) + "T00:00:00Z") != nil
                {
                    wrong += 1
                }
                count += Int64(length)
            }
        }
        #expect(wrong == 0)
        #expect(count * 86_400_000_000 == Timestamp.max.microseconds + 1)
    }

    static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: width - digits.count) + digits
    }

    @Test(
        "reads the usual relatives of RFC 3339, and knows that they are not canonical",
        arguments: [
            ("2026-11-20T14:25:00Z", "2026-11-20T14:25:00.000000Z"),
            ("2026-11-20 14:25:00,5", "2026-11-20T14:25:00.500000Z"),
            ("2026-11-20t14:25:00.123456789z", "2026-11-20T14:25:00.123456Z"),
            ("2026-11-20T14:25:00.999999999999999999Z", "2026-11-20T14:25:00.999999Z"),
            ("2026-11-20T14:25:00.032383+00:00", "2026-11-20T14:25:00.032383Z"),
            ("2026-11-20T14:25:00+05:30", "2026-11-20T08:55:00.000000Z"),
            ("2026-11-20T14:25:00-0500", "2026-11-20T19:25:00.000000Z"),
            ("2026-12-31 23:59:59.999999 -05", "2027-01-01T04:59:59.999999Z"),
            ("2026-11-20T14:25:00.032383", "2026-11-20T14:25:00.032383Z"),
        ])
    func relatives(text: String, canonical: String) throws {
        let parsed = try #require(Self.parse(text))
        #expect(parsed.timestamp.description == canonical)
        #expect(!parsed.isCanonical)
        #expect(Timestamp(text) == parsed.timestamp)
    }

    @Test(
        "refuses what is no instant, the leap second included",
        arguments: [
            "", "2026-11-20", "2026-11-20T14:25", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-20T24:00:00Z",
            "2026-11-20T23:60:00Z", "2016-12-31T23:59:60Z", "2026-11-20T14:25:00.Z",
            "2026-11-20T14:25:00.1234567890123456789Z", "2026-11-20T14:25:00X",
            "2026-11-20T14:25:00ZZ", "2026-11-20T14:25:00+5", "2026-11-20T14:25:00+24:00",
            "2026-11-20T14:25:00+05:", "2026-11-20T14:25:00+05:3", "2026-11-20T14:25:00 ",
            "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
            "2026-11-20T14:25:00.12a456Z", "２026-11-20T14:25:00Z", "20261120T142500Z and more",
        ])
    func refusals(text: String) {
        #expect(Self.parse(text) == nil)
    }

    @Test("no cut of a valid text is read as another instant with offset or fraction digits lost")
    func cuts() {
        let text = "2026-11-20T14:25:00.123456+05:30"
        let accepted = (0..<text.count).filter { Self.parse(String(text.prefix($0))) != nil }
        // Seconds; each digit of the fraction; the bare hours of the offset.
        #expect(accepted == [19, 21, 22, 23, 24, 25, 26, 29])
    }

    static func epoch(_ text: String) -> Timestamp? {
        Array(text.utf8).withUnsafeBufferPointer { Timestamp.parseEpoch($0) }
    }

    @Test(
        "reads epoch numbers by magnitude, without rounding",
        arguments: [
            ("1795229022.8461478", 1_795_229_022_846_147),
            ("1795229022", 1_795_229_022_000_000),
            ("1795229022846", 1_795_229_022_846_000),
            ("1795229022846.1478", 1_795_229_022_846_147),
            ("1795229022846147", 1_795_229_022_846_147),
            ("1795229022846147890", 1_795_229_022_846_147),
            ("1.7952290228461478e9", 1_795_229_022_846_147),
            ("1.7952290228461478E+09", 1_795_229_022_846_147),
            ("17952290228461478e-7", 1_795_229_022_846_147),
            ("999999999", 999_999_999_000_000),
            ("1795229022.999999999999999999999", 1_795_229_022_999_999),
        ] as [(String, Int64)])
    func epochs(text: String, microseconds: Int64) {
        #expect(Self.epoch(text)?.microseconds == microseconds)
    }

    @Test(
        "refuses numbers that are no clock's",
        arguments: [
            "", "0", "12345678", "-1795229022", "0.001795229022", "1795229022e", "1795229022e99",
            "1e400", "12345678901234567890", "1e9999", "NaN", "1795229022.5.5", "1795229022e+",
        ])
    func noEpochs(text: String) {
        #expect(Self.epoch(text) == nil)
    }

    @Test("keeps within the years 0001 to 9999")
    func clamps() {
        #expect(Timestamp(microseconds: .max) == .max)
        #expect(Timestamp(microseconds: .min) == .min)
        #expect(Timestamp.min.description == "0001-01-01T00:00:00.000000Z")
        #expect(Timestamp.max.description == "9999-12-31T23:59:59.999999Z")
    }
}
