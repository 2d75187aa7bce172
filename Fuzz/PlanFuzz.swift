// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a plan, also under a digest that fits, as a public key, a key file and a signature of
// OpenSSH: refused or read; and what was read is, written and read again, the same.

import Clearing
import Records
import TransparencyLog

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    plan(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    if case .object(var object)? = try? JSONValue(parsing: text) {
        object["digest"] = nil
        let sum = TreeHash.plain(Array(JSONValue.object(object).description.utf8))
        object["digest"] = .string(sum.hex)
        plan(Array(JSONValue.object(object).description.utf8))
        if let approval = Approval(object) {
            precondition(Approval(approval.json) == approval, "another approval")
        }
    }
    keys(bytes, text)
    return 0
}

private func plan(_ bytes: [UInt8]) {
    guard let plan = try? Plan(parsing: bytes) else { return }
    guard let again = try? Plan(parsing: plan.fileBytes) else {
        preconditionFailure("what was written is refused")
    }
    precondition(again.json == plan.json && again.digest == plan.digest, "another plan")
}

private func keys(_ bytes: [UInt8], _ text: String) {
    if let key = SSHPublicKey(text: text) {
        precondition(SSHPublicKey(text: key.text) == key, "another key")
    }
    if let signature = SSHSignature(bytes) {
        precondition(SSHSignature(signature.bytes) == signature, "another signature")
        _ = signature.verifies([1], "daybook-plan")
    }
    if let signature = SSHSignature(armored: text) {
        precondition(SSHSignature(armored: signature.armored) == signature, "another signature")
    }
    _ = try? SSHKeyFile(bytes, path: "key")
}
