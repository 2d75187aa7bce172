// SPDX-License-Identifier: Apache-2.0
//
// Any JSON as a policy, a hold, a request and a scope: refused or read; and what was read is, written
// and read again, the same.

import Records
import Retention

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    guard case .object(let object)? = try? JSONValue(parsing: text) else { return 0 }
    check(ClearPolicy(object), { ClearPolicy($0) }, \.json)
    check(Hold(object), { Hold($0) }, \.json)
    check(Request(object), { Request($0) }, \.json)
    check(Scope(object), { Scope($0) }, \.json)
    return 0
}

private func check<Value: Equatable>(
    _ value: Value?, _ read: (JSONObject) -> Value?, _ written: (Value) -> JSONObject
) {
    guard let value else { return }
    let text = JSONValue.object(written(value)).description
    guard case .object(let object)? = try? JSONValue(parsing: text) else {
        preconditionFailure("what was written is no JSON")
    }
    precondition(read(object) == value, "another value")
}
