// SPDX-License-Identifier: Apache-2.0

/// Forms that change something. Each carries the token of the session, so that no other site can
/// send it.
package enum Form {
    /// The name of the hidden field, and of the header that the script sends instead.
    package static let tokenField = "csrf"

    /// A form that posts.
    ///
    /// - Parameter confirm: asked once more before it is sent, for what cannot be taken back.
    package static func post(
        _ action: String, _ context: DaemonContext, confirm: String? = nil,
        classes: String = "form",
        @HTMLBuilder content: () -> HTML
    ) -> HTML {
        var attributes: [Attribute] = [.action(action), .post, .class(classes)]
        if let confirm { attributes.append(.data("confirm", confirm)) }
        return Tag.element("form", attributes, .group([token(context.csrf), content()]))
    }

    static func token(_ csrf: String?) -> HTML {
        guard let csrf else { return .empty }
        return Tag.input(.type("hidden"), .name(tokenField), .value(csrf))
    }

    /// A labelled line of text. The id is made of the name, which is unique in its page.
    package static func text(
        _ name: String, _ label: String, value: String = "", hint: String? = nil,
        wrong: String? = nil, placeholder: String? = nil, type: StaticString = "text",
        isRequired: Bool = false
    ) -> HTML {
        var attributes: [Attribute] = [
            .type(type), .name(name), .id("f-\(name)"), .value(value), .autocomplete("off"),
        ]
        if let placeholder { attributes.append(.placeholder(placeholder)) }
        attributes += common(name, hint, wrong, isRequired)
        return field(name, label, hint, wrong, .void("input", attributes))
    }

    /// A labelled text of several lines.
    package static func area(
        _ name: String, _ label: String, value: String = "", hint: String? = nil,
        wrong: String? = nil, isRequired: Bool = false
    ) -> HTML {
        field(
            name, label, hint, wrong,
            Tag.element(
                "textarea",
                [.name(name), .id("f-\(name)")] + common(name, hint, wrong, isRequired),
                .text(value)))
    }

    /// One of several, in a list.
    package static func choice(
        _ name: String, _ label: String, _ options: [(value: String, title: String)],
        chosen: String? = nil, hint: String? = nil
    ) -> HTML {
        let list = options.map { option in
            Tag.element(
                "option", [.value(option.value)] + (option.value == chosen ? [.selected] : []),
                .text(option.title))
        }
        return field(
            name, label, hint, nil,
            Tag.element(
                "select", [.name(name), .id("f-\(name)")] + common(name, hint, nil, false),
                .group(list)))
    }

    /// A box to tick.
    package static func box(_ name: String, _ label: String, isTicked: Bool = false) -> HTML {
        Tag.label(.class("choice")) {
            HTML.void(
                "input",
                [.type("checkbox"), .name(name), .value("yes")] + (isTicked ? [.checked] : []))
            Tag.span { label }
        }
    }

    /// What sends the form.
    package static func button(_ title: String, _ style: ButtonStyle = .main) -> HTML {
        Tag.button(.type("submit"), .class("button \(style.rawValue)")) { title }
    }

    /// A link that looks like a button.
    package static func linkButton(
        _ title: String, _ link: Link, _ style: ButtonStyle = .usual, icon: Icon? = nil
    ) -> HTML {
        Tag.a(.class("button \(style.rawValue)"), .href(link)) {
            icon?.html
            title
        }
    }

    package enum ButtonStyle: String, Sendable {
        case usual
        /// The one thing that this page is for.
        case main
        /// Cannot be taken back.
        case danger
        /// Beside others, of less weight.
        case plain
    }

    private static func field(
        _ name: String, _ label: String, _ hint: String?, _ wrong: String?, _ control: HTML
    ) -> HTML {
        Tag.div(.class("field")) {
            Tag.label(.for("f-\(name)")) { label }
            control
            if let hint { Tag.p(.class("hint"), .id("f-\(name)-hint")) { hint } }
            if let wrong { Tag.p(.class("wrong"), .id("f-\(name)-wrong")) { wrong } }
        }
    }

    private static func common(
        _ name: String, _ hint: String?, _ wrong: String?, _ isRequired: Bool
    ) -> [Attribute] {
        var attributes: [Attribute] = []
        var words: [String] = []
        if hint != nil { words.append("f-\(name)-hint") }
        if wrong != nil {
            words.append("f-\(name)-wrong")
            attributes.append(.aria("invalid", "true"))
        }
        if !words.isEmpty {
            attributes.append(.aria("describedby", words.joined(separator: " ")))
        }
        if isRequired { attributes.append(.required) }
        return attributes
    }
}
