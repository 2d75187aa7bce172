// SPDX-License-Identifier: Apache-2.0

import Book
package import Records

/// Somebody whose signature approves: accepted with the policies, so that who edits daybook.yaml
/// does not choose who approves the edit.
package struct Approver: Sendable, Hashable {
    package let name: String
    /// Of their key, as `ssh-keygen -l` shows it; a signature brings the key itself.
    package let fingerprint: String

    package init(name: String, fingerprint: String) {
        self.name = name
        self.fingerprint = fingerprint
    }

    init?(_ object: JSONObject) {
        guard let name = object.text("name"), let fingerprint = object.text("key_fingerprint")
        else { return nil }
        self.init(name: name, fingerprint: fingerprint)
    }

    package var json: JSONObject {
        ["name": .string(name), "key_fingerprint": .string(fingerprint)]
    }
}
