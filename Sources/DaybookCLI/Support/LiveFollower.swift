// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads lines as they are added to a live file, and goes on in the next one when it was rotated.
struct LiveFollower {
    private let path: String
    private var descriptor: Int32 = -1
    private var offset: Int
    private var partial: [UInt8] = []

    init(path: String, offset: Int) {
        self.path = path
        self.offset = offset
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
    }

    /// Yields the whole lines that came since the last call. False when there was nothing.
    mutating func readLines(_ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        // Asked before reading: what is in the old file then is all that it will ever have.
        let isRotated = descriptor < 0 || isReplaced
        var isActive = false
        var chunk = [UInt8](repeating: 0, count: CommandLimits.readBytes)
        while descriptor >= 0 {
            let got = chunk.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            }
            guard got > 0 else { break }
            isActive = true
            offset += got
            partial += chunk[..<got]
            yieldLines(body)
        }
        if isRotated {
            if descriptor >= 0 { close(descriptor) }
            partial = []
            offset = 0
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
        }
        return isActive
    }

    private mutating func yieldLines(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var start = 0
        partial.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            while start < bytes.count,
                let found = memchr(base + start, 0x0A, bytes.count - start)
            {
                let end = UnsafeRawPointer(base).distance(to: found)
                body(UnsafeBufferPointer(start: base + start, count: end - start))
                start = end + 1
            }
        }
        partial.removeFirst(start)
    }

    private var isReplaced: Bool {
        var ours = stat()
        var theirs = stat()
        guard fstat(descriptor, &ours) == 0, stat(path, &theirs) == 0 else { return false }
        return ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev
    }
}
