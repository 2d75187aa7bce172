// SPDX-License-Identifier: Apache-2.0

package import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which file it is, whatever its name.
struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ facts: stat) {
        device = UInt64(truncatingIfNeeded: facts.st_dev)
        inode = UInt64(truncatingIfNeeded: facts.st_ino)
    }
}

/// What was seen of a regular file when the plan was made. It goes only if all of it is still so.
package struct FoundFile: Sendable, Hashable {
    package let name: FileName
    /// Bytes in it.
    package let size: Int
    /// Bytes that it takes on the disk.
    package let onDisk: Int
    /// When its content last changed, in nanoseconds since 1970.
    let modified: Int64
    /// When anything of it last changed, rights and names too, in nanoseconds since 1970.
    let touched: Int64
    let identity: FileIdentity
    /// Names that the file has.
    let links: Int
    let mode: UInt32

    init(_ name: FileName, _ facts: stat) {
        self.name = name
        size = Int(facts.st_size)
        onDisk = Int(facts.st_blocks) * 512
        #if os(Linux)
            let times = (facts.st_mtim, facts.st_ctim)
        #else
            let times = (facts.st_mtimespec, facts.st_ctimespec)
        #endif
        modified = Self.nanoseconds(times.0)
        touched = Self.nanoseconds(times.1)
        identity = FileIdentity(facts)
        links = Int(facts.st_nlink)
        mode = UInt32(facts.st_mode) & 0o7777
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// When its content last changed.
    package var changed: Timestamp { Timestamp(microseconds: modified / 1000) }

    /// Whether these facts are of the same file, as it was.
    func isSame(as facts: stat) -> Bool {
        let now = FoundFile(name, facts)
        // Not the bytes on the disk: the file system settles them when it likes.
        return facts.st_mode & S_IFMT == S_IFREG && now.identity == identity && now.size == size
            && now.modified == modified && now.touched == touched && now.links == links
    }
}

/// Why a file stays.
package enum KeepReason: Sendable, Hashable {
    // Nobody chose it.
    case name
    case young
    case content
    case fits
    // It was chosen, or nobody could look, and something protects it.
    case future
    case notAFile(String)
    case otherFileSystem
    case hardLinked(names: Int)
    case open(by: String?)
    case held(by: [String])
    case daybooksOwn
    case unreadable(String)
    case changed
    case gone
    case notImported(String)
    case notEncrypted(String)
    case refused(String)

    /// Whether the rules chose the file, so that its staying is worth a word.
    package var isProtection: Bool {
        switch self {
        case .name, .young, .content, .fits, .notAFile, .daybooksOwn, .otherFileSystem: false
        default: true
        }
    }

    /// A word for programs.
    package var word: String {
        switch self {
        case .name: "name"
        case .young: "young"
        case .content: "content"
        case .fits: "fits"
        case .future: "future"
        case .notAFile: "not_a_file"
        case .otherFileSystem: "other_file_system"
        case .hardLinked: "hard_linked"
        case .open: "open"
        case .held: "held"
        case .daybooksOwn: "daybooks_own"
        case .unreadable: "unreadable"
        case .changed: "changed"
        case .gone: "gone"
        case .notImported: "not_imported"
        case .notEncrypted: "not_encrypted"
        case .refused: "refused"
        }
    }

    /// For people.
    package var text: String {
        switch self {
        case .name: "its name was not chosen"
        case .young: "it is too young"
        case .content: "it does not contain what was asked for"
        case .fits: "the rest is small enough with it"
        case .future: "its time lies in the future: `touch` it, or check the clock"
        case .notAFile(let what): "it is a \(what)"
        case .otherFileSystem: "it is on another file system"
        case .hardLinked(let names): "it has \(names) names (hard links): clear them all by hand"
        case .open(let by): "it is open in " + (by ?? "a program that cannot be told")
        case .held(let holds): "under hold \(holds.joined(separator: ", "))"
        case .daybooksOwn: "it is Daybook's own"
        case .unreadable(let why): why
        case .changed: "it changed since the plan"
        case .gone: "it went away by itself"
        case .notImported(let why): "it was not imported whole: \(why)"
        case .notEncrypted(let why): "it was not encrypted: \(why)"
        case .refused(let why): "the system refused: \(why)"
        }
    }
}

/// The system's words for an error number.
func systemText(_ code: Int32) -> String { String(cString: strerror(code)) }
