// SPDX-License-Identifier: Apache-2.0

package import Records

/// Numbers and instants as people read them, the same on every page.
package enum Figures {
    /// `1,234,567`.
    package static func count(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number.magnitude))
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return number < 0 ? "−" + text : text
    }

    /// `1 order`, `7 orders`.
    package static func count(
        _ number: some BinaryInteger, _ noun: String, _ many: String? = nil
    ) -> String {
        "\(count(number)) \(number == 1 ? noun : many ?? noun + "s")"
    }

    /// `412 bytes`, `3.4 MB`.
    package static func bytes(_ bytes: some BinaryInteger) -> String {
        var value = Double(bytes)
        for unit in ["bytes", "kB", "MB", "GB"] {
            if value < 1000 {
                return unit == "bytes" ? "\(count(bytes)) bytes" : "\(short(value)) \(unit)"
            }
            value /= 1000
        }
        return "\(short(value)) TB"
    }

    /// `412 µs`, `3.4 ms`, `2.1 s`, `4 min`, `3 h`, `12 d`.
    package static func duration(microseconds: some BinaryInteger) -> String {
        let value = Double(microseconds)
        if value < 1000 { return "\(Int(value)) µs" }
        if value < 1_000_000 { return "\(short(value / 1000)) ms" }
        if value < 120_000_000 { return "\(short(value / 1_000_000)) s" }
        if value < 7_200_000_000 { return "\(Int(value / 60_000_000)) min" }
        if value < 172_800_000_000 { return "\(Int(value / 3_600_000_000)) h" }
        return "\(Int(value / 86_400_000_000)) d"
    }

    /// Three significant digits below a thousand: `3.42`, `34.2`, `342`.
    package static func short(_ value: Double) -> String {
        let places = value < 10 ? 100.0 : value < 100 ? 10.0 : 1.0
        let rounded = (value * places).rounded() / places
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    /// An instant, whole in its title and for programs.
    package static func time(_ instant: Timestamp, _ form: TimeForm = .full) -> HTML {
        let text = instant.description
        let shown =
            switch form {
            case .full: text.prefix(10) + " " + text.dropFirst(11).prefix(8)
            case .day: text.prefix(10)
            case .clock: text.dropFirst(11).prefix(8)
            case .exact: text.dropFirst(11).prefix(15)
            }
        return Tag.time(.named("datetime", text), .title(text), .class("nowrap")) {
            String(shown)
        }
    }

    package enum TimeForm: Sendable {
        /// `2026-11-20 14:25:00`
        case full
        /// `2026-11-20`
        case day
        /// `14:25:00`
        case clock
        /// `14:25:00.032383`
        case exact
    }
}
