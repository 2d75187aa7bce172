// SPDX-License-Identifier: Apache-2.0

/// Reads Thrift's compact protocol from bytes that nobody vouches for.
///
/// Never reads beyond them, never allocates by a length before that many bytes are there, and nests
/// only to `Limits.thriftDepth`.
struct ThriftReader {
    private let bytes: UnsafeRawBufferPointer
    /// Where the bytes lie in the file, for messages.
    private let base: Int
    /// Bytes taken so far.
    private(set) var position = 0
    private var depth = 0

    init(_ bytes: UnsafeRawBufferPointer, at base: Int) {
        self.bytes = bytes
        self.base = base
    }

    /// A field's number and the kind of its value.
    struct Field {
        var id: Int
        var kind: Kind
    }

    /// The kinds of values; a Bool's value is in its kind.
    struct Kind: Equatable {
        var rawValue: UInt8

        static let yes = Kind(rawValue: 1)
        static let no = Kind(rawValue: 2)
        static let int8 = Kind(rawValue: 3)
        static let int16 = Kind(rawValue: 4)
        static let int32 = Kind(rawValue: 5)
        static let int64 = Kind(rawValue: 6)
        static let double = Kind(rawValue: 7)
        static let binary = Kind(rawValue: 8)
        static let list = Kind(rawValue: 9)
        static let set = Kind(rawValue: 10)
        static let map = Kind(rawValue: 11)
        static let structure = Kind(rawValue: 12)
        static let uuid = Kind(rawValue: 13)
    }

    /// What is wrong here, with the place in the file.
    func damaged(_ what: String) -> ParquetError {
        ParquetError(.damaged, "\(what) (at byte \(base + position) of the file).")
    }

    // MARK: - Structures

    /// Calls `body` for each field of a structure; where it returns false, the field is skipped.
    @inline(__always)
    mutating func structure(
        _ body: (inout Self, Field) throws(ParquetError) -> Bool
    ) throws(ParquetError) {
        try descend()
        var last = 0
        while true {
            let header = try byte()
            guard header != 0 else { break }
            let kind = Kind(rawValue: header & 0x0F)
            let step = Int(header >> 4)
            // Field numbers have 16 bits; a long form says the number itself.
            last = step == 0 ? Int(try integer(Int16.self)) : last + step
            guard last <= Int(Int16.max) else { throw damaged("A field number is too large") }
            if try !body(&self, Field(id: last, kind: kind)) { try skip(kind) }
        }
        depth -= 1
    }

    /// Calls `element` for each element of a list of structures.
    @inline(__always)
    mutating func list(
        _ field: Field, of kind: Kind, reserve: (Int) -> Void = { _ in },
        _ element: (inout Self) throws(ParquetError) -> Void
    ) throws(ParquetError) {
        guard field.kind == .list else { throw damaged("A list was expected in a header") }
        let (count, found) = try listHeader()
        guard count > 0 else { return }
        // Lists of Bools are marked with either of their two kinds.
        guard found == kind || (kind == .yes && found == .no) else {
            throw damaged("A list has elements of another type than it should")
        }
        reserve(count)
        for _ in 0..<count { try element(&self) }
    }

    private mutating func descend() throws(ParquetError) {
        depth += 1
        guard depth <= Limits.thriftDepth else { throw damaged("A header nests too deeply") }
    }

    /// The count of elements, of which each takes a byte at least, and their kind.
    private mutating func listHeader() throws(ParquetError) -> (count: Int, kind: Kind) {
        let header = try byte()
        var count = UInt64(header >> 4)
        if count == 15 { count = try varint() }
        guard count <= UInt64(bytes.count - position) else {
            throw damaged("A list is longer than the bytes that hold it")
        }
        return (Int(count), Kind(rawValue: header & 0x0F))
    }

    // MARK: - Values

    @inline(__always)
    mutating func int32(_ field: Field) throws(ParquetError) -> Int32 {
        try expectInteger(field.kind, Int32.self)
    }

    @inline(__always)
    mutating func int64(_ field: Field) throws(ParquetError) -> Int64 {
        try expectInteger(field.kind, Int64.self)
    }

    /// A number that must not be negative, as counts, lengths and offsets.
    @inline(__always)
    mutating func natural(_ field: Field) throws(ParquetError) -> Int {
        let value = try expectInteger(field.kind, Int64.self)
        guard value >= 0 else { throw damaged("A count or place is negative") }
        return Int(value)
    }

