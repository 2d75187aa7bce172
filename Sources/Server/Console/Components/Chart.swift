// SPDX-License-Identifier: Apache-2.0

/// Bars over time, stacked, each a link to the search that shows its records.
///
/// The drawing is SVG that stretches; words stand beside it and do not. The same numbers are in a
/// table below, for whoever does not see bars.
package struct BarChart: Sendable {
    package struct Series: Sendable {
        let name: String
        let tone: Tone

        package init(_ name: String, _ tone: Tone) {
            self.name = name
            self.tone = tone
        }
    }

    package struct Bar: Sendable {
        /// As the table and the hint say it: `14:25`.
        let name: String
        /// One for each series, the lowest first.
        let values: [Int]
        let link: Link?

        package init(_ name: String, _ values: [Int], link: Link? = nil) {
            self.name = name
            self.values = values
            self.link = link
        }

        var sum: Int { values.reduce(0, +) }
    }

    package let title: String
    package let series: [Series]
    package let bars: [Bar]
    /// Names below the drawing, evenly spread; the first and the last stand at its ends.
    package let marks: [String]
    package var isSmall = false

    package init(_ title: String, _ series: [Series], _ bars: [Bar], marks: [String]) {
        self.title = title
        self.series = series
        self.bars = bars
        self.marks = marks
    }

    package var html: HTML {
        let highest = Self.ceiling(bars.map(\.sum).max() ?? 0)
        return Tag.figure(.class("stack-small")) {
            if series.count > 1 { legend }
            Tag.div(.class(isSmall ? "chart small" : "chart")) {
                Tag.div(.class("chart-plot")) { drawing(highest) }
                Tag.div(.class("chart-scale"), .aria("hidden", "true")) {
                    Tag.span { Figures.count(highest) }
                    Tag.span { highest % 2 == 0 ? Figures.count(highest / 2) : "" }
                    Tag.span { "0" }
                }
                Tag.div(.class("chart-times"), .aria("hidden", "true")) {
                    for mark in marks { Tag.span { mark } }
                }
            }
            Tag.details(.class("more")) {
                Tag.summary { "As a table" }
                table.html
            }
        }
    }

    private var legend: HTML {
        Tag.ul(.class("legend"), .aria("hidden", "true")) {
            for one in series {
                Tag.li {
                    Tag.span(.class("swatch \(one.tone.rawValue)"))
                    one.name
                }
            }
        }
    }

    /// A drawing 100 high and 10 wide for each bar.
    private func drawing(_ highest: Int) -> HTML {
        Tag.svg(
            .named("viewBox", "0 0 \(max(bars.count, 1) * 10) 100"),
            .named("preserveAspectRatio", "none"), .role("group"), .label(title)
        ) {
            for (place, bar) in bars.enumerated() { drawing(bar, place, highest) }
        }
    }

    private func drawing(_ bar: Bar, _ place: Int, _ highest: Int) -> HTML {
        var parts = [rect("hit", x: place * 10, y: 0, width: 10, height: 100)]
        var below = 0.0
        for (one, value) in zip(series, bar.values) where value > 0 {
            let height = max(Double(value) / Double(highest) * 100, 0.6)
            parts.append(
                rect(
                    "chart-bar \(one.tone.rawValue)", x: Double(place * 10) + 1.2,
                    y: 100 - below - height, width: 7.6, height: height))
            below += height
        }
        let words = describe(bar)
        parts.append(Tag.element("title", [], .text(words)))
        guard let link = bar.link else { return Tag.element("g", [], .group(parts)) }
        return Tag.element("a", [.href(link), .label(words), .tabindex(-1)], .group(parts))
    }

    private func describe(_ bar: Bar) -> String {
        let parts = zip(series, bar.values).filter { series.count == 1 || $0.1 > 0 }.map {
            "\(Figures.count($0.1)) \($0.0.name)"
        }
        return "\(bar.name): \(parts.isEmpty ? "none" : parts.joined(separator: ", "))"
    }

    private func rect(
        _ name: String, x: some BinaryInteger, y: Int, width: Int, height: Int
    ) -> HTML {
        rect(name, x: Double(x), y: Double(y), width: Double(width), height: Double(height))
    }

    private func rect(
        _ name: String, x: Double, y: Double, width: Double, height: Double
    ) -> HTML {
        Tag.rect(
            .class(name), .named("x", Self.number(x)), .named("y", Self.number(y)),
            .named("width", Self.number(width)), .named("height", Self.number(height)))
    }

    private var table: Table {
        Table(
            title, [.init("Time")] + series.map { .init($0.name, .number) },
            bars.filter { $0.sum > 0 }.map { bar in
                let name =
                    bar.link.map { link in Tag.a(.href(link)) { bar.name } } ?? .text(bar.name)
                return .init([name] + bar.values.map { .text(Figures.count($0)) })
            })
    }

    static func number(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    /// The next round number, with a whole half where it is large enough.
    static func ceiling(_ value: Int) -> Int {
        guard value > 10 else { return max(value + value % 2, 2) }
        var power = 1
        while power * 100 < value { power *= 10 }
        let steps = [10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100]
        return steps.map { $0 * power }.first { $0 >= value } ?? power * 100
    }
}

/// Names with a bar and a number each, the longest first: rejects by reason.
package struct BarList: Sendable {
    package struct Item: Sendable {
        let name: String
        let value: Double
        let shown: String
        let link: Link?
        let tone: Tone

        package init(
            _ name: String, _ value: Double, shown: String, link: Link? = nil, tone: Tone = .neutral
        ) {
            self.name = name
            self.value = value
            self.shown = shown
            self.link = link
            self.tone = tone
        }
    }

    package let items: [Item]

    package init(_ items: [Item]) { self.items = items }

    package var html: HTML {
        let most = items.map(\.value).max() ?? 0
        return Tag.ul(.class("bars")) {
            for item in items { Tag.li { row(item, most) } }
        }
    }

    private func row(_ item: Item, _ most: Double) -> HTML {
        let width = most > 0 ? max(item.value / most * 100, 1) : 0
        let content = HTML.group([
            Tag.span { item.name },
            Tag.svg(
                .named("viewBox", "0 0 100 8"), .named("preserveAspectRatio", "none"),
                .aria("hidden", "true")
            ) {
                Tag.rect(.class("rail"), .named("width", "100"), .named("height", "8"))
                Tag.rect(
                    .class("chart-bar \(item.tone.rawValue)"),
                    .named("width", BarChart.number(width)), .named("height", "8"))
            },
            Tag.span(.class("num")) { item.shown },
        ])
        guard let link = item.link else {
            return Tag.element("div", [.class("bars-row")], content)
        }
        return Tag.element("a", [.href(link)], content)
    }
}
