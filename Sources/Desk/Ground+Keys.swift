// SPDX-License-Identifier: Apache-2.0

import Book
package import TransparencyLog

extension Ground {
    /// The verifier key of a book that is here.
    package func verifierKey(of book: String) throws -> VerifierKey {
        let place = place(book)
        let origin = try BookSnapshot(place).manifest.origin
        guard let key = try place.keys.key(for: origin) else {
            throw DeskFailure(
                .noInput,
                "the key of \(origin) is not in \(keys). --keys or DAYBOOK_KEYS names another "
                    + "directory; a copy of the books alone has no key.")
        }
        return key.verifier
    }
}
