// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Paths as the system sees them.
package enum Paths {
    /// A path without links and dots; as it is when there is nothing there.
    static func real(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// A path or pattern from the root: one that does not begin with `/` is taken from `directory`,
    /// or from the working directory.
    package static func absolute(_ path: String, from directory: String? = nil) -> String {
        if path.hasPrefix("/") { return path }
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        let base = real(directory ?? ".")
        return base == "/" ? "/" + rest : base + "/" + rest
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where the next line feed is.
    func lineFeed(from start: Int) -> Int? {
        guard let baseAddress, start < count,
            let found = memchr(baseAddress + start, 0x0A, count - start)
        else { return nil }
        return UnsafeRawPointer(baseAddress).distance(to: found)
    }

    /// Whether these bytes occur.
    func contains(_ needle: [UInt8]) -> Bool {
        guard let base = baseAddress, let first = needle.first else { return needle.isEmpty }
        var start = 0
        while count - start >= needle.count,
            let found = memchr(base + start, Int32(first), count - start - needle.count + 1)
        {
            if memcmp(found, needle, needle.count) == 0 { return true }
            start = UnsafeRawPointer(base).distance(to: found) + 1
        }
        return false
    }
}
