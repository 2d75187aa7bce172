// SPDX-License-Identifier: Apache-2.0

/// Line drawings on a grid of 16 by 16; they take the colour of the text around them.
package enum Icon: String, Sendable, CaseIterable {
    case today, search, integrity, chat, retention, requests, exports, mine, sources, settings
    case about
    case menu, sun, out, keyboard, check, warning, stop, info, inbox, lock, clock, download, copy

    /// Decoration: hidden from assistive programs; words beside it say what it means.
    package var html: HTML {
        Tag.svg(
            .class("icon"), .named("viewBox", "0 0 16 16"), .aria("hidden", "true"),
            .named("focusable", "false")
        ) { Tag.path(.named("d", path)) }
    }

    private var path: String {
        switch self {
        case .today: "M2 13.5h12M4 11V7.5M7 11V3M10 11V6M13 11V4.5"
        case .search: "M11.5 7a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0zM10.3 10.3 14 14"
        case .integrity:
            "M8 1.8 13.2 4v3.8c0 3-2.1 5.3-5.2 6.4-3.1-1.1-5.2-3.4-5.2-6.4V4zM5.8 8l1.6 1.6 3-3.2"
        case .chat: "M2.5 3h11v7.5H7.6L4.8 13v-2.5H2.5zM5.3 6h5.4M5.3 8h3.2"
        case .retention: "M2.5 3.8h11v9.7h-11zM2.5 6.8h11M5.5 2v3M10.5 2v3M6 10h4"
        case .requests: "M3.5 2h6l3 3v9h-9zM9.3 2v3.2h3.2M5.8 8.2h4.4M5.8 10.8h3"
        case .mine:
            "M8 8.2a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14c.5-2.8 2.7-4.2 5.5-4.2s5 1.4 5.5 4.2"
        case .exports: "M2.5 6.5v7h11v-7M1.8 3h12.4v3.5H1.8zM8 8v3.6M6.3 10 8 11.7 9.7 10"
        case .sources: "M8 2v7M4.9 6.2 8 9.3l3.1-3.1M2.5 10v3.5h11V10"
        case .settings:
            "M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14M10.2 6.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4zM5.8 13.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z"
        case .about, .info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.4V11M8 5v.1"
        case .menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11"
        case .sun:
            "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1"
        case .out: "M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6.2"
        case .keyboard: "M1.8 4h12.4v8H1.8zM4.2 6.4h.1M6.7 6.4h.1M9.2 6.4h.1M11.7 6.4h.1M5 9.4h6"
        case .check: "M3 8.5 6.5 12 13 4.5"
        case .warning: "M8 2.2 14.5 13.5h-13zM8 6.5V10M8 11.8v.1"
        case .stop: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4"
        case .inbox: "M2.5 9.5 4.3 3h7.4l1.8 6.5v4h-11zM2.5 9.5h3.2l.8 1.7h3l.8-1.7h3.2"
        case .lock: "M3.5 7h9v6.5h-9zM5.3 7V5a2.7 2.7 0 0 1 5.4 0v2"
        case .clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6"
        case .download: "M8 2v7.5M4.9 6.7 8 9.8l3.1-3.1M2.5 13.5h11"
        case .copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3"
        }
    }
}
