// SPDX-License-Identifier: Apache-2.0

import Desk

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which file it is, for as long as somebody has it open.
struct FileIdentity: Hashable {
    let device: UInt64
    let inode: UInt64
}

/// One file as a look at its directory shows it.
struct ListedFile {
    let path: String
    let turn: RotatedName.Turn
    let identity: FileIdentity
    let size: Int
    /// Nanoseconds since 1970.
    let modified: Int64
    /// Whether a pattern names it; else it is here because a log that is followed was rotated to it.
    let isNamed: Bool
}

/// Looks which files there are.
struct TailListing {
    private struct Pattern {
        /// May have wildcards.
        let directory: String
        let name: String
    }

    private struct KnownName {
        let base: String
        let turn: RotatedName.Turn
        let isNamed: Bool
        /// Whether a pattern names the log that it belongs to.
        let isLogNamed: Bool
        let isOut: Bool
    }

    private let patterns: [Pattern]
    private let excluded: [String]
    /// Says of a path that it is never read: Daybook's own files.
    private let isOurs: @Sendable (String) -> Bool
    private var names: [String: [String: KnownName]] = [:]

    /// - Parameters:
    ///   - patterns: absolute or relative paths; `*`, `?` and `[…]` within names.
    ///   - excluded: patterns of names, or of paths when they have a slash.
    init(
        _ patterns: [String], excluding excluded: [String],
        isOurs: @escaping @Sendable (String) -> Bool
    ) {
        self.patterns = patterns.map { pattern in
            guard let slash = pattern.lastIndex(of: "/") else {
                return Pattern(directory: ".", name: pattern)
            }
            let directory = String(pattern[..<slash])
            return Pattern(
                directory: directory.isEmpty ? "/" : directory,
                name: String(pattern[pattern.index(after: slash)...]))
        }
        self.excluded = excluded
        self.isOurs = isOurs
    }

    /// The files by the log that they belong to (its path without what rotation adds), in the order
    /// of rotation.
    ///
    /// - Parameter known: logs whose rotated files are wanted whether a pattern names the log or not.
    /// - Returns: also the number of names that were looked at.
    mutating func look(_ known: (String) -> Bool) -> (logs: [String: [ListedFile]], looked: Int) {
        look(in: directories(), known)
    }

    /// The files of one log.
    mutating func look(only log: String) -> [ListedFile] {
        let slash = log.lastIndex(of: "/")
        let directory = slash.map { $0 == log.startIndex ? "/" : String(log[..<$0]) } ?? "."
        return look(in: [directory], { $0 == log }, only: log).logs[log] ?? []
    }

