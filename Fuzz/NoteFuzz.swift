// SPDX-License-Identifier: Apache-2.0
//
// Notes, checkpoints, keys and signature lines: whatever comes in, nothing traps, and what is
// accepted is written back as it was.

import TransparencyLog

private let key = try? VerifierKey(
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    if let note = try? SignedNote(parsing: bytes) {
        precondition(note.bytes == bytes)
        if let key { _ = note.verify(with: [key]) }
        for signature in note.signatures {
            precondition((try? NoteSignature(line: signature.description)) == signature)
        }
        if let signed = try? SignedCheckpoint(note: note) {
            precondition(signed.checkpoint.description.utf8.elementsEqual(note.text.utf8))
            if let key { _ = signed.verify(with: key) }
        }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { return 0 }
    if let checkpoint = try? Checkpoint(parsing: text) {
        precondition(checkpoint.description.utf8.elementsEqual(text.utf8))
    }
    _ = try? NoteSignature(line: text)
    // Files of keys end in a line feed, keys do not.
    let line = text.utf8.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
    if let key = try? VerifierKey(line) {
        precondition(key.description.utf8.elementsEqual(line.utf8))
        _ = key.isSupported
    }
    if let key = try? NoteKey(privateText: line) {
        precondition(key.exportPrivateText().utf8.elementsEqual(line.utf8))
    }
    return 0
}
