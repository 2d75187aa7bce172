// SPDX-License-Identifier: Apache-2.0

/// Walks over encoded bytes and never past their end.
struct EncodedBytes {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }

    /// The next `count` bytes, or nil when there are fewer.
    @inline(__always)
    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    /// As `take`, with all that follows lent along: for wide loads, which may reach beyond what they
    /// need.
    @inline(__always)
    mutating func takeWithRest(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position...])
    }

    /// An unsigned LEB128 number; nil when it is cut off or has more than 64 bits.
    @inline(__always)
    mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if shift == 63, byte > 1 { return nil }
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift += 7
            if shift > 63 { return nil }
        }
        return nil
    }

    /// A number that fits an Int32, as counts and lengths of this format do.
    @inline(__always)
    mutating func length() -> Int? {
        guard let value = varint(), value <= UInt64(Int32.max) else { return nil }
        return Int(value)
    }

    /// A signed number, zigzag.
    mutating func zigzag() -> Int64? {
        guard let value = varint() else { return nil }
        return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension [UInt8] {
    /// Adds an unsigned LEB128 number.
    mutating func append(varint number: UInt64) {
        var number = number
        while number >= 0x80 {
            append(UInt8(truncatingIfNeeded: number) | 0x80)
            number &>>= 7
        }
        append(UInt8(truncatingIfNeeded: number))
    }

    /// Adds a signed number, zigzag.
    mutating func append(zigzag number: Int64) {
        append(varint: UInt64(bitPattern: number &<< 1 ^ number &>> 63))
    }

    /// Grows by `count` bytes, which `body` writes.
    @inline(__always)
    mutating func extend(by count: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
        guard count > 0 else { return }
        let start = self.count
        append(contentsOf: repeatElement(0, count: count))
        withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            body(base + start)
        }
    }
}

extension Array {
    /// An array of `count` plain numbers, all of which `fill` writes unless it throws.
    @inline(__always)
    init<Failure: Error>(
        count: Int, _ fill: (UnsafeMutablePointer<Element>) throws(Failure) -> Void
    ) throws(Failure) {
        guard count > 0 else {
            self = []
            return
        }
        // The standard initialiser does not carry the type of what is thrown.
        var failure: Failure?
        self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let base = buffer.baseAddress else { return }
            do throws(Failure) {
                try fill(base)
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
