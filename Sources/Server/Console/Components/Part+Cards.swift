// SPDX-License-Identifier: Apache-2.0

extension Part {
    /// A titled surface.
    ///
    /// - Parameters:
    ///   - note: a few quiet words at the right of the title.
    ///   - id: needed with `refresh`, and to be linked to.
    ///   - refresh: milliseconds after which the script asks for the page again and renews this part.
    ///   - isFlush: for tables, which bring their own margins.
    ///   - classes: its place in a `.grid`: `third`, `two-thirds`, `half`, `quarter`.
    package static func card(
        _ title: String, note: String? = nil, id: String? = nil, refresh: Int? = nil,
        isFlush: Bool = false, classes: String = "", actions: HTML = .empty,
        @HTMLBuilder content: () -> HTML
    ) -> HTML {
        var attributes: [Attribute] = [.class(classes.isEmpty ? "card" : "card \(classes)")]
        if let id { attributes.append(.id(id)) }
        if let refresh { attributes.append(.data("refresh", String(refresh))) }
        let head = Tag.header(.class("card-head")) {
            Tag.h2 { title }
            if let note { Tag.span(.class("note")) { note } }
            actions
        }
        let body = Tag.div(.class(isFlush ? "card-body flush" : "card-body")) { content() }
        return Tag.element("section", attributes, .group([head, body]))
    }

    /// Figures in a row: each a `tile`.
    package static func tiles(
        id: String? = nil, refresh: Int? = nil, @HTMLBuilder content: () -> HTML
    ) -> HTML {
        var attributes: [Attribute] = [.class("tiles")]
        if let id { attributes.append(.id(id)) }
        if let refresh { attributes.append(.data("refresh", String(refresh))) }
        return Tag.element("div", attributes, content())
    }

    /// One figure with its name, and what it leads to.
    package static func tile(
        _ name: String, _ value: String, unit: String? = nil, note: String? = nil,
        tone: Tone = .neutral, link: Link? = nil
    ) -> HTML {
        let content = HTML.group([
            Tag.span(.class("tile-name")) { name },
            Tag.span(.class("tile-value \(tone.rawValue)")) {
                value
                if let unit { Tag.small { " " + unit } }
            },
            note.map { note in Tag.span(.class("tile-note")) { note } } ?? .empty,
        ])
        guard let link else { return Tag.element("div", [.class("tile")], content) }
        return Tag.element("a", [.class("tile"), .href(link)], content)
    }

    /// A word with a colour: `open`, `held`, `rejected`.
    package static func badge(_ text: String, _ tone: Tone = .neutral, title: String? = nil) -> HTML
    {
        var attributes: [Attribute] = [.class("badge \(tone.rawValue)")]
        if let title { attributes.append(.title(title)) }
        return Tag.element("span", attributes, .text(text))
    }

    /// Something to know before going on: what it is, and what to do.
    package static func notice(
        _ tone: Tone, _ title: String, @HTMLBuilder text: () -> HTML = { .empty }
    ) -> HTML {
        Tag.div(.class("notice \(tone.rawValue)"), .role(tone == .bad ? "alert" : "status")) {
            tone.icon.html
            Tag.div {
                Tag.b { title }
                Tag.div { text() }
            }
        }
    }

    /// Nothing is here: why, and what makes something be here.
    package static func empty(
        _ icon: Icon, _ title: String, _ text: String, actions: HTML = .empty
    ) -> HTML {
        Tag.div(.class("empty")) {
            icon.html
            Tag.b { title }
            Tag.p { text }
            if !actions.isEmpty { Tag.div(.class("inline")) { actions } }
        }
    }

    /// Names and what stands for each, in two columns.
    package static func facts(_ facts: [(String, HTML)]) -> HTML {
        Tag.dl(.class("facts")) {
            for (name, value) in facts {
                Tag.dt { name }
                Tag.dd { value }
            }
        }
    }

    /// Pages of one place: title, where it leads, and which is shown.
    package static func tabs(_ label: String, _ tabs: [(title: String, link: Link)], at place: Int)
        -> HTML
    {
        Tag.nav(.class("tabs"), .label(label)) {
            for (number, tab) in tabs.enumerated() {
                Tag.element(
                    "a",
                    [.href(tab.link)] + (number == place ? [.aria("current", "page")] : []),
                    .text(tab.title))
            }
        }
    }

    /// How far long work is; `value` of 1 is all, nil while nobody knows.
    package static func progress(_ label: String, _ value: Double?) -> HTML {
        var attributes: [Attribute] = [.label(label), .named("max", "1")]
        if let value { attributes.append(.value(String(min(max(value, 0), 1)))) }
        return Tag.element("progress", attributes)
    }

    /// Text of a program, with its line breaks.
    package static func code(_ text: String) -> HTML {
        Tag.pre(.class("code-block"), .tabindex(0)) { text }
    }
}
