// SPDX-License-Identifier: Apache-2.0

/// Rebuilt lines, each followed by a line feed. Made to be used again: its memory stays.
package struct LineBatch: ~Copyable {
    private var text = Memory<UInt8>(capacity: 1 << 16)
    private var used = 0
    private var ends = Memory<Int>(capacity: 1024)

    /// How many lines.
    package private(set) var count = 0
    /// The index of the first line in its book, when the lines follow each other.
    package internal(set) var firstIndex: UInt64 = 0

    /// No lines.
    package init() {}

    deinit {
        text.free()
        ends.free()
    }

    /// All lines with their line feeds; valid until the next change.
    package var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: text.base, count: used)
    }

    /// A line without its line feed; valid until the next change. Traps outside `0..<count`.
    package func line(_ position: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(position >= 0 && position < count, "no such line")
        let start = position == 0 ? 0 : ends.base[position - 1] + 1
        return UnsafeBufferPointer(
            start: text.base + start, count: ends.base[position] - start)
    }

    /// Where each line ends in `bytes`, before its line feed.
    package var lineEnds: UnsafeBufferPointer<Int> {
        UnsafeBufferPointer(start: ends.base, count: count)
    }

    /// Drops the lines, not the memory.
    package mutating func removeAll() {
        used = 0
        count = 0
    }

    // MARK: Writing

    /// Bytes written, those of a line that is not complete included.
    var byteCount: Int { used }

    /// Room for `count` bytes and slack at the end.
    @inline(__always)
    mutating func tail(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        text.reserve(used &+ count, keeping: used)
        return text.base + used
    }

    /// Counts bytes as written that were stored through `tail`.
    @inline(__always)
    mutating func advance(_ count: Int) { used &+= count }

    @inline(__always)
    mutating func append(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        Words.copy(bytes, count, to: tail(count))
        used &+= count
    }

    /// Completes the line.
    @inline(__always)
    mutating func endLine() {
        ends.reserve(count &+ 1, keeping: count)
        ends.base[count] = used
        count &+= 1
        tail(1).pointee = 10
        used &+= 1
    }

    /// Appends the bytes as the inside of a canonical JSON string. `Limits.slackBytes` bytes behind
    /// them can be read.
    mutating func appendEscaped(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        // The longest escape has six bytes.
        var out = tail(count * 6)
        let first = out
        let end = bytes + count
        var position = bytes
        while position < end {
            let plain = JSONText.plainCount(position, end)
            Words.copy(position, plain, to: out)
            position += plain
            out += plain
            guard position < end else { break }
            out += JSONText.escape(position.pointee, to: out)
            position += 1
        }
        used += out - first
    }
}
