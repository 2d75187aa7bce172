// SPDX-License-Identifier: Apache-2.0

package import Records
package import Retention

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which files of a directory are chosen: all that is set has to hold.
package struct FileRules: Sendable, Hashable {
    package var olderThan: KeepPeriod?
    /// Bytes that may remain of the files whose names fit; the oldest go first.
    package var downTo: Int?
    /// Patterns of the shell; empty means log-like names.
    package var globs: [String] = []
    /// A regular expression that a line has to have.
    package var containing: String?

    package init() {}

    /// Whether anything was chosen at all.
    package var isEmpty: Bool {
        olderThan == nil && downTo == nil && globs.isEmpty && containing == nil
    }

    func fits(_ name: FileName) -> Bool {
        globs.isEmpty ? name.isLogLike : globs.contains { name.matches(glob: $0) }
    }

    /// For records and people. What is looked for in the files may be a secret, so it is not said.
    package var text: String {
        var parts: [String] = []
        if let olderThan { parts.append("older than \(olderThan)") }
        if let downTo { parts.append("down to \(downTo) bytes") }
        parts.append(
            globs.isEmpty ? "log-like names" : "names like \(globs.joined(separator: " "))")
        if containing != nil { parts.append("with a given text") }
        return parts.joined(separator: ", ")
    }
}

/// What would become of each file in a directory, and why.
package struct FilePlan: Sendable {
    package let root: FileRoot
    package let rules: FileRules
    package let made: Timestamp
    /// Those to go, the oldest first.
    package private(set) var chosen: [FoundFile] = []
    /// Those that stay. Files that nobody could look at have a size of nil.
    package private(set) var kept: [(name: FileName, size: Int?, reason: KeepReason)] = []

    /// Looks at everything beneath a directory. Changes nothing.
    ///
    /// - Throws: `usage` when nothing was chosen, or by no regular expression.
    package init(
        _ root: FileRoot, _ rules: FileRules, holds: [Hold], now: Timestamp
    ) throws(ClearingError) {
        self.root = root
        self.rules = rules
        made = now
        guard !rules.isEmpty else {
            throw ClearingError(
                .usage,
                "say which files: --older-than 7d, --down-to 1GB, --match '*.log' or --containing "
                    + "TEXT.")
        }
        let text = try rules.containing.map { pattern throws(ClearingError) in
            try FileText(pattern)
        }
        let open = OpenFiles()
        let walk = root.walk()
        kept = walk.others.map { ($0.0, nil, $0.1) }
        var room = rules.downTo ?? 0
        var free: [FoundFile] = []
        for file in walk.files {
            if rules.fits(file.name) { room -= file.size }
            if let reason = Self.notChosen(file, rules, now) ?? Self.protection(file, holds, open)
                ?? Self.content(file, text, root)
            {
                kept.append((file.name, file.size, reason))
            } else {
                free.append(file)
            }
        }
        free.sort { ($0.modified, $0.name) < ($1.modified, $1.name) }
        for file in free {
            if rules.downTo != nil, room >= 0 {
                kept.append((file.name, file.size, .fits))
            } else {
                chosen.append(file)
                room += file.size
            }
        }
    }

    private static func notChosen(_ file: FoundFile, _ rules: FileRules, _ now: Timestamp)
        -> KeepReason?
    {
        guard rules.fits(file.name) else { return .name }
        if let period = rules.olderThan {
            guard file.changed <= now else { return .future }
            guard let end = period.end(of: file.changed), end <= now else { return .young }
        }
        return nil
    }

    /// What keeps a file that was chosen.
    static func protection(_ file: FoundFile, _ holds: [Hold], _ open: OpenFiles) -> KeepReason? {
        let held = holds.filter { $0.mayCover(file) }.map(\.id)
        if !held.isEmpty { return .held(by: held) }
        if file.links > 1 { return .hardLinked(names: file.links) }
        return open.program(of: file.identity).map { .open(by: $0) }
    }

    private static func content(_ file: FoundFile, _ text: FileText?, _ root: FileRoot)
        -> KeepReason?
    {
        guard let text else { return nil }
        let descriptor = root.descriptor(beneath: file.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return FileRoot.reason(errno) }
        defer { close(descriptor) }
        do {
            return try text.occurs(in: descriptor) ? nil : .content
        } catch {
            return .unreadable(error.message)
        }
    }
}

extension Hold {
    /// Whether something in a file may be under the hold. What a file says is not known, so only
    /// its time can take it out: nothing in it is newer than the file.
    func mayCover(_ file: FoundFile) -> Bool {
        guard isActive else { return false }
        guard let from = scope.from else { return true }
        return file.changed >= from
    }
}
