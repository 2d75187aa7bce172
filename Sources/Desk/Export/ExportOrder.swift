// SPDX-License-Identifier: Apache-2.0

package import Query
package import Records

/// Which records somebody wants, as a bundle with proofs.
package struct ExportOrder: Sendable {
    package var book = "audit"
    /// As for search, without pipes; empty is every record.
    package var query = ""
    package var range: TimeRange
    package var zone: QueryZone
    /// Where to write: a new directory, or a name that ends with `.tar` or `.tar.age`.
    package var output: String
    /// Whether sealed records are opened; the bundle then has them readable, too.
    package var isOpened = false
    /// Restricted records, too, and why.
    package var includeRestricted: String?
    /// age keys (`age1…`) of those who can open it; none where it is not encrypted.
    package var recipients: [String] = []
    package var givenTo: String?
    /// When it shall be destroyed: a span such as `90d`, or a date.
    package var expires: String?
    /// Proofs at most; the first records get them.
    package var proofsMax = 10_000
    /// What stands before a name in an error: `--` on the command line.
    package var mark = ""

    package init(output: String, range: TimeRange, zone: QueryZone) {
        self.output = output
        self.range = range
        self.zone = zone
    }

    /// Why the values are none; nil when they fit each other.
    package var problem: String? {
        if includeRestricted != nil, !isOpened {
            return mark.isEmpty
                ? "include_restricted goes with open." : "--include-restricted goes with --open."
        }
        if proofsMax < 0 { return "\(mark)proofs counts proofs." }
        let isEncrypted = output.hasSuffix(".age")
        guard recipients.isEmpty == isEncrypted else { return nil }
        return isEncrypted
            ? "\(output): \(mark)recipient age1… says who can open it."
            : "\(mark)recipient makes an encrypted archive: let the name end with .tar.age."
    }
}

/// An export that was made.
package struct ExportMade: Sendable {
    package let id: String
    package let path: String
    package let book: String
    package let records: UInt64
    package let proofs: Int
    package let isOpened: Bool
    package let isEncrypted: Bool
    /// Restricted records that were left out.
    package let restrictedLeftOut: UInt64
    /// SHA-256 of `manifest.json`, in hexadecimal.
    package let manifest: String

    package var json: JSONObject {
        [
            "export_id": .string(id), "path": .string(path),
            "records": .number(String(records)), "proofs": .number(String(proofs)),
            "opened": .bool(isOpened), "encrypted": .bool(isEncrypted),
            "restricted_left_out": .number(String(restrictedLeftOut)),
            "manifest_sha256": .string(manifest),
        ]
    }
}