    private mutating func look(
        in directories: [String], _ known: (String) -> Bool, only: String? = nil
    ) -> (logs: [String: [ListedFile]], looked: Int) {
        var logs: [String: [ListedFile]] = [:]
        var looked = 0
        for directory in directories {
            guard let stream = opendir(directory) else { continue }
            defer { closedir(stream) }
            let descriptor = dirfd(stream)
            let prefix = Self.prefix(of: directory)
            var cache = names.removeValue(forKey: directory) ?? [:]
            // Names that came and went are not kept for ever.
            if cache.count > SourceLimits.files { cache = [:] }
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                        String(cString: $0)
                    }
                }
                if name.hasPrefix(".") { continue }
                looked += 1
                let found = cache[name] ?? learn(name, prefix)
                cache[name] = found
                guard only == nil || only == prefix + found.base else { continue }
                guard !found.isOut,
                    found.isNamed || found.isLogNamed || known(prefix + found.base)
                else { continue }
                var status = stat()
                guard fstatat(descriptor, name, &status, 0) == 0,
                    status.st_mode & S_IFMT == S_IFREG
                else { continue }
                logs[prefix + found.base, default: []].append(
                    ListedFile(
                        path: prefix + name, turn: found.turn, identity: FileIdentity(status),
                        size: Int(status.st_size), modified: status.modifiedNanoseconds,
                        isNamed: found.isNamed))
            }
            names[directory] = cache
        }
        for log in logs.keys { logs[log]?.sort { $0.turn < $1.turn } }
        return (logs, looked)
    }

    /// What stands before the names of a directory in paths.
    static func prefix(of directory: String) -> String {
        directory == "/" ? "/" : directory == "." ? "" : directory + "/"
    }

    /// Whether directories may come that were not there: then only looking tells.
    var hasWildDirectories: Bool {
        patterns.contains { $0.directory.contains { "*?[".contains($0) } }
    }

    /// The log that a path belongs to; nil when it is not followed.
    func log(of path: String, _ known: (String) -> Bool) -> String? {
        let name = path.fileName
        let prefix = String(path.dropLast(name.count))
        let directory = prefix == "/" ? "/" : prefix.isEmpty ? "." : String(prefix.dropLast())
        let found = names[directory]?[name] ?? learn(name, prefix)
        guard !name.hasPrefix("."), !found.isOut,
            found.isNamed || found.isLogNamed || known(prefix + found.base)
        else { return nil }
        return prefix + found.base
    }

    private func learn(_ name: String, _ prefix: String) -> KnownName {
        let rotated = RotatedName(name)
        let path = prefix + name
        let directory = prefix.isEmpty ? "." : String(prefix.dropLast())
        func isNamed(_ name: String) -> Bool {
            patterns.contains { pattern in
                fnmatch(pattern.name, name, 0) == 0
                    && fnmatch(pattern.directory, directory, FNM_PATHNAME) == 0
            }
        }
        let isOut =
            Self.compressed.contains { name.hasSuffix($0) } || isOurs(path)
            || excluded.contains { fnmatch($0, $0.contains("/") ? path : name, 0) == 0 }
        return KnownName(
            base: rotated.base, turn: rotated.turn, isNamed: isNamed(name),
            isLogNamed: isNamed(rotated.base), isOut: isOut)
    }

    /// What rotation leaves beside the log once it is read.
    private static let compressed = [".gz", ".zst", ".bz2", ".xz", ".lz4", ".zip", ".Z"]

    /// The directories that the patterns name now.
    func directories() -> [String] {
        var found: [String] = []
        for pattern in patterns where !found.contains(pattern.directory) {
            guard pattern.directory.contains(where: { "*?[".contains($0) }) else {
                found.append(pattern.directory)
                continue
            }
            var result = glob_t()
            if glob(pattern.directory, 0, nil, &result) == 0 {
                for place in 0..<Int(result.gl_pathc) {
                    guard let path = result.gl_pathv[place] else { continue }
                    let text = String(cString: path)
                    if !found.contains(text) { found.append(text) }
                }
            }
            globfree(&result)
        }
        return found
    }

    /// The longest directory without wildcards that all patterns lie beneath, with a slash; empty
    /// when they share none. Streams are named by what follows.
    static func root(of patterns: [String]) -> String {
        let parts = patterns.map { pattern -> [Substring] in
            let all = pattern.split(separator: "/", omittingEmptySubsequences: false)
            return Array(all.dropLast().prefix { part in !part.contains { "*?[".contains($0) } })
        }
        guard var common = parts.first else { return "" }
        for other in parts.dropFirst() {
            common = Array(zip(common, other).prefix { $0 == $1 }.map(\.0))
        }
        return common.isEmpty ? "" : common.joined(separator: "/") + "/"
    }
}

extension FileIdentity {
    init(_ status: stat) {
        self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}

extension stat {
    var modifiedNanoseconds: Int64 {
        #if canImport(Darwin)
            Int64(st_mtimespec.tv_sec) * 1_000_000_000 + Int64(st_mtimespec.tv_nsec)
        #else
            Int64(st_mtim.tv_sec) * 1_000_000_000 + Int64(st_mtim.tv_nsec)
        #endif
    }
}
