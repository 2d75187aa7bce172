// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a descriptor in large pieces and yields whole lines.
struct LineReader: ~Copyable {
    private let descriptor: Int32
    private var buffer: UnsafeMutableBufferPointer<UInt8>
    /// Bytes in the buffer that no line was made of yet.
    private var start = 0
    private var end = 0
    /// Bytes before this were searched for a line feed already.
    private var searched = 0
    private(set) var isAtEnd = false
    /// Why reading ended, when not because of the end.
    private(set) var failure: Int32?

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        buffer = .allocate(capacity: CommandLimits.readBytes * 4)
        widenPipe(descriptor)
    }

    deinit { buffer.deallocate() }

    /// Waits for more bytes. False at the end, on a fault, and when a signal asked to stop.
    mutating func read() -> Bool {
        guard !isAtEnd, !Interruption.isRequested else { return false }
        makeRoom()
        let got = systemRead(
            descriptor, UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped + end),
            buffer.count - end)
        if got > 0 {
            end += got
            return true
        }
        if got < 0, !Interruption.isRequested { failure = errno }
        if got == 0 { isAtEnd = true }
        return false
    }

    /// The next whole line without its line feed; nil when more bytes are needed. Valid until the
    /// next call.
    mutating func next() -> UnsafeBufferPointer<UInt8>? {
        guard let base = buffer.baseAddress, searched < end else { return nil }
        guard let found = memchr(base + searched, 0x0A, end - searched) else {
            searched = end
            guard end - start >= CommandLimits.lineBytes else { return nil }
            return takeRest()
        }
        let feed = UnsafeRawPointer(base).distance(to: found)
        let line = UnsafeBufferPointer(start: UnsafePointer(base + start), count: feed - start)
        start = feed + 1
        searched = start
        return line
    }

    /// Whole lines, with their line feeds: as many as fit into `limit` bytes, or one that is longer. A
    /// line without end that is longer than `record` holds comes in pieces, without one. nil when more
    /// bytes are needed. Valid until the next call.
    mutating func nextLines(upTo limit: Int) -> UnsafeBufferPointer<UInt8>? {
        guard let base = buffer.baseAddress, searched < end else { return nil }
        let window = min(end, start + limit)
        var last = window > searched ? Self.lastFeed(base, searched, window) : nil
        if last == nil, window < end {
            let from = max(searched, window)
            last = memchr(base + from, 0x0A, end - from)
                .map { UnsafeRawPointer(base).distance(to: $0) }
        }
        guard let last else {
            searched = end
            guard end - start >= CommandLimits.lineBytes else { return nil }
            return takeRest()
        }
        let lines = UnsafeBufferPointer(
            start: UnsafePointer(base + start), count: last + 1 - start)
        start = last + 1
        searched = start
        return lines
    }

    /// The bytes after the last line feed; nil when there are none.
    mutating func takeRest() -> UnsafeBufferPointer<UInt8>? {
        guard let base = buffer.baseAddress, start < end else { return nil }
        let rest = UnsafeBufferPointer(start: UnsafePointer(base + start), count: end - start)
        start = end
        searched = end
        return rest
    }

    /// The place of the last line feed in `[from, to)`.
    private static func lastFeed(
        _ base: UnsafeMutablePointer<UInt8>, _ from: Int, _ to: Int
    ) -> Int? {
        var place = to
        while place > from {
            place -= 1
            if base[place] == 0x0A { return place }
        }
        return nil
    }

    /// Whether bytes can be read within a moment; else the input pauses.
    var hasMore: Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, CommandLimits.pauseMilliseconds) > 0
    }

    private mutating func makeRoom() {
        if start == end { (start, end, searched) = (0, 0, 0) }
        guard buffer.count - end < CommandLimits.readBytes, let base = buffer.baseAddress else {
            return
        }
        let count = end - start
        if count <= buffer.count / 2 {
            memmove(base, base + start, count)
        } else {
            let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: buffer.count * 2)
            memcpy(larger.baseAddress.unsafelyUnwrapped, base + start, count)
            buffer.deallocate()
            buffer = larger
        }
        (start, end, searched) = (0, count, searched - start)
    }
}
