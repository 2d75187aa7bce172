// SPDX-License-Identifier: Apache-2.0
//
// A line from anywhere: whatever comes in, nothing traps; what is accepted has a canonical form
// that is accepted again, unchanged and without notes; and the two writers, from the tape and from
// the tree, agree byte for byte.

import Records

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    scalars(bytes)
    var tape = JSONTape()
    do throws(JSONError) {
        try tape.parse(bytes)
    } catch {
        precondition(error.offset >= 0 && error.offset <= count)
        precondition(tape.count == 0)
        return 0
    }
    walk(tape)
    var notes: RecordNotes = []
    var first = ByteBuffer()
    tape.writeCanonical(into: &first, notes: &notes)
    let value = tape.value()
    let isCanonical = tape.isCanonical

    var fromTree = ByteBuffer()
    CanonicalJSON.encode(value, into: &fromTree)
    precondition(fromTree.array == first.array, "the two writers differ")

    var second = ByteBuffer()
    var again: RecordNotes = []
    do throws(JSONError) {
        try tape.parse(first.unsafeBytes)
    } catch {
        preconditionFailure("the canonical form is refused")
    }
    precondition(tape.isCanonical, "the canonical form is not canonical")
    tape.writeCanonical(into: &second, notes: &again)
    precondition(first.array == second.array, "the canonical form is not stable")
    precondition(again.isEmpty, "the canonical form gets notes")
    precondition(tape.value() == value, "the canonical form is another value")
    if isCanonical, notes.isEmpty {
        precondition(contains(bytes, first.unsafeBytes), "a canonical text was changed")
    }
    return 0
}

/// Each token lies inside its container, and following the links meets every value once.
private func walk(_ tape: borrowing JSONTape) {
    for index in 0..<tape.count {
        let token = tape[index]
        precondition(token.start <= token.end && Int(token.end) <= tape.bytes.count)
        precondition(Int(token.next) > index && Int(token.next) <= tape.count)
        guard index > 0 else { continue }
        let parent = tape[Int(token.parent)]
        precondition(parent.isContainer && Int(token.parent) < index)
        precondition(parent.start < token.start && token.end < parent.end)
        precondition(token.depth == parent.depth + 1)
        _ = tape.string(index)
    }
    for index in 0..<tape.count where tape[index].isContainer {
        var child = tape.first(in: index)
        var children: UInt32 = 0
        while child < tape.after(index) {
            if tape[index].kind == .object {
                precondition(tape[child].kind == .key)
                precondition(tape.key(ofValueAt: child + 1) == child)
                child += 1
            }
            children += 1
            child = tape.after(child)
        }
        precondition(child == tape.after(index) && children == tape[index].detail)
    }
}

/// What reads single values: instants and decimals are fixed points of their own writers.
private func scalars(_ bytes: UnsafeBufferPointer<UInt8>) {
    if let (instant, isCanonical) = Timestamp.parse(bytes) {
        let text = instant.description
        precondition(Timestamp(text) == instant)
        precondition(isCanonical == text.utf8.elementsEqual(bytes))
    }
    if let instant = Timestamp.parseEpoch(bytes) { precondition(instant.microseconds > 0) }
    if let number = Decimal(parsing: bytes) {
        precondition(Decimal(number.description) == number)
        precondition(Decimal(number.description)?.scale == number.scale)
        if let sum = try? number + number, let back = try? sum - number {
            precondition(back == number)
        }
        _ = try? number * number
    }
}

private func contains(
    _ text: UnsafeBufferPointer<UInt8>, _ part: UnsafeBufferPointer<UInt8>
) -> Bool {
    guard part.count <= text.count else { return false }
    return (0...(text.count - part.count)).contains {
        text[$0..<($0 + part.count)].elementsEqual(part)
    }
}
