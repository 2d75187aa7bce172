// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as the entries of a key file's frame, behind its encryption: refused or read, within
// their bounds; and what was read is, written and read again, the same.

import Vault

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    precondition(KeyEntries.isStable(bytes) != false, "other entries")
    return 0
}
