// SPDX-License-Identifier: Apache-2.0

import Intake
import Records

/// Reads the time at the beginning of a line, and remembers the day where lines have only the time.
struct StampReader {
    struct Stamp {
        var instant: Timestamp?
        /// As it was printed.
        var printed: String
        /// The place after it.
        var end: Int
        /// Whether it stood between brackets.
        var isBracketed = false
        /// Month name and time, as HexChat prints it.
        var isWordy = false
    }

    private let zone: Intake.Zone
    private let order: DateOrder
    /// The day of lines that do not say theirs.
    private var day: CivilDate?
    /// Days after it: the time has run past midnight so often.
    private var daysLater: Int64 = 0
    private var lastTime: Int64 = 0

    init(zone: @escaping Intake.Zone, order: DateOrder? = nil, day: CivilDate? = nil) {
        self.zone = zone
        self.order = order ?? .dmy
        self.day = day
    }

    // MARK: - Marks

    /// Whether a line is a mark that a client writes about its log. Its day holds from there on.
    mutating func isMark(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        var scan = Scan(line)
        let marks: [StaticString] = [
            "--- Log opened ", "--- Log closed ", "--- Day changed ", "**** BEGIN LOGGING AT ",
            "**** ENDING LOGGING AT ",
        ]
        guard marks.contains(where: { scan.skip($0) }) else { return false }
        if let (date, time) = scan.wordyDate() {
            day = date
            daysLater = 0
            lastTime = time ?? 0
        }
        return true
    }

    // MARK: - Stamps

    mutating func read(_ line: UnsafeBufferPointer<UInt8>) -> Stamp? {
        var scan = Scan(line)
        let isBracketed = scan.skip(UInt8(ascii: "["))
        let start = scan.at
        var isWordy = false
        let local: Int64?
        if let month = scan.monthName() {
            isWordy = true
            local = wordy(month, &scan)
            guard scan.at > start + 3 else { return nil }
        } else if let numbers = scan.threeNumbers() {
            guard let date = order.date(numbers.first, numbers.second, numbers.third) else {
                return nil
            }
            if scan.byte.map({ $0 | 0x20 == 0x74 }) == true {
                scan.advance()
            } else {
                _ = scan.skip(UInt8(ascii: ","))
                scan.skipBlanks()
            }
            guard let time = scan.timeOfDay() else { return nil }
            local = date.microseconds(at: time)
        } else if let time = scan.timeOfDay() {
            local = undated(time)
        } else {
            return nil
        }
        let offset = Self.offset(&scan)
        let printed = Scan.text(UnsafeBufferPointer(rebasing: line[start..<scan.at]))
        if isBracketed, !scan.skip(UInt8(ascii: "]")) { return nil }
        // A stamp is a word of its own.
        if let next = scan.byte, !isBracketed, !Scan.isSpace(next) { return nil }
        let utc = local.map { local in offset.map { local - $0 * 60_000_000 } ?? zone(local) }
        return Stamp(
            instant: utc.map { Timestamp(microseconds: $0) }, printed: printed, end: scan.at,
            isBracketed: isBracketed, isWordy: isWordy)
    }

    /// `20 10:00:00`, behind the month's name. The year is the mark's.
    private mutating func wordy(_ month: Int, _ scan: inout Scan) -> Int64? {
        scan.skipBlanks()
        guard let number = scan.number(1...2) else { return nil }
        scan.skipBlanks()
        guard let time = scan.timeOfDay(), let year = day?.year else { return nil }
        // In a log that was begun in December, January is the next year's.
        let isNextYear = (day?.month ?? 1) == 12 && month == 1
        guard let date = CivilDate(year + (isNextYear ? 1 : 0), month, number.value) else {
            return nil
        }
        day = date
        return date.microseconds(at: time)
    }

    private mutating func undated(_ time: Int64) -> Int64? {
        guard let day else { return nil }
        // Half a day back is midnight; less is two lines that changed places.
        if lastTime - time > 43_200_000_000 { daysLater += 1 }
        lastTime = time
        return day.microseconds(at: time) + daysLater * 86_400_000_000
    }

    /// `Z`, `+01:00` or `+0100` behind a time: minutes east of Greenwich.
    private static func offset(_ scan: inout Scan) -> Int64? {
        let start = scan
        if scan.skip(UInt8(ascii: "Z")) { return 0 }
        guard let sign = scan.byte, sign == 0x2B || sign == 0x2D else { return nil }
        scan.advance()
        guard let hours = scan.number(2...4) else {
            scan = start
            return nil
        }
        var minutes = hours.value * 60
        if hours.digits == 4 {
            minutes = hours.value / 100 * 60 + hours.value % 100
        } else if hours.digits == 3 {
            scan = start
            return nil
        } else if scan.skip(0x3A), let rest = scan.number(2...2) {
            minutes += rest.value
        }
        return Int64(sign == 0x2D ? -minutes : minutes)
    }
}
