// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite struct HTMLTests {
    @Test("what a stranger wrote is text, in elements and in attributes")
    func escapes() {
        let evil = "<script>alert('x')</script>&\"\u{0}\u{1b}[31m"
        let html = Tag.p(.title(evil)) { evil }.rendered
        let escaped =
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\u{fffd}\u{fffd}[31m"
        #expect(html == "<p title=\"\(escaped)\">\(escaped)</p>")
    }

    @Test(
        "an address leads nowhere but here",
        arguments: [
            "javascript:alert(1)", "//evil.example/x", "https://evil.example", "/\\evil.example",
            "data:text/html,x", " /x", "/a\nb", "",
        ])
    func addresses(_ address: String) {
        #expect(Tag.a(.href(address)) { "x" }.rendered == "<a href=\"/\">x</a>")
        #expect(Link(address).text.hasPrefix("/"))
        #expect(!Link(address).text.hasPrefix("//"))
    }

    @Test("what is asked for survives its address")
    func links() {
        let link = Link("/search", ["q": "asset:\"EUR/USD\" & fill > 1", "from": "", "to": "ö"])
        #expect(
            link.text == "/search?q=asset%3A%22EUR%2FUSD%22%20%26%20fill%20%3E%201&to=%C3%B6")
    }

    @Test("content is a list with conditions and loops")
    func builder() {
        let rows = ["a", "b"]
        let html = Tag.ul {
            for row in rows { Tag.li { row } }
            if rows.isEmpty { Tag.li { "none" } }
        }
        #expect(html.rendered == "<ul><li>a</li><li>b</li></ul>")
        #expect(Tag.input(.name("q"), .required).rendered == "<input name=\"q\" required>")
    }

    @Test("a stack of bars says its numbers in words, and leads to their records")
    func chart() {
        let chart = BarChart(
            "Orders a minute", [.init("filled", .good), .init("rejected", .bad)],
            [.init("14:25", [3, 1], link: Link("/search", ["q": "x"])), .init("14:26", [0, 0])],
            marks: ["14:25", "14:26"])
        let html = chart.html.rendered
        #expect(html.contains("14:25: 3 filled, 1 rejected"))
        #expect(html.contains("href=\"/search?q=x\""))
        #expect(html.contains("14:26: none"))
    }

    @Test(
        "numbers are as people read them",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "−1,234"),
        ])
    func figures(_ number: Int, _ text: String) {
        #expect(Figures.count(number) == text)
    }
}