    /// A count that the format gives 31 bits.
    @inline(__always)
    mutating func count(_ field: Field) throws(ParquetError) -> Int {
        let value = try expectInteger(field.kind, Int32.self)
        guard value >= 0 else { throw damaged("A count is negative") }
        return Int(value)
    }

    mutating func bool(_ field: Field) throws(ParquetError) -> Bool {
        switch field.kind {
        case .yes: return true
        case .no: return false
        default: throw damaged("A field has another type than it should")
        }
    }

    /// The bytes themselves: valid as long as what the reader reads from.
    @inline(__always)
    mutating func binary(_ field: Field) throws(ParquetError) -> UnsafeRawBufferPointer {
        guard field.kind == .binary else {
            throw damaged("A field has another type than it should")
        }
        return try binaryElement()
    }

    mutating func string(_ field: Field) throws(ParquetError) -> String {
        String(decoding: try binary(field), as: UTF8.self)
    }

    /// A Bool in a list.
    mutating func boolElement() throws(ParquetError) -> Bool { try byte() == 1 }

    /// A number in a list.
    mutating func integerElement<Value: FixedWidthInteger & SignedInteger>(
        _ type: Value.Type
    ) throws(ParquetError) -> Value {
        try integer(type)
    }

    /// Bytes in a list.
    @inline(__always)
    mutating func binaryElement() throws(ParquetError) -> UnsafeRawBufferPointer {
        let count = try varint()
        guard count <= UInt64(bytes.count - position) else {
            throw damaged("A byte string is longer than the bytes that hold it")
        }
        defer { position += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + Int(count))])
    }

    @inline(__always)
    private mutating func expectInteger<Value: FixedWidthInteger & SignedInteger>(
        _ kind: Kind, _ type: Value.Type
    ) throws(ParquetError) -> Value {
        switch kind {
        case .int32, .int64, .int16: return try integer(type)
        case .int8: return Value(Int8(bitPattern: try byte()))
        default: throw damaged("A field has another type than it should")
        }
    }

    @inline(__always)
    private mutating func integer<Value: FixedWidthInteger & SignedInteger>(
        _ type: Value.Type
    ) throws(ParquetError) -> Value {
        let raw = try varint()
        let value = Int64(bitPattern: raw &>> 1) ^ -Int64(bitPattern: raw & 1)
        guard let exact = Value(exactly: value) else { throw damaged("A number is too large") }
        return exact
    }

    @inline(__always)
    private mutating func byte() throws(ParquetError) -> UInt8 {
        guard position < bytes.count else { throw damaged("A header is cut off") }
        defer { position += 1 }
        return bytes[position]
    }

    @inline(__always)
    private mutating func varint() throws(ParquetError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw damaged("A number has too many bytes") }
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    // MARK: - Skipping

    /// Passes over a value that is not needed.
    mutating func skip(_ kind: Kind) throws(ParquetError) {
        switch kind {
        case .yes, .no: break
        case .int8: _ = try byte()
        case .int16, .int32, .int64: _ = try varint()
        case .double: try pass(8)
        case .uuid: try pass(16)
        case .binary: _ = try binaryElement()
        case .list, .set: try skipList()
        case .map: try skipMap()
        case .structure:
            try structure { (_, _) throws(ParquetError) in false }
        default: throw damaged("A header has a value of an unknown type")
        }
    }

    private mutating func skipList() throws(ParquetError) {
        let (count, kind) = try listHeader()
        try descend()
        for _ in 0..<count { try skipElement(kind) }
        depth -= 1
    }

    private mutating func skipMap() throws(ParquetError) {
        let count = try varint()
        guard count > 0 else { return }
        guard count <= UInt64(bytes.count - position) else {
            throw damaged("A map is longer than the bytes that hold it")
        }
        let kinds = try byte()
        try descend()
        for _ in 0..<count {
            try skipElement(Kind(rawValue: kinds >> 4))
            try skipElement(Kind(rawValue: kinds & 0x0F))
        }
        depth -= 1
    }

    /// As `skip`, but Bools take a byte.
    private mutating func skipElement(_ kind: Kind) throws(ParquetError) {
        if kind == .yes || kind == .no { _ = try byte() } else { try skip(kind) }
    }

    private mutating func pass(_ count: Int) throws(ParquetError) {
        guard count <= bytes.count - position else { throw damaged("A header is cut off") }
        position += count
    }
}
