// SPDX-License-Identifier: Apache-2.0

// Fields whose names or values are only known when the program runs.
extension EventWriter {
    /// A field under a name that is no literal. Copies the name too.
    public mutating func put(named name: String, _ value: FieldValue) {
        flags |= EventLayout.hasFreeNames
        write(0, name, value)
    }

    /// A value of any kind; lists and objects with what is in them.
    public mutating func put(_ name: StaticString, _ value: FieldValue) {
        flags |= EventLayout.hasFreeNames
        let start = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        write(0, UnsafeRawBufferPointer(start), value)
    }

    /// A field as bytes, perhaps not even UTF-8, as C programs have them.
    package mutating func put(
        nameBytes: UnsafeRawBufferPointer, textBytes: UnsafeRawBufferPointer
    ) {
        flags |= EventLayout.hasFreeNames | EventLayout.isUnchecked
        write(0, nameBytes, textBytes)
    }

    /// A field with a name as bytes and a value that is no text.
    package mutating func put(nameBytes: UnsafeRawBufferPointer, _ value: FieldValue) {
        flags |= EventLayout.hasFreeNames | EventLayout.isUnchecked
        write(0, nameBytes, value)
    }

    /// The fields of an event, whose names are unique and free for use.
    package mutating func put(fieldsOf event: borrowing Event) {
        for field in event.fields {
            write(field.isVocabulary ? EventLayout.vocabulary : 0, field.name, field.value)
        }
    }

    // MARK: - Words and bytes

    private mutating func write(_ first: UInt64, _ name: String, _ value: FieldValue) {
        let done: Void? = name.utf8.withContiguousStorageIfAvailable { bytes in
            write(first, UnsafeRawBufferPointer(bytes), value)
        }
        if done == nil {
            var name = name
            name.withUTF8 { write(first, UnsafeRawBufferPointer($0), value) }
        }
    }

    private mutating func write(
        _ first: UInt64, _ name: UnsafeRawBufferPointer, _ value: FieldValue
    ) {
        switch value {
        case .string(let text):
            let done: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
                write(first, name, UnsafeRawBufferPointer(bytes))
            }
            if done == nil {
                var text = text
                text.withUTF8 { write(first, name, UnsafeRawBufferPointer($0)) }
            }
        case .decimal(let number):
            let coefficient = number.coefficient
            writeHead(
                first | EventLayout.decimal | UInt64(truncatingIfNeeded: number.scale) << 16, name,
                UInt64(truncatingIfNeeded: coefficient), 8)
            at.storeBytes(of: UInt64(truncatingIfNeeded: coefficient >> 64), as: UInt64.self)
            at += 8
        case .integer(let count):
            writeHead(first | EventLayout.integer, name, UInt64(bitPattern: count), 0)
        case .bool(let flag):
            writeHead(first | EventLayout.bool, name, flag ? 1 : 0, 0)
        case .timestamp(let instant):
            writeHead(
                first | EventLayout.timestamp, name, UInt64(bitPattern: instant.microseconds), 0)
        case .null:
            writeHead(first | EventLayout.null, name, 0, 0)
        case .strings, .array, .object:
            writeNested(first, name, value)
        }
    }

    private mutating func writeNested(
        _ first: UInt64, _ name: UnsafeRawBufferPointer, _ value: FieldValue
    ) {
        let outer = fieldCount
        let nameless = UnsafeRawBufferPointer(start: nil, count: 0)
        switch value {
        case .strings(let texts):
            writeHead(first | EventLayout.strings, name, UInt64(texts.count), 0)
            for text in texts { write(0, nameless, .string(text)) }
        case .array(let values):
            writeHead(first | EventLayout.array, name, UInt64(values.count), 0)
            for value in values { write(0, nameless, value) }
        case .object(let fields):
            writeHead(first | EventLayout.object, name, UInt64(fields.count), 0)
            for field in fields { write(0, field.name, field.value) }
        default:
            return
        }
        fieldCount = outer + 1
    }

    private mutating func write(
        _ first: UInt64, _ name: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer
    ) {
        writeHead(first, name, UInt64(text.count), EventLayout.room(text.count))
        if let source = text.baseAddress { at.copyMemory(from: source, byteCount: text.count) }
        at += EventLayout.room(text.count)
    }

    private mutating func writeHead(
        _ first: UInt64, _ name: UnsafeRawBufferPointer, _ value: UInt64, _ extra: Int
    ) {
        let room = EventLayout.head + name.count + 8 + extra
        if end - at < room { grow(room) }
        at.storeBytes(of: first | UInt64(UInt32(clamping: name.count)) << 32, as: UInt64.self)
        at.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
        at.storeBytes(of: value, toByteOffset: 16, as: UInt64.self)
        at += EventLayout.head
        if let source = name.baseAddress { at.copyMemory(from: source, byteCount: name.count) }
        at += (name.count + 7) & ~7
        fieldCount &+= 1
    }
}
