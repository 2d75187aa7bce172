// SPDX-License-Identifier: Apache-2.0

/// One page of the console, before the frame is put around it.
package struct Page: Sendable {
    /// How wide its content may be.
    package enum Width: String, Sendable {
        /// Tables and charts: all there is.
        case wide
        /// Words and forms: a column.
        case reading
    }

    package let title: String
    /// Which place of the navigation it belongs to; nil for none.
    package let area: Area?
    /// One sentence under the title.
    package var lead: String?
    /// The pages above it, outermost first.
    package var crumbs: [(title: String, link: Link)] = []
    /// Buttons beside the title.
    package var actions: HTML = .empty
    package var width: Width
    package let content: HTML

    package init(
        _ title: String, in area: Area?, lead: String? = nil,
        crumbs: [(title: String, link: Link)] = [], actions: HTML = .empty, width: Width = .wide,
        @HTMLBuilder content: () throws -> HTML
    ) rethrows {
        self.title = title
        self.area = area
        self.lead = lead
        self.crumbs = crumbs
        self.actions = actions
        self.width = width
        self.content = try content()
    }
}
