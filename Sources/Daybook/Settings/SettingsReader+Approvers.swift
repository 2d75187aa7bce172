// SPDX-License-Identifier: Apache-2.0

/// Somebody whose signature approves: an entry of `approvers`.
package struct ApproverChoice: Sendable, Hashable {
    package let name: String
    /// As a `.pub` file of OpenSSH has it: `ssh-ed25519 AAAA…`.
    package let key: String
}

extension SettingsReader {
    /// The `approvers` list.
    mutating func approvers(_ place: Place) -> [ApproverChoice] {
        var approvers: [ApproverChoice] = []
        for element in elements(of: place) {
            let members = members(of: element, known: ["name", "key"])
            guard let namePlace = members["name"], let keyPlace = members["key"] else {
                note(element, "an approver needs a `name` and a `key`, the line of a .pub file")
                continue
            }
            let expectedKey = "an Ed25519 key as in its .pub file: ssh-ed25519 AAAA…"
            guard let name = text(namePlace, expected: "a name"),
                let key = text(keyPlace, expected: expectedKey)
            else { continue }
            guard !name.isEmpty, name.utf8.count <= DaybookLimits.approverNameBytes else {
                note(
                    namePlace, "expected a name of at most \(DaybookLimits.approverNameBytes) bytes"
                )
                continue
            }
            guard Self.isKey(key) else {
                note(keyPlace, "expected \(expectedKey)")
                continue
            }
            if approvers.contains(where: { $0.name == name }) {
                note(element, "there is an approver \(name) already; names are unique")
            }
            approvers.append(ApproverChoice(name: name, key: key))
        }
        return approvers
    }

    /// Whether text has the form of a key; what it says is looked at where it is used.
    private static func isKey(_ text: String) -> Bool {
        let parts = text.split(separator: " ")
        // 51 bytes: two lengths, the kind, and the key.
        return parts.count >= 2 && parts[0] == "ssh-ed25519" && parts[1].utf8.count == 68
            && parts[1].utf8.allSatisfy { byte in
                byte | 0x20 &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                    || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            }
    }
}
