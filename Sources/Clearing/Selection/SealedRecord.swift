// SPDX-License-Identifier: Apache-2.0

import Masking
import Records

/// What a sealed line says without being opened.
struct SealedRecord {
    var index: UInt64
    var commitment: Commitment
    var timestamp: Timestamp?
    var recorded: Timestamp?
    var kind: String
}

/// Reads sealed lines; made to be used again.
struct SealedLineReader: ~Copyable {
    private var tape = JSONTape()

    /// What the line says; nil when it has no envelope.
    mutating func read(_ line: UnsafeBufferPointer<UInt8>, at index: UInt64) -> SealedRecord? {
        do throws(JSONError) {
            try tape.parse(line)
        } catch {
            return nil
        }
        guard tape.isObject, let place = tape.member(named: "sealed"),
            tape[place].kind == .string, let commitment = Commitment(sealed: tape.source(place))
        else { return nil }
        return SealedRecord(
            index: index, commitment: commitment, timestamp: instant("timestamp"),
            recorded: instant("recorded"), kind: text("event_type") ?? text("event") ?? "")
    }

    private func instant(_ name: StaticString) -> Timestamp? {
        guard let place = tape.member(named: name), tape[place].kind == .string else {
            return nil
        }
        return Timestamp.parse(tape.source(place))?.timestamp
    }

    /// A text of the object that was read last; escapes decoded.
    func text(_ name: StaticString) -> String? {
        guard let place = tape.member(named: name), tape[place].kind == .string else {
            return nil
        }
        return tape.string(place)
    }

    /// Takes in the plaintext of an envelope, for `text`; false when it is no object.
    mutating func load(_ plaintext: UnsafeBufferPointer<UInt8>) -> Bool {
        do throws(JSONError) {
            try tape.parse(plaintext)
            return tape.isObject
        } catch {
            return false
        }
    }
}
