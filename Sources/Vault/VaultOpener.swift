// SPDX-License-Identifier: Apache-2.0

internal import Book

struct VaultOpener: EnvelopeOpening {
    let vault: Vault
    let includesRestricted: Bool

    func session() throws(BookError) -> any EnvelopeOpeningSession {
        do throws(VaultError) {
            return try EnvelopeLook(vault, includesRestricted: includesRestricted)
        } catch {
            throw error.asBookError
        }
    }
}
