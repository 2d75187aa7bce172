// SPDX-License-Identifier: Apache-2.0

/// Writes Thrift's compact protocol. Fields go in ascending order of their numbers.
struct ThriftWriter {
    private(set) var bytes: [UInt8] = []
    private var last = 0

    init() {}

    /// One structure, as it stands at the top of a module.
    static func bytes(_ body: (inout ThriftWriter) -> Void) -> [UInt8] {
        var writer = ThriftWriter()
        writer.structure(body)
        return writer.bytes
    }

    /// A structure that stands alone or in a list.
    @inline(__always)
    mutating func structure(_ body: (inout Self) -> Void) {
        let outer = last
        last = 0
        body(&self)
        bytes.append(0)
        last = outer
    }

    /// A field that is a structure.
    @inline(__always)
    mutating func field(_ id: Int, structure body: (inout Self) -> Void) {
        header(id, .structure)
        structure(body)
    }

    /// A field that is a union's empty structure: the choice is the number.
    mutating func field(_ id: Int, union choice: Int) {
        field(id) { $0.field(choice) { _ in } }
    }

    mutating func field(_ id: Int, _ value: Bool) {
        header(id, value ? .yes : .no)
    }

    mutating func field(_ id: Int, int8 value: Int) {
        header(id, .int8)
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func field(_ id: Int, int16 value: Int) {
        header(id, .int16)
        zigzag(value)
    }

    mutating func field(_ id: Int, int32 value: Int) {
        header(id, .int32)
        zigzag(value)
    }

    mutating func field(_ id: Int, int64 value: Int) {
        header(id, .int64)
        zigzag(value)
    }

    mutating func field(_ id: Int, _ value: String) {
        header(id, .binary)
        element(value)
    }

    mutating func field(_ id: Int, _ value: [UInt8]) {
        header(id, .binary)
        element(value)
    }

    /// A field that is a list; `element` writes one element without a field header.
    @inline(__always)
    mutating func field<Elements: Collection>(
        _ id: Int, list elements: Elements, of kind: ThriftReader.Kind,
        _ element: (inout Self, Elements.Element) -> Void
    ) {
        header(id, .list)
        let count = elements.count
        if count < 15 {
            bytes.append(UInt8(count) << 4 | kind.rawValue)
        } else {
            bytes.append(0xF0 | kind.rawValue)
            varint(UInt64(count))
        }
        for one in elements { element(&self, one) }
    }

    // MARK: - Elements of lists

    mutating func element(_ value: Bool) { bytes.append(value ? 1 : 2) }

    mutating func element(integer value: Int) { zigzag(value) }

    mutating func element(_ value: [UInt8]) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func element(_ value: String) {
        varint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    // MARK: - Primitives

    private mutating func header(_ id: Int, _ kind: ThriftReader.Kind) {
        assert(id > last, "Fields go in ascending order.")
        let step = id - last
        if step < 16 {
            bytes.append(UInt8(step) << 4 | kind.rawValue)
        } else {
            bytes.append(kind.rawValue)
            zigzag(id)
        }
        last = id
    }

    private mutating func zigzag(_ value: Int) {
        varint(UInt64(bitPattern: Int64(value &<< 1 ^ value &>> 63)))
    }

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value &>>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: value))
    }
}
