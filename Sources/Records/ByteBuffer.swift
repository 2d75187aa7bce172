// SPDX-License-Identifier: Apache-2.0

/// A growable run of bytes with one owner.
///
/// It exists because the hot path appends dozens of short pieces per record: an append here is a
/// capacity check and a copy, with no uniqueness check, no reference count and no zeroing. Memory
/// is freed when the owner goes away.
///
/// `Limits.bufferSlackBytes` bytes beyond `capacity` are allocated too, so that the code of this
/// room may store a whole word where a few bytes are wanted.
package struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<UInt8>

    /// Bytes written so far.
    @usableFromInline package var count: Int

    /// Bytes that fit before the next allocation.
    @usableFromInline package private(set) var capacity: Int

    /// An empty buffer with room for `capacity` bytes.
    package init(capacity: Int = 256) {
        let wanted = max(capacity, 16)
        base = .allocate(capacity: wanted + Limits.bufferSlackBytes)
        count = 0
        self.capacity = wanted
    }

    deinit {
        base.deallocate()
    }

    /// Whether nothing was written.
    @inlinable package var isEmpty: Bool { count == 0 }

    /// The bytes written so far; valid until the next mutation of the buffer.
    @inlinable package var unsafeBytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base, count: count)
    }

    /// Calls `body` with the bytes written so far.
    @inlinable package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A copy of the bytes.
    package var array: [UInt8] { Array(unsafeBytes) }

    /// The bytes as text; ill-formed UTF-8 is repaired with U+FFFD.
    package var string: String { String(decoding: unsafeBytes, as: UTF8.self) }

    /// The byte at `position`. Traps outside `0..<count`: a position is the program's, not input's.
    @inlinable package subscript(position: Int) -> UInt8 {
        get {
            precondition(position >= 0 && position < count, "position outside the buffer")
            return base[position]
        }
        set {
            precondition(position >= 0 && position < count, "position outside the buffer")
            base[position] = newValue
        }
    }

    /// Makes room for `additional` more bytes.
    @inlinable package mutating func reserve(_ additional: Int) {
        if additional > capacity - count { grow(additional) }
    }

    /// Appends one byte.
    @inlinable package mutating func append(_ byte: UInt8) {
        if count == capacity { grow(1) }
        base[count] = byte
        count &+= 1
    }

    /// Appends a run of bytes. The run must not lie inside this buffer.
    @inlinable package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        append(source, bytes.count)
    }

    /// Appends a run of bytes. The run must not lie inside this buffer.
    @inlinable package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        append(source.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// Appends `length` bytes from `source`, which must not lie inside this buffer.
    @inlinable package mutating func append(_ source: UnsafePointer<UInt8>, _ length: Int) {
        reserve(length)
        (base + count).update(from: source, count: length)
        count &+= length
    }

    /// Appends an array's bytes.
    @inlinable package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    /// Appends a literal of the program.
    @inlinable package mutating func append(_ literal: StaticString) {
        append(literal.utf8Start, literal.utf8CodeUnitCount)
    }

    /// Appends text as UTF-8.
    @inlinable package mutating func append(text: some StringProtocol) {
        let fast: Void? = text.utf8.withContiguousStorageIfAvailable { append($0) }
        if fast == nil { for byte in text.utf8 { append(byte) } }
    }

    /// Room for `length` bytes at the end; `advance(by:)` says how many were written.
    @inlinable package mutating func tail(_ length: Int) -> UnsafeMutablePointer<UInt8> {
        reserve(length)
        return base + count
    }

    /// Counts `length` bytes as written, after they were stored through `tail(_:)`.
    @inlinable package mutating func advance(by length: Int) {
        precondition(length >= 0 && length <= capacity - count, "advance beyond the reserved tail")
        count &+= length
    }

    /// Drops everything after the first `newCount` bytes.
    @inlinable package mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count, "truncate beyond the end")
        count = newCount
    }

    /// Drops all bytes, and the memory too unless it is to be kept for reuse.
    package mutating func removeAll(keepingCapacity: Bool = true) {
        count = 0
        if !keepingCapacity {
            base.deallocate()
            capacity = 16
            base = .allocate(capacity: 16 + Limits.bufferSlackBytes)
        }
    }

    @usableFromInline @inline(never) mutating func grow(_ additional: Int) {
        let wanted = max(count + additional, capacity * 2)
        let moved = UnsafeMutablePointer<UInt8>.allocate(
            capacity: wanted + Limits.bufferSlackBytes)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = wanted
    }
}

/// Safe to send: the pointer has one owner, since the type cannot be copied.
extension ByteBuffer: @unchecked Sendable {}
