// SPDX-License-Identifier: Apache-2.0

/// The beginning of a message in WhatsApp's export: `20/11/2026, 10:00 - ` on Android,
/// `[20/11/2026, 10:00:00] ` on an iPhone, in the manner of the phone's language.
struct WhatsAppHead {
    let first: (value: Int, digits: Int)
    let second: Int
    let third: (value: Int, digits: Int)
    let separator: UInt8
    /// Microseconds of the day.
    let time: Int64
    /// Date and time as printed.
    let printed: Range<Int>
    /// The place behind it.
    let end: Int

    static func read(_ line: UnsafeBufferPointer<UInt8>) -> WhatsAppHead? {
        var scan = Scan(line)
        scan.skipBlanks()
        let isBracketed = scan.skip(UInt8(ascii: "["))
        let start = scan.at
        guard let numbers = scan.threeNumbers() else { return nil }
        var hasMark = scan.skip(UInt8(ascii: ","))
        scan.skipBlanks()
        // `20/11/2026 à 10:00`, `20.11.26 um 10:00`
        if scan.byte.map({ $0 &- 0x30 >= 10 }) == true {
            guard scan.takeWord().count <= 4 else { return nil }
            scan.skipBlanks()
            hasMark = true
        }
        guard let time = scan.timeOfDay() else { return nil }
        let end = scan.at
        if isBracketed {
            guard hasMark || numbers.separator != 0x2D, scan.skip(UInt8(ascii: "]")) else {
                return nil
            }
        } else {
            scan.skipBlanks()
            guard hasMark || numbers.separator != 0x2D, scan.skip("- ") || scan.skip("– ") else {
                return nil
            }
        }
        scan.skipBlanks()
        return WhatsAppHead(
            first: numbers.first, second: numbers.second, third: numbers.third,
            separator: numbers.separator, time: time, printed: start..<end, end: scan.at)
    }

    func date(_ order: DateOrder) -> CivilDate? { order.date(first, second, third) }

    // MARK: - Order of dates

    /// The order of dates that the beginning of a file shows: one in which all of them exist and
    /// run forward. Where both do, a point means day first, AM and PM mean month first, and all
    /// else the day, as most of the world writes.
    static func order(in lead: [UInt8]) -> DateOrder {
        var heads: [WhatsAppHead] = []
        var hasHalves = false
        lead.withUnsafeBufferPointer { lead in
            var start = 0
            while start < lead.count {
                let rest = UnsafeBufferPointer(rebasing: lead[start...])
                let length = Scan.lineFeed(in: rest) ?? rest.count
                let line = UnsafeBufferPointer(rebasing: rest[..<length])
                start += length + 1
                guard let head = read(line) else { continue }
                heads.append(head)
                let printed = line[head.printed]
                hasHalves = hasHalves || printed.contains { $0 | 0x20 == 0x6D }
            }
        }
        let day = faults(heads, .dmy)
        let month = faults(heads, .mdy)
        if day != month { return day < month ? .dmy : .mdy }
        if heads.first?.separator == 0x2E { return .dmy }
        return hasHalves ? .mdy : .dmy
    }

    /// Dates that do not exist, or step back, in this order.
    private static func faults(_ heads: [WhatsAppHead], _ order: DateOrder) -> Int {
        var faults = 0
        var last: Int64 = .min
        for head in heads {
            guard let date = head.date(order) else {
                faults += 1
                continue
            }
            if date.number < last { faults += 1 }
            last = date.number
        }
        return faults
    }
}
