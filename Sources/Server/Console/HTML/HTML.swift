// SPDX-License-Identifier: Apache-2.0

/// A piece of a page. Every text and every attribute is escaped when it is written; there is no way
/// to put markup in as text.
///
/// Pages are made with `Tag`: `Tag.p(.class("lead")) { "7 orders, "; Tag.b { "2 rejected" } }`.
package indirect enum HTML: Sendable {
    case text(String)
    case element(StaticString, [Attribute], HTML)
    /// An element without content and end tag: `<input>`.
    case void(StaticString, [Attribute])
    case group([HTML])

    package static let empty = HTML.group([])

    /// Whether nothing of it can be seen.
    package var isEmpty: Bool {
        switch self {
        case .text(let text): text.isEmpty
        case .group(let parts): parts.allSatisfy(\.isEmpty)
        case .element, .void: false
        }
    }

    /// The whole as bytes of UTF-8. Linear in what it holds.
    package func write(into output: inout String) {
        switch self {
        case .text(let text): Self.escape(text, into: &output)
        case .group(let parts): for part in parts { part.write(into: &output) }
        case .void(let name, let attributes): Self.open(name, attributes, into: &output)
        case .element(let name, let attributes, let content):
            Self.open(name, attributes, into: &output)
            content.write(into: &output)
            output += "</\(name)>"
        }
    }

    package var rendered: String {
        var output = ""
        write(into: &output)
        return output
    }

    private static func open(
        _ name: StaticString, _ attributes: [Attribute], into output: inout String
    ) {
        output += "<\(name)"
        for attribute in attributes {
            output += " \(attribute.name)"
            guard let value = attribute.value else { continue }
            output += "=\""
            escape(value, into: &output)
            output += "\""
        }
        output += ">"
    }

    /// Escapes for text and for quoted attributes alike. Control characters that HTML forbids become
    /// U+FFFD, so that what a stranger wrote cannot end a parser's state.
    static func escape(_ text: String, into output: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{e}"..."\u{1f}", "\u{7f}":
                output += "\u{fffd}"
            default: output.unicodeScalars.append(scalar)
            }
        }
    }
}

extension HTML: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
}

/// Lets content be written as a list: texts, elements, `if`, `for`.
@resultBuilder
package enum HTMLBuilder {
    package static func buildExpression(_ html: HTML) -> HTML { html }
    package static func buildExpression(_ text: String) -> HTML { .text(text) }
    package static func buildExpression(_ html: HTML?) -> HTML { html ?? .empty }
    package static func buildExpression(_ html: [HTML]) -> HTML { .group(html) }
    package static func buildBlock(_ parts: HTML...) -> HTML {
        parts.count == 1 ? parts[0] : .group(parts)
    }
    package static func buildOptional(_ part: HTML?) -> HTML { part ?? .empty }
    package static func buildEither(first: HTML) -> HTML { first }
    package static func buildEither(second: HTML) -> HTML { second }
    package static func buildArray(_ parts: [HTML]) -> HTML { .group(parts) }
}
