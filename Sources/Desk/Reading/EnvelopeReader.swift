// SPDX-License-Identifier: Apache-2.0

package import Book
import Masking
import Query
import Records

/// Opens lines many at a time, in order: those of records that were sealed together lie together.
///
/// Without an opener lines come back as they are.
package struct EnvelopeReader {
    private let opener: (any EnvelopeOpening)?
    private var session: (any EnvelopeOpeningSession)?
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    package init(_ opener: (any EnvelopeOpening)?) { self.opener = opener }

    package var isFull: Bool { ends.count >= DeskLimits.openedLines || bytes.count >= 1 << 20 }

    /// Adds a line to those that wait.
    package mutating func add(_ line: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: line)
        ends.append(bytes.count)
    }

    /// Calls `body` with each line that waits, opened.
    package mutating func flush(_ body: (UnsafeBufferPointer<UInt8>) -> Void) throws(BookError) {
        guard !ends.isEmpty else { return }
        var seals: [(line: Int, seal: OpenedLine.Seal)] = []
        if opener != nil {
            forEach { place, line in
                if let seal = OpenedLine.seal(of: line) { seals.append((place, seal)) }
            }
        }
        guard !seals.isEmpty else {
            forEach { _, line in body(line) }
            return clear()
        }
        var opened = ByteBuffer()
        var next = 0
        if session == nil, let opener { session = try opener.session() }
        try session?.open(seals.map(\.seal.commitment)) { place, state, plaintext in
            let (number, seal) = seals[place]
            forEach(next..<number) { _, line in body(line) }
            next = number + 1
            opened.removeAll()
            forEach(number..<next) { _, line in
                OpenedLine.write(line, seal, state, plaintext, into: &opened)
            }
            body(opened.unsafeBytes)
        }
        forEach(next..<ends.count) { _, line in body(line) }
        clear()
    }

    /// The rest.
    package mutating func finish(_ body: (UnsafeBufferPointer<UInt8>) -> Void) throws(BookError) {
        try flush(body)
        session = nil
    }

    private mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    private func forEach(
        _ range: Range<Int>? = nil, _ body: (Int, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        bytes.withUnsafeBufferPointer { bytes in
            for place in range ?? ends.indices {
                let start = place == 0 ? 0 : ends[place - 1]
                body(place, UnsafeBufferPointer(rebasing: bytes[start..<ends[place]]))
            }
        }
    }
}
