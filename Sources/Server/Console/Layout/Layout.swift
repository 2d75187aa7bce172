// SPDX-License-Identifier: Apache-2.0

import Desk

/// The frame around a page: navigation, search, who is signed in.
struct Layout {
    private let page: Page
    private let principal: Principal?
    private let csrf: String?
    /// The places that have a page.
    private let there: Set<Area>

    init(
        _ page: Page, principal: Principal?, csrf: String?,
        areas there: Set<Area> = Set(Area.allCases)
    ) {
        self.there = there
        self.page = page
        self.principal = principal
        self.csrf = csrf
    }

    static let brand = Tag.a(.class("brand"), .href("/")) {
        Tag.svg(.named("viewBox", "0 0 24 24"), .aria("hidden", "true")) {
            Tag.rect(
                .class("mark-page"), .named("x", "1"), .named("y", "1"), .named("width", "22"),
                .named("height", "22"), .named("rx", "6"))
            Tag.path(.class("mark-line"), .named("d", "M7 8h10M7 12h6.5M7 16h8.5"))
        }
        "Daybook"
    }

    var body: HTML {
        .group([
            Tag.a(.class("skip"), .href("#content")) { "Skip to content" },
            Tag.div(.class("shell")) {
                side
                Tag.a(.class("drawer-close"), .href("#content"), .label("Close the menu"))
                Tag.div(.class("stage")) {
                    bar
                    Tag.main(.id("content"), .class(page.width.rawValue), .tabindex(-1)) {
                        head
                        page.content
                    }
                }
            },
            keys,
        ])
    }

    // MARK: - Navigation

    private var areas: [(title: String, areas: [Area])] {
        guard let principal else { return [] }
        return Area.groups.compactMap { group in
            let areas = group.areas.filter { there.contains($0) && principal.has($0.roles) }
            return areas.isEmpty ? nil : (group.title, areas)
        }
    }

    private var side: HTML {
        Tag.aside(.class("side"), .id("side")) {
            Self.brand
            Tag.nav(.label("Pages")) {
                for group in areas {
                    Tag.h2 { group.title }
                    Tag.ul {
                        for area in group.areas { Tag.li { link(to: area) } }
                    }
                }
            }
            Tag.div(.class("side-foot")) {
                Tag.span {
                    "Press "; Tag.kbd { "?" }; " for keys"
                }
            }
        }
    }

    private func link(to area: Area) -> HTML {
        var attributes: [Attribute] = [.href(area.path), .data("key", "g" + area.key)]
        if area == page.area { attributes.append(.aria("current", "page")) }
        return Tag.element("a", attributes, .group([area.icon.html, .text(area.title)]))
    }

    // MARK: - Above

    private var bar: HTML {
        Tag.header(.class("bar")) {
            Tag.a(
                .class("button plain square menu-button"), .href("#side"), .label("Open the menu")
            ) { Icon.menu.html }
            if let principal, principal.has(Area.search.roles), there.contains(.search) {
                search
            }
            Tag.div(.class("bar-end")) {
                Tag.span(.class("clock"), .title("Coordinated Universal Time")) {
                    Tag.time { "" }
                    " UTC"
                }
                Tag.button(
                    .type("button"), .class("button plain square"), .data("act", "theme"),
                    .label("Dark or light"), .title("Dark or light")
                ) { Icon.sun.html }
                if let principal { who(principal) }
            }
        }
    }

    private var search: HTML {
        Tag.form(.class("bar-search"), .role("search"), .action(Area.search.path)) {
            Icon.search.html
            Tag.input(
                .type("search"), .id("search"), .name("q"), .label("Search records"),
                .placeholder("Search records"), .autocomplete("off"),
                .named("spellcheck", "false"))
            Tag.kbd(.aria("hidden", "true")) { "/" }
        }
    }

    private func who(_ principal: Principal) -> HTML {
        Tag.details(.class("who")) {
            Tag.summary {
                Tag.span(.class("who-letter"), .aria("hidden", "true")) {
                    String(principal.name.prefix(1))
                }
                Tag.span(.class("who-name")) { principal.name }
                Tag.span(.class("unseen")) { "Signed in as \(principal.name)" }
            }
            Tag.div(.class("who-menu")) {
                Tag.dl {
                    Tag.dt { principal.name }
                    Tag.dd { principal.roles.map(\.rawValue).sorted().joined(separator: ", ") }
                }
                Tag.button(.type("button"), .data("act", "keys")) {
                    Icon.keyboard.html
                    "Keyboard"
                }
                Tag.form(.action("/sign-out"), .post) {
                    Form.token(csrf)
                    Tag.button(.type("submit")) {
                        Icon.out.html
                        "Sign out"
                    }
                }
            }
        }
    }

    private var head: HTML {
        Tag.header(.class("page-head")) {
            Tag.div {
                if !page.crumbs.isEmpty {
                    Tag.p(.class("crumbs")) {
                        for crumb in page.crumbs {
                            Tag.a(.href(crumb.link)) { crumb.title }
                            " / "
                        }
                    }
                }
                Tag.h1 { page.title }
                if let lead = page.lead { Tag.p(.class("lead")) { lead } }
            }
            if !page.actions.isEmpty {
                Tag.div(.class("page-actions")) { page.actions }
            }
        }
    }

    // MARK: - Keys

    private var keys: HTML {
        Tag.element(
            "dialog", [.id("keys"), .aria("labelledby", "keys-title")],
            .group([
                Tag.header {
                    Tag.h2(.id("keys-title")) { "Keyboard" }
                    Tag.button(
                        .type("button"), .class("button plain"), .data("act", "close")
                    ) { "Close" }
                },
                Tag.div {
                    Tag.dl(.class("keys")) {
                        key(["/"], "Search")
                        key(["j"], "Next row")
                        key(["k"], "Previous row")
                        key(["Enter"], "Open the row")
                        for area in areas.flatMap(\.areas) { key(["g", area.key], area.title) }
                        key(["?"], "These keys")
                        key(["Esc"], "Close, leave a field")
                    }
                },
            ]))
    }

    private func key(_ keys: [String], _ what: String) -> HTML {
        .group([
            Tag.dt { for key in keys { Tag.kbd { key } } },
            Tag.dd { what },
        ])
    }
}
