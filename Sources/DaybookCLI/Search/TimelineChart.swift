// SPDX-License-Identifier: Apache-2.0

import Desk
import Query
import Records

/// Counts over time as bars.
struct TimelineChart: ResultText {
    private let style: TextStyle
    private let bucket: Int64
    private let zone: QueryZone
    private var rows: [(label: String, count: Int64)] = []

    /// Columns of the longest bar, where nothing limits it.
    private static let barWidth = 60
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    init(_ style: TextStyle, bucket: Int64, zone: QueryZone) {
        self.style = style
        self.bucket = bucket
        self.zone = zone
    }

    mutating func take(_ row: [RecordValue?], into out: inout OutputBuffer) {
        guard row.count == 2, let time = row[0], let count = row[1],
            let instant = Timestamp(String(decoding: time.bytes, as: UTF8.self))
        else { return }
        let wall = instant.microseconds + (zone.offset?(instant.microseconds) ?? 0)
        rows.append(
            (
                label(Timestamp(microseconds: wall).description),
                Int64(String(decoding: count.bytes, as: UTF8.self)) ?? 0
            ))
    }

    /// As much of the time as changes from bar to bar.
    private func label(_ text: String) -> String {
        let length: Int
        switch bucket {
        case let width where width % 86_400_000_000 == 0: length = 10
        case let width where width % 60_000_000 == 0: length = 16
        case let width where width % 1_000_000 == 0: length = 19
        default: length = 26
        }
        return String(text.prefix(length)).replacing("T", with: " ")
    }

    mutating func end(into out: inout OutputBuffer) {
        let most = rows.map(\.count).max() ?? 0
        guard most > 0 else { return }
        let digits = Words.grouped(most).count
        let labels = rows.map(\.label.count).max() ?? 0
        let room = max(10, (style.width ?? .max / 2) - labels - digits - 4)
        let full = min(Self.barWidth, room)
        for (label, count) in rows {
            let number = Words.grouped(count)
            let blanks = String(repeating: " ", count: digits - number.count)
            let bar = Self.bar(count, of: most, width: full)
            out.append(line: "\(label)  \(blanks)\(number)" + (bar.isEmpty ? "" : "  " + bar))
        }
        let total = rows.reduce(0) { $0 + $1.count }
        out.append(
            line: style.dim("\(Words.count(total, "record")), a bar is \(Span.text(bucket))"))
    }

    /// What is there is seen: at least an eighth of a column.
    private static func bar(_ count: Int64, of most: Int64, width: Int) -> String {
        guard count > 0 else { return "" }
        let (high, low) = UInt64(count).multipliedFullWidth(by: UInt64(width * 8))
        let units = max(1, Int(UInt64(most).dividingFullWidth((high, low)).quotient))
        return String(repeating: "█", count: units / 8) + eighths[units % 8]
    }
}
