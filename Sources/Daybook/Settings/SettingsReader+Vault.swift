// SPDX-License-Identifier: Apache-2.0

internal import Vault

extension SettingsReader {
    /// The `vault` mapping.
    mutating func vault(_ place: Place) -> KeyProvider {
        let members = members(of: place, known: ["keys"])
        guard let keys = members["keys"],
            let name = word(keys, among: ["file", "credential", "passphrase"]),
            let provider = KeyProvider(named: name)
        else { return .file }
        return provider
    }
}
