// SPDX-License-Identifier: Apache-2.0

package import Desk

/// The places of the console, as the navigation lists them.
package enum Area: String, CaseIterable, Sendable {
    case today, search, integrity, chat, retention, requests, exports, mine, sources, settings
    case about

    package var title: String {
        switch self {
        case .today: "Today"
        case .search: "Search"
        case .integrity: "Integrity"
        case .chat: "Chat"
        case .retention: "Retention"
        case .requests: "Requests"
        case .exports: "Exports"
        case .mine: "My data"
        case .sources: "Sources"
        case .settings: "Settings"
        case .about: "About"
        }
    }

    package var path: String {
        switch self {
        case .today: "/"
        case .mine: "/my-data"
        default: "/" + rawValue
        }
    }

    package var icon: Icon { Icon(rawValue: rawValue) ?? .about }

    /// Pressed after `g`: goes there.
    package var key: String {
        switch self {
        case .retention: "p"
        case .requests: "r"
        case .settings: "e"
        case .sources: "o"
        case .exports: "x"
        default: String(title.lowercased().prefix(1))
        }
    }

    /// Who has it in their navigation, and may ask for its page. Writers have no pages.
    package var roles: Set<Role> {
        switch self {
        case .today, .search: [.trader, .compliance, .auditor]
        case .integrity: [.compliance, .auditor, .admin]
        case .chat: [.compliance]
        case .retention, .exports: [.compliance, .auditor]
        case .requests: [.compliance, .trader]
        case .mine: [.trader]
        case .sources, .settings: [.admin, .compliance, .auditor]
        case .about: Set(Role.allCases)
        }
    }

    package var access: Route.Access { .roles(roles) }

    /// The groups of the navigation.
    static let groups: [(title: String, areas: [Area])] = [
        ("Records", [.today, .search, .chat, .mine]),
        ("Keeping", [.integrity, .retention, .requests, .exports]),
        ("Daybook", [.sources, .settings, .about]),
    ]

    /// Where somebody begins: the first place that they may see.
    package static func first(for roles: Set<Role>) -> Area {
        allCases.first { !$0.roles.isDisjoint(with: roles) } ?? .about
    }
}
