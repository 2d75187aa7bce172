// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A path beneath a directory, as bytes: file systems do not promise UTF-8.
package struct FileName: Sendable, Hashable, Comparable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { bytes = Array(text.utf8) }

    /// For people and records; what is not UTF-8 is replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The directory that it is in; `.` at the top.
    var parent: FileName {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return FileName(".") }
        return FileName(bytes: Array(bytes[..<slash]))
    }

    /// The last name of the path.
    package var last: FileName {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return FileName(bytes: Array(bytes[(slash + 1)...]))
    }

    func appending(_ name: [UInt8]) -> FileName {
        bytes == [UInt8(ascii: ".")]
            ? FileName(bytes: name) : FileName(bytes: bytes + [UInt8(ascii: "/")] + name)
    }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
            // Never empty: it ends with a zero.
            body(text.baseAddress.unsafelyUnwrapped)
        }
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension FileName {
    private static let endings = [".log", ".txt", ".json", ".jsonl", ".csv", ".ndjson"]
    private static let compressed = [".gz", ".zst", ".xz", ".bz2", ".lz4", ".zip"]

    /// Whether the name is that of a log: `.log`, `.txt`, `.json`, `.jsonl`, `.csv`, also rotated
    /// (`.1`, `.2026-11-20`, `-20261120`, `.old`) and compressed.
    package var isLogLike: Bool {
        var name = Substring(last.text.lowercased())
        while true {
            if Self.endings.contains(where: { name.hasSuffix($0) && name.count > $0.count }) {
                return true
            }
            if let ending = Self.compressed.first(where: { name.hasSuffix($0) }) {
                name = name.dropLast(ending.count)
            } else if let cut = Self.rotationStart(name) {
                name = name[..<cut]
            } else {
                return false
            }
        }
    }

    /// Where a rotation's suffix begins; nil when there is none.
    private static func rotationStart(_ name: Substring) -> Substring.Index? {
        if name.hasSuffix(".old") { return name.index(name.endIndex, offsetBy: -4) }
        var cut: Substring.Index?
        for place in name.indices.reversed() {
            let character = name[place]
            if character.isASCII, character.isNumber || "t:".contains(character) { continue }
            guard ".-_".contains(character), name.index(after: place) < name.endIndex else { break }
            cut = place
        }
        return cut
    }

    /// Whether a pattern of the shell fits: its last name, or with a `/` in the pattern all of it.
    package func matches(glob: String) -> Bool {
        let isPath = glob.contains("/")
        return (isPath ? self : last).withCString { name in
            fnmatch(glob, name, isPath ? FNM_PATHNAME : 0) == 0
        }
    }
}
