// SPDX-License-Identifier: Apache-2.0

/// The elements that pages are made of. What is missing is `element`.
///
/// Names are written in the source, never made from data.
package enum Tag {
    package static func element(
        _ name: StaticString, _ attributes: [Attribute], _ content: HTML = .empty
    ) -> HTML { .element(name, attributes, content) }

    // MARK: Text

    package static func h1(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("h1", attributes, content()) }

    package static func h2(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("h2", attributes, content()) }

    package static func h3(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("h3", attributes, content()) }

    package static func p(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("p", attributes, content()) }

    package static func span(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("span", attributes, content()) }

    package static func b(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("b", attributes, content()) }

    package static func em(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("em", attributes, content()) }

    package static func code(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("code", attributes, content()) }

    package static func pre(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("pre", attributes, content()) }

    package static func small(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("small", attributes, content()) }

    package static func time(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("time", attributes, content()) }

    package static func blockquote(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("blockquote", attributes, content()) }

    package static func kbd(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("kbd", attributes, content()) }

    // MARK: Sections

    package static func div(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("div", attributes, content()) }

    package static func section(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("section", attributes, content()) }

    package static func article(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("article", attributes, content()) }

    package static func header(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("header", attributes, content()) }

    package static func footer(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("footer", attributes, content()) }

    package static func nav(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("nav", attributes, content()) }

    package static func main(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("main", attributes, content()) }

    package static func aside(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("aside", attributes, content()) }

    package static func details(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("details", attributes, content()) }

    package static func summary(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("summary", attributes, content()) }

    package static func figure(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("figure", attributes, content()) }

    package static func figcaption(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("figcaption", attributes, content()) }

    // MARK: Lists

    package static func ul(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("ul", attributes, content()) }

    package static func ol(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("ol", attributes, content()) }

    package static func li(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("li", attributes, content()) }

    package static func dl(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("dl", attributes, content()) }

    package static func dt(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("dt", attributes, content()) }

    package static func dd(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("dd", attributes, content()) }

    // MARK: Tables

    package static func table(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("table", attributes, content()) }

    package static func caption(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("caption", attributes, content()) }

    package static func thead(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("thead", attributes, content()) }

    package static func tbody(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("tbody", attributes, content()) }

    package static func tfoot(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("tfoot", attributes, content()) }

    package static func tr(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("tr", attributes, content()) }

    package static func th(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("th", attributes, content()) }

    package static func td(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("td", attributes, content()) }

    // MARK: Forms and links

    package static func a(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("a", attributes, content()) }

    package static func form(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("form", attributes, content()) }

    package static func label(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("label", attributes, content()) }

    package static func button(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("button", attributes, content()) }

    package static func select(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("select", attributes, content()) }

    package static func option(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("option", attributes, content()) }

    package static func textarea(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("textarea", attributes, content()) }

    package static func fieldset(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("fieldset", attributes, content()) }

    package static func legend(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("legend", attributes, content()) }

    package static func datalist(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("datalist", attributes, content()) }

    package static func progress(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("progress", attributes, content()) }

    package static func meter(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("meter", attributes, content()) }

    package static func output(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("output", attributes, content()) }

    // MARK: Pictures

    package static func svg(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("svg", attributes, content()) }

    package static func g(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("g", attributes, content()) }

    package static func text(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("text", attributes, content()) }

    package static func title(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("title", attributes, content()) }

    package static func path(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("path", attributes, content()) }

    package static func rect(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("rect", attributes, content()) }

    package static func line(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("line", attributes, content()) }

    package static func circle(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("circle", attributes, content()) }

    package static func polyline(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("polyline", attributes, content()) }

    package static func defs(
        _ attributes: Attribute..., @HTMLBuilder content: () -> HTML = { .empty }
    ) -> HTML { .element("defs", attributes, content()) }

    // MARK: Without content

    package static func input(_ attributes: Attribute...) -> HTML {
        .void("input", attributes)
    }

    package static func br(_ attributes: Attribute...) -> HTML {
        .void("br", attributes)
    }

    package static func hr(_ attributes: Attribute...) -> HTML {
        .void("hr", attributes)
    }
}
