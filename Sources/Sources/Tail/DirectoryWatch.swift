// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Hears of changes in directories, where the system tells them (inotify): a follower that hears
/// sleeps while nothing happens, and need not look at ten thousand quiet files.
///
/// It is a help and not relied on: whoever uses it looks at everything now and then all the same.
final class DirectoryWatch {
    private let descriptor: Int32
    private var directories: [Int32: String] = [:]
    private var numbers: [String: Int32] = [:]
    /// Directories that cannot be watched: missing, too many watches, or a shared file system.
    private var deaf: Set<String> = []

    /// What was heard.
    struct News {
        /// Paths of files that were written to.
        var written: Set<String> = []
        /// Paths that came or went.
        var moved: Set<String> = []
        /// Whether more happened than was told.
        var isLost = false
    }

    init() {
        #if os(Linux)
            let flags = O_CLOEXEC | O_NONBLOCK  // IN_CLOEXEC and IN_NONBLOCK are the same numbers
            descriptor = inotify_init1(flags)
        #else
            descriptor = -1
        #endif
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    var isOpen: Bool { descriptor >= 0 }

    /// Whether all the directories that it was told of are heard of.
    var hearsAll: Bool { isOpen && deaf.isEmpty }

    /// Watches these directories from now on.
    func watch(_ wanted: [String]) {
        guard isOpen else { return }
        for directory in wanted where numbers[directory] == nil {
            let number = Self.isShared(directory) ? -1 : add(directory)
            guard number >= 0 else {
                deaf.insert(directory)
                continue
            }
            deaf.remove(directory)
            numbers[directory] = number
            directories[number] = directory
        }
    }

    /// Waits until something happens, or for so long. Returns whether something did.
    func wait(nanoseconds: UInt64) -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, Int32(min(nanoseconds / 1_000_000 + 1, 60_000))) > 0
    }

    /// What happened since it was asked last.
    func news() -> News {
        var news = News()
        guard isOpen else { return news }
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 8) { buffer in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &news)
            }
        }
        return news
    }

    // MARK: - The system's form

    /// Of inotify.h: written to; came or went by any way; lost; only a directory.
    private enum Mask {
        static let modify: UInt32 = 0x2
        static let names: UInt32 = 0x40 | 0x80 | 0x100 | 0x200
        static let overflow: UInt32 = 0x4000
        static let onlyDirectory: UInt32 = 0x0100_0000
    }

    private func add(_ directory: String) -> Int32 {
        #if os(Linux)
            inotify_add_watch(
                descriptor, directory, Mask.modify | Mask.names | Mask.onlyDirectory)
        #else
            -1
        #endif
    }

    /// Events stand one after the other: directory, mask, cookie, length (four bytes each), name.
    private func take(_ bytes: UnsafeRawBufferPointer, _ news: inout News) {
        var place = 0
        while place + 16 <= bytes.count {
            let number = bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)
            let mask = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
            let length = Int(bytes.loadUnaligned(fromByteOffset: place + 12, as: UInt32.self))
            guard place + 16 + length <= bytes.count else { return }
            let name = bytes[(place + 16)..<(place + 16 + length)].prefix { $0 != 0 }
            place += 16 + length
            guard mask & Mask.overflow == 0, let directory = directories[number] else {
                if mask & Mask.overflow != 0 { news.isLost = true }
                continue
            }
            if name.isEmpty {
                // The directory itself went: it is watched anew when it is there again.
                directories[number] = nil
                numbers[directory] = nil
                news.isLost = true
                continue
            }
            let path =
                TailListing.prefix(of: directory) + String(decoding: name, as: UTF8.self)
            if mask & Mask.modify != 0 {
                news.written.insert(path)
            } else {
                news.moved.insert(path)
            }
        }
    }

    /// Whether other machines write there, which this one's kernel does not hear of.
    private static func isShared(_ directory: String) -> Bool {
        guard let mounts = fopen("/proc/self/mounts", "r") else { return false }
        defer { fclose(mounts) }
        let path = Paths.real(directory) + "/"
        var best = (length: 0, type: "")
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), mounts) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            let fields = text.split(separator: " ")
            guard fields.count > 2 else { continue }
            let point = fields[1] == "/" ? "/" : fields[1] + "/"
            if path.hasPrefix(point), point.utf8.count >= best.length {
                best = (point.utf8.count, String(fields[2]))
            }
        }
        return best.type.hasPrefix("fuse.") || best.type.hasPrefix("nfs")
            || ["cifs", "smb3", "9p", "afs", "ceph", "virtiofs", "vboxsf", "gfs2"]
                .contains(best.type)
    }
}
