// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A pipe that programs started later do not inherit; nil with `errno` set.
func privatePipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

/// Lets a pipe hold more. It is a wish: what is no pipe, or may not grow, stays as it is.
func widenPipe(_ descriptor: Int32) {
    #if os(Linux)
        let setPipeSize: Int32 = 1031  // F_SETPIPE_SZ, which the module does not show
        _ = fcntl(descriptor, setPipeSize, CommandLimits.pipeCapacity)
    #endif
}

extension UnsafeBufferPointer<UInt8> {
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
