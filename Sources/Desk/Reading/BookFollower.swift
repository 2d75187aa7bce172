// SPDX-License-Identifier: Apache-2.0

package import Book

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads the records that are added to a book, each with its index, across rotations.
///
/// For one thread. Lines come as soon as they are written: before they are synced or signed.
package final class BookFollower {
    private let place: BookPlace
    private var descriptor: Int32 = -1
    private var path = ""
    private var offset = 0
    private var isBegun = false
    private var partial: [UInt8] = []
    /// The index of the next record.
    package private(set) var next: UInt64

    /// Begins behind the last record of a snapshot of now.
    package init(_ place: BookPlace) throws(BookError) {
        self.place = place
        next = 0
        try begin { _, _ in }
    }

    /// Begins behind the last record of a snapshot, however much came since.
    package init(behind snapshot: BookSnapshot) {
        place = snapshot.place
        next = snapshot.size
        isBegun = true
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Yields the whole lines that came since the last call. False when there was nothing.
    ///
    /// - Throws: what a snapshot throws, when the live file was replaced.
    package func readLines(_ body: (UInt64, UnsafeBufferPointer<UInt8>) -> Void)
        throws(BookError) -> Bool
    {
        // Asked before reading: what is in the old file then is all that it will ever have.
        let isRotated = descriptor < 0 || isReplaced
        var isActive = false
        var chunk = [UInt8](repeating: 0, count: DeskLimits.followBytes)
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
        if isRotated { try begin(body) }
        return isActive
    }

    /// Opens the live file, and places this behind what a snapshot of it has.
    ///
    /// - Parameter body: given the records between the last one and that place.
    private func begin(_ body: (UInt64, UnsafeBufferPointer<UInt8>) -> Void) throws(BookError) {
        while true {
            if descriptor >= 0 { close(descriptor) }
            let snapshot = try BookSnapshot(place)
            guard let live = snapshot.files.last else { return }
            path = place.path(live.name)
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            // A rotation between the snapshot and the opening would give records wrong indexes.
            guard try BookSnapshot(place).files.last?.first == live.first, descriptor >= 0,
                !isReplaced
            else { continue }
            partial = []
            offset = live.bytes
            if isBegun {
                try snapshot.forEachLine(in: next..<max(next, snapshot.size)) { index, line in
                    body(index, line)
                    return true
                }
            }
            isBegun = true
            next = snapshot.size
            return
        }
    }

    private func yieldLines(_ body: (UInt64, UnsafeBufferPointer<UInt8>) -> Void) {
        var start = 0
        partial.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            while start < bytes.count,
                let found = memchr(base + start, 0x0A, bytes.count - start)
            {
                let end = UnsafeRawPointer(base).distance(to: found)
                body(next, UnsafeBufferPointer(start: base + start, count: end - start))
                next += 1
                start = end + 1
            }
        }
        partial.removeFirst(start)
    }

    /// Whether another file has the live file's name now.
    private var isReplaced: Bool {
        var ours = stat()
        var theirs = stat()
        guard fstat(descriptor, &ours) == 0, stat(path, &theirs) == 0 else { return false }
        return ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev
    }
}
