// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where things are when nobody says otherwise.
package enum DefaultPlaces {
    /// The directory of signing keys: `$DAYBOOK_KEYS`, else `~/.config/daybook/keys`.
    package static func keys() -> String {
        if let keys = environment("DAYBOOK_KEYS") { return keys }
        return (environment("HOME") ?? ".") + "/.config/daybook/keys"
    }

    /// A path without slashes at its end, so that paths in messages look as expected.
    package static func tidy(_ path: String) -> String {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// A variable of the environment; nil when it is not set or empty.
    package static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}
