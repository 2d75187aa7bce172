// SPDX-License-Identifier: Apache-2.0
//
// Lines from anywhere, cut into runs: what several threads make of them is, to the last byte, what one
// makes of them. The byte 0xFF ends a run.

import Desk
import Masking
import Records

private let provenance = Provenance(source: "fuzz")
private let rules: [SealRule] = [.none, SealRule.house(["note"])]

/// A run that is long enough to wake other threads; those behind it go to them, however short.
private let first: [UInt8] = {
    let line = #"{"event":"order_filled","order_id":"o-1","asset":"AAPL","fill_price":"150.24"}"#
    return Array(String(repeating: line + "\n", count: 600).utf8)
}()

/// All that came out, by book, in the order in which it was handed over.
private struct Outcome: Equatable {
    var lines: [[String]] = Array(repeating: [], count: rules.count)
    var tally = LineTally()

    init(of runs: [[UInt8]], threads: Int) {
        var masking = OrderedMasking(.standard, provenance, rules, threads: threads)
        for run in runs {
            run.withUnsafeBufferPointer { run in masking.take(run) { add($0) } }
        }
        masking.drain { add($0) }
    }

    private mutating func add(_ masked: MaskedLines) {
        tally += masked.tally
        for (book, records) in masked.lanes.enumerated() {
            lines[book] += (0..<records.count).map { records.line($0) }
        }
    }
}

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    let runs = [first] + bytes.split(separator: 0xFF).prefix(16).map { Array($0) + [10] }
    let alone = Outcome(of: runs, threads: 1)
    precondition(alone == Outcome(of: runs, threads: 3), "three threads made something else")
    return 0
}
