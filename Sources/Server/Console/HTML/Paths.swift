// SPDX-License-Identifier: Apache-2.0

package import Records

/// Where pages of the console lie, for links from one to another.
package enum Paths {
    /// One record with its life and its proof.
    package static func record(_ book: String, _ index: UInt64) -> Link {
        Link("/records/\(book)/\(index)")
    }

    /// A search; the stretch ends before `to`.
    package static func search(
        _ query: String, from: Timestamp? = nil, to: Timestamp? = nil
    ) -> Link {
        Link(
            Area.search.path,
            [
                "q": query, "from": from?.description ?? "", "to": to?.description ?? "",
            ])
    }

    /// A search for every record in which a field has a value, whenever it was recorded.
    package static func search(_ field: String, is value: String) -> Link {
        let quoted = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return Link(Area.search.path, ["q": "\(field):\"\(quoted)\"", "span": "all"])
    }

    /// Where somebody says who they are, and then goes on.
    package static func signIn(next: String = "") -> Link {
        Link("/sign-in", ["next": next])
    }
}
