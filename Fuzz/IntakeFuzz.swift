// SPDX-License-Identifier: Apache-2.0

import Intake
import Records

/// Any bytes are read without a trap, and chunks make no difference to the records.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = records(bytes, chunk: max(count, 1))
    precondition(records(bytes, chunk: 3) == whole, "chunks change the records")
    return 0
}

private func records(_ bytes: [UInt8], chunk size: Int) -> [String] {
    var intake = Intake(stream: .stdout, zone: { $0 &- 3_600_000_000 })
    var found: [String] = []
    func take(_ item: IntakeItem) {
        switch item {
        case .jsonLine(let line, let book):
            found.append(book.rawValue + " line " + String(decoding: line, as: UTF8.self))
        case .object(let object, let book):
            found.append(book.rawValue + " " + JSONValue.object(object).description)
        }
    }
    var at = 0
    while at < bytes.count {
        let end = min(at + size, bytes.count)
        intake.feed(Array(bytes[at..<end])) { take($0) }
        at = end
    }
    intake.finish { take($0) }
    return found
}
