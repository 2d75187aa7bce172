// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an age file and as keys: refused or read, whole and in pieces alike. A real file with
// bytes altered as the input says never opens.

import Vault

/// Made for this test; opens nothing else.
private let identity: AgeIdentity = {
    let text = "AGE-SECRET-KEY-1742G6QCQAT39ZHDUC94XJCA82TLCCWJHPYV5RUWES4N8SCJLM8CSYKE50C"
    guard let identity = try? AgeIdentity(text) else { preconditionFailure("no identity") }
    return identity
}()

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = try? AgeDecryptor.decrypt(bytes, with: [identity])
    precondition(inPieces(bytes) == whole, "in pieces another answer")
    texts(String(decoding: bytes, as: UTF8.self))
    if bytes.count >= 3 { alter(bytes) }
    return 0
}

private func inPieces(_ bytes: [UInt8]) -> [UInt8]? {
    var decryptor = AgeDecryptor(with: [identity])
    var output: [UInt8] = []
    var rest = bytes[...]
    do throws(VaultError) {
        while !rest.isEmpty {
            let size = 1 + Int(rest.first ?? 0)
            try decryptor.update(Array(rest.prefix(size)), into: &output)
            rest = rest.dropFirst(size)
        }
        try decryptor.finish(into: &output)
        return output
    } catch {
        return nil
    }
}

private func texts(_ text: String) {
    if let recipient = try? AgeRecipient(text) {
        precondition(recipient.description == text.lowercased(), "another recipient")
    }
    _ = try? AgeIdentity(text)
    _ = try? AgeIdentity.all(in: text)
}

/// The first bytes say what is altered, and how; the rest is what was encrypted.
private func alter(_ bytes: [UInt8]) {
    let plain = Array(bytes.dropFirst(3))
    guard let file = try? AgeEncryptor.encrypt(plain, to: [identity.recipient]) else {
        preconditionFailure("nothing was encrypted")
    }
    precondition(
        (try? AgeDecryptor.decrypt(file, with: [identity])) == plain, "another plaintext")
    var altered = file
    let place = (Int(bytes[0]) << 8 | Int(bytes[1])) * file.count >> 16
    altered[place] ^= bytes[2]
    if bytes[2] == 0 { altered.removeLast(file.count - place) }
    precondition(
        (try? AgeDecryptor.decrypt(altered, with: [identity])) == nil || altered == file,
        "an altered file opens")
}
