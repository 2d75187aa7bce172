// SPDX-License-Identifier: Apache-2.0

import Book

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that gets its name when it is whole: written beside, synced, then put in place. Only its
/// owner can read it.
package final class ResultFile {
    package let path: String
    package let descriptor: Int32
    private let temporary: String
    private let isReplacing: Bool
    private var isGone = false

    package init(_ path: String, isReplacing: Bool) throws {
        self.path = path
        self.isReplacing = isReplacing
        if !isReplacing, access(path, F_OK) == 0 { throw Self.exists(path) }
        temporary = "\(path).\(getpid()).tmp"
        unlink(temporary)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            isGone = true
            throw Self.failure("make", path)
        }
    }

    deinit { remove() }

    /// Makes the file durable under its name.
    package func place() throws {
        guard !isGone else { return }
        guard fsync(descriptor) == 0 else { throw Self.failure("write", path) }
        if isReplacing {
            guard rename(temporary, path) == 0 else { throw Self.failure("make", path) }
        } else {
            // Unlike a rename, a link never takes the place of a file that came meanwhile.
            guard link(temporary, path) == 0 else {
                throw errno == EEXIST ? Self.exists(path) : Self.failure("make", path)
            }
            unlink(temporary)
        }
        close(descriptor)
        isGone = true
        try? PosixDisk().syncDirectory(path.directoryPart)
    }

    /// Removes what is not whole.
    package func remove() {
        guard !isGone else { return }
        isGone = true
        close(descriptor)
        unlink(temporary)
    }

    private static func exists(_ path: String) -> DeskFailure {
        DeskFailure(.cannotCreate, "\(path) is there already; --force replaces it.")
    }

    private static func failure(_ verb: String, _ path: String) -> DeskFailure {
        DeskFailure(
            .cannotCreate, "cannot \(verb) \(path): \(String(cString: strerror(errno))).")
    }
}
