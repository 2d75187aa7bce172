// SPDX-License-Identifier: Apache-2.0

import Parquet

// Texts: each different value of a dictionary is looked at once, others one by one.

extension VectorColumn {
    /// What a test of texts says, row by row.
    func verdict(
        _ answer: (UnsafeBufferPointer<UInt8>) -> VectorTest.Answer
    ) -> VectorVerdict {
        switch values {
        case .dictionary(let codes, .strings(let entries)):
            let answers = entries.map(answer)
            return VectorVerdict(
                certain: rows(codes, in: answers.map { $0 == .yes }),
                possible: rows(codes, in: answers.map { $0 != .no }))
        case .strings(let strings):
            var certain = VectorMask(count: rows)
            var possible = VectorMask(count: rows)
            strings.withUnsafe { text in
                forEach(in: presence) { row, dense in
                    switch answer(text(dense)) {
                    case .no: break
                    case .unknown: possible[row] = true
                    case .yes:
                        certain[row] = true
                        possible[row] = true
                    }
                }
            }
            return VectorVerdict(certain: certain, possible: possible)
        default:
            // No column of texts after all: every row that has a value is looked at.
            return .maybe(presence)
        }
    }

    /// Rows whose text may be the JSON of an array or object.
    var containers: VectorMask {
        verdict {
            $0.first == UInt8(ascii: "[") || $0.first == UInt8(ascii: "{") ? .yes : .no
        }.certain
    }

    /// Rows with exactly one of these texts.
    func rows(equalTo texts: [[UInt8]]) -> VectorMask {
        switch values {
        case .dictionary(let codes, .strings(let entries)):
            return rows(
                codes, in: entries.map { entry in texts.contains { entry.elementsEqual($0) } })
        case .strings(let strings):
            var mask = VectorMask(count: rows)
            for text in texts {
                text.withUnsafeBufferPointer { text in
                    strings.withUnsafe { value in
                        mask |= rows { Self.isEqual(value($0), text) }
                    }
                }
            }
            return mask
        default:
            return VectorMask(count: rows)
        }
    }

    @inline(__always)
    private static func isEqual(
        _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard left.count == right.count else { return false }
        // Ids differ at their end.
        var at = left.count
        while at > 0 {
            at &-= 1
            if left[at] != right[at] { return false }
        }
        return true
    }
}

extension ByteStrings {
    /// Lends a way to each string, without copies.
    @inline(__always)
    func withUnsafe<Value, Failure: Error>(
        _ body: ((Int) -> UnsafeBufferPointer<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var result: Result<Value, Failure>?
        data.withUnsafeBufferPointer { data in
            offsets.withUnsafeBufferPointer { offsets in
                do throws(Failure) {
                    result = .success(
                        try body { index in
                            let start = Int(offsets[index])
                            return UnsafeBufferPointer(
                                rebasing: data[start..<Int(offsets[index &+ 1])])
                        })
                } catch {
                    result = .failure(error)
                }
            }
        }
        guard let result else { preconditionFailure("an array lends its elements") }
        return try result.get()
    }

    /// What `body` makes of each string.
    func map<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> [Value] {
        withUnsafe { text in (0..<count).map { body(text($0)) } }
    }
}
