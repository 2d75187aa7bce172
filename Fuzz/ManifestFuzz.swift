// SPDX-License-Identifier: Apache-2.0
//
// Any lines as a manifest whose checksum is right: refused, or read; and what was read is, written
// and read strictly, the same.

import Book
import TransparencyLog

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let sum = "{\"sha256\":\"\(TreeHash.plain(bytes).hex)\"}\n"
    let path = "logs/audit/manifest"
    guard let manifest = try? Manifest(decoding: bytes + sum.utf8, path: path, isStrict: false)
    else { return 0 }
    do throws(BookError) {
        let again = try Manifest(decoding: manifest.encoded(), path: path)
        precondition(again == manifest, "another manifest")
    } catch {
        preconditionFailure("what was written is refused: \(error)")
    }
    return 0
}
