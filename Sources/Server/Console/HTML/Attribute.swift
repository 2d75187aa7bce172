// SPDX-License-Identifier: Apache-2.0

/// An attribute of an element. Names are written in the source, never made from data; there is none
/// for scripts (`onclick`) or styles, which the Content-Security-Policy refuses anyway.
package struct Attribute: Sendable, Hashable {
    package let name: String
    /// Nil for an attribute that is only there or not: `disabled`.
    package let value: String?

    private init(_ name: String, _ value: String?) {
        self.name = name
        self.value = value
    }

    /// Any other attribute.
    ///
    /// - Precondition: it is not `style`, not a script's (`on…`), and not an address, for which there
    ///   are `href`, `action` and `src`.
    package static func named(_ name: StaticString, _ value: String) -> Attribute {
        let text = "\(name)"
        precondition(
            !text.hasPrefix("on")
                && !["style", "href", "action", "src", "formaction"].contains(text),
            "write addresses with Attribute.href, and behaviour into console.js")
        return Attribute(text, value)
    }

    /// An attribute that is there or not.
    package static func flag(_ name: StaticString) -> Attribute { Attribute("\(name)", nil) }

    package static func `class`(_ names: String) -> Attribute { Attribute("class", names) }
    package static func id(_ id: String) -> Attribute { Attribute("id", id) }
    package static func title(_ text: String) -> Attribute { Attribute("title", text) }
    package static func lang(_ language: String) -> Attribute { Attribute("lang", language) }
    package static func role(_ role: String) -> Attribute { Attribute("role", role) }
    package static func tabindex(_ place: Int) -> Attribute { Attribute("tabindex", "\(place)") }
    package static let hidden = Attribute("hidden", nil)

    // MARK: Addresses

    package static func href(_ link: Link) -> Attribute { Attribute("href", link.text) }
    package static func href(_ path: String) -> Attribute { Attribute("href", Link.safe(path)) }
    package static func action(_ link: Link) -> Attribute { Attribute("action", link.text) }
    package static func action(_ path: String) -> Attribute { Attribute("action", Link.safe(path)) }
    package static func src(_ link: Link) -> Attribute { Attribute("src", link.text) }

    // MARK: Forms

    package static func name(_ name: String) -> Attribute { Attribute("name", name) }
    package static func value(_ value: String) -> Attribute { Attribute("value", value) }
    package static func type(_ type: StaticString) -> Attribute { Attribute("type", "\(type)") }
    package static func `for`(_ id: String) -> Attribute { Attribute("for", id) }
    package static func placeholder(_ text: String) -> Attribute { Attribute("placeholder", text) }
    package static func autocomplete(_ what: StaticString) -> Attribute {
        Attribute("autocomplete", "\(what)")
    }
    package static let post = Attribute("method", "post")
    package static let required = Attribute("required", nil)
    package static let disabled = Attribute("disabled", nil)
    package static let checked = Attribute("checked", nil)
    package static let selected = Attribute("selected", nil)

    // MARK: Tables

    package static func colspan(_ count: Int) -> Attribute { Attribute("colspan", "\(count)") }
    package static let column = Attribute("scope", "col")
    package static let row = Attribute("scope", "row")

    // MARK: For assistive programs and our script

    /// `aria-label` and its relatives.
    package static func aria(_ name: StaticString, _ value: String) -> Attribute {
        Attribute("aria-\(name)", value)
    }
    package static func label(_ text: String) -> Attribute { .aria("label", text) }
    /// `data-…`, read by console.js.
    package static func data(_ name: StaticString, _ value: String) -> Attribute {
        Attribute("data-\(name)", value)
    }
}
