// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a request with records, in each of its forms: refused or read, and whatever is read makes
// lines that a book takes. The first byte says which form.

import Records
import Server

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let forms = IngestFormat.allCases
    guard let first = bytes.first else { return 0 }
    let form = forms[Int(first) % forms.count]
    for line in form.read(UnsafeBufferPointer(rebasing: bytes[1...])) ?? [] {
        precondition(line.utf8.count <= 65_535, "a line that is too long")
        precondition((try? JSONValue(parsing: line)) != nil, "a line that is no JSON")
    }
    return 0
}
