// SPDX-License-Identifier: Apache-2.0

import Book
import Foundation
import Masking

/// A directory of books and one of keys.
final class TemporaryBooks {
    let directory: URL
    var logs: String { directory.appending(path: "logs").path() }
    var keys: String { directory.appending(path: "keys").path() }
    var audit: BookPlace { place("audit") }

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appending(path: "daybook-clearing-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func place(_ book: String) -> BookPlace {
        BookPlace(logs: logs, name: book, keys: keys, masker: .standard)
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
}
