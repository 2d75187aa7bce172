// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lock of the keys: shared to seal, alone to add keys or to change the epoch. It goes with the
/// process that has it.
///
/// Everybody passes a gate first: who waits to be alone keeps it, so that those who share cannot
/// keep him out by taking turns.
struct KeyLock: ~Copyable {
    private let descriptor: Int32

    init(_ directory: String, alone: Bool) throws(VaultError) {
        let gate = try Self.lock(directory + "/gate", alone: true)
        defer { _ = close(gate) }
        descriptor = try Self.lock(directory + "/lock", alone: alone)
    }

    /// A lock of its own file, by itself.
    init(file: String) throws(VaultError) {
        descriptor = try Self.lock(file, alone: true)
    }

    deinit {
        _ = close(descriptor)
    }

    /// Gives the lock back here, and not where its scope happens to end.
    consuming func release() {}

    private static func lock(_ path: String, alone: Bool) throws(VaultError) -> Int32 {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw VaultError.disk("open", path, errno) }
        var waited = 0
        var pause = 100
        while flock(file, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK || code == EINTR else {
                _ = close(file)
                throw VaultError.disk("lock", path, code)
            }
            guard waited < Limits.lockWait * 1000 else {
                _ = close(file)
                throw VaultError(
                    .busy,
                    "Another process has the keys (\(path)) for two minutes. "
                        + "`sudo fuser \(path)` names "
                        + "it; when it has ended, try again.")
            }
            usleep(UInt32(pause))
            waited += pause
            pause = min(pause * 2, 5000)
        }
        return file
    }
}
