// SPDX-License-Identifier: Apache-2.0

package import HTTPTypes
package import Hummingbird
import NIOCore

/// Answers with pages of the console.
package enum Console {
    /// The cookie in which the script keeps `dark` or `light`.
    static let themeCookie = "daybook_theme"

    /// Scripts, styles and pictures come from us alone; nobody may frame us; forms go nowhere else.
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// The page in its frame, for whoever asks.
    package static func answer(
        _ page: Page, to request: Request, _ context: DaemonContext,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        document(
            Layout(
                page, principal: context.principal, csrf: context.csrf, areas: context.areas
            ).body, page.title,
            request, csrf: context.csrf, status: status)
    }

    /// A page without navigation: signing in, or an error of somebody who is not known.
    package static func answerAlone(
        _ title: String, to request: Request, status: HTTPResponse.Status = .ok,
        csrf: String? = nil, @HTMLBuilder content: () -> HTML
    ) -> Response {
        let body = Tag.div(.class("alone")) {
            Tag.main(.id("content")) {
                Layout.brand
                Tag.section(.class("card")) {
                    Tag.div(.class("card-body")) { content() }
                }
            }
        }
        return document(body, title, request, csrf: csrf, status: status)
    }

    /// Goes on with another page, which is then asked for by GET.
    package static func redirect(to link: Link) -> Response {
        Response(status: .seeOther, headers: [.location: link.text, .cacheControl: "no-store"])
    }

    /// The headers of every page: nothing that was decrypted stays in a cache, nothing is guessed,
    /// and no other site learns where somebody was.
    package static var headers: HTTPFields {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
            .contentSecurityPolicy: contentSecurityPolicy, .xContentTypeOptions: "nosniff",
        ]
        for (name, value) in [
            ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return headers
    }

    private static func document(
        _ body: HTML, _ title: String, _ request: Request, csrf: String?,
        status: HTTPResponse.Status
    ) -> Response {
        var attributes: [Attribute] = [.lang("en")]
        if let theme = theme(of: request) { attributes.append(.data("theme", theme)) }
        var text = "<!doctype html>\n"
        Tag.element("html", attributes, .group([head(title, csrf: csrf), wrap(body)]))
            .write(into: &text)
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private static func head(_ title: String, csrf: String?) -> HTML {
        var parts: [HTML] = [
            .void("meta", [.named("charset", "utf-8")]),
            .void(
                "meta",
                [.name("viewport"), .named("content", "width=device-width, initial-scale=1")]),
            .void("meta", [.name("color-scheme"), .named("content", "light dark")]),
            Tag.element("title", [], .text("\(title) · Daybook")),
            .void(
                "link",
                [.named("rel", "icon"), .type("image/svg+xml"), .href(ConsoleAssets.icon.link)]),
            .void("link", [.named("rel", "stylesheet"), .href(ConsoleAssets.style.link)]),
            Tag.element("script", [.src(ConsoleAssets.script.link), .flag("defer")]),
        ]
        if let csrf { parts.append(.void("meta", [.name("csrf"), .named("content", csrf)])) }
        return Tag.element("head", [], .group(parts))
    }

    private static func wrap(_ body: HTML) -> HTML { Tag.element("body", [], body) }

    private static func theme(of request: Request) -> String? {
        let chosen = request.cookies[themeCookie]?.value
        return chosen == "dark" || chosen == "light" ? chosen : nil
    }
}
