// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// The stylesheet, the script and the icon of the console, served from memory.
///
/// The files lie in `Assets/` and are compiled in; a new one is added to its list here. A page names
/// them with the digest of their bytes, so a browser keeps them until they change.
package struct ConsoleAssets: RouteGroup {
    struct Asset: Sendable {
        let path: String
        let type: String
        let bytes: [UInt8]
        let digest: String

        init(_ path: String, _ type: String, _ parts: [[UInt8]]) {
            self.path = path
            self.type = type
            bytes = Array(parts.joined(separator: [0x0A]))
            digest = SHA256.hash(data: bytes).prefix(8).map(Self.hex).joined()
        }

        /// With the digest, for pages.
        var link: Link { Link(path, ["v": digest]) }

        private static func hex(_ byte: UInt8) -> String {
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
    }

    static let style = Asset(
        "/assets/console.css", "text/css; charset=utf-8",
        [
            PackageResources.base_css, PackageResources.layout_css, PackageResources.parts_css,
            PackageResources.charts_css, PackageResources.pages_css, PackageResources.search_css,
        ])

    static let script = Asset(
        "/assets/console.js", "text/javascript; charset=utf-8",
        [PackageResources.console_js, PackageResources.today_js, PackageResources.search_js])

    static let icon = Asset("/assets/icon.svg", "image/svg+xml", [PackageResources.icon_svg])

    package init() {}

    package var routes: [Route] {
        [Self.style, Self.script, Self.icon].map { asset in
            Route(.get, asset.path, access: .everybody) { request, _ in
                Self.answer(asset, to: request)
            }
        }
    }

    private static func answer(_ asset: Asset, to request: Request) -> Response {
        let tag = "\"\(asset.digest)\""
        var headers: HTTPFields = [
            .contentType: asset.type, .eTag: tag, .xContentTypeOptions: "nosniff",
        ]
        let isNamed = request.uri.queryParameters["v"].map(String.init) == asset.digest
        headers[.cacheControl] =
            isNamed ? "public, max-age=31536000, immutable" : "public, max-age=60"
        if request.headers[.ifNoneMatch] == tag {
            return Response(status: .notModified, headers: headers)
        }
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }
}
