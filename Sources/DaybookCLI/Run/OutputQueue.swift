// SPDX-License-Identifier: Apache-2.0

import Book

/// What a program printed and nobody has recorded yet: from the threads that read its output to
/// the one that records.
///
/// It grows to `CommandLimits.pendingBytes`, far more than a program that is not broken is ahead of
/// its recording. Then the program waits (`wait`), or its output goes by unrecorded and is
/// counted, to be declared as a gap (`gap`).
final class OutputQueue: Sendable {
    enum WhenFull: String, CaseIterable, Sendable {
        case wait, gap
    }

    enum Stream: Int, Sendable, CaseIterable {
        case output, errors
    }

    struct Chunk: Sendable {
        let stream: Stream
        let bytes: [UInt8]
        /// Bytes of this stream that were not kept, just before this chunk.
        let missingBefore: Int
    }

    private struct State {
        var chunks: [Chunk] = []
        var byteCount = 0
        var missing = [0, 0]
        var isClosed = false
    }

    /// What the recording thread finds.
    enum Found {
        case chunks([Chunk])
        case silence
        case end(missing: [Int])
    }

    private let whenFull: WhenFull
    private let limit: Int
    private let state = Monitor(State())

    init(_ whenFull: WhenFull, limit: Int = CommandLimits.pendingBytes) {
        self.whenFull = whenFull
        self.limit = limit
    }

    func put(_ bytes: [UInt8], _ stream: Stream) {
        state.wait { state -> Void? in
            if state.byteCount >= limit, !state.isClosed {
                guard whenFull == .gap else { return nil }
                state.missing[stream.rawValue] += bytes.count
                return ()
            }
            state.chunks.append(
                Chunk(stream: stream, bytes: bytes, missingBefore: state.missing[stream.rawValue]))
            state.missing[stream.rawValue] = 0
            state.byteCount += bytes.count
            return ()
        }
        state.broadcast()
    }

    /// Nothing comes any more.
    func close() {
        state.withLock { $0.isClosed = true }
        state.broadcast()
    }

    /// All that is there; waits for something up to `nanoseconds`.
    func take(nanoseconds: UInt64) -> Found {
        let found = state.wait(nanoseconds: nanoseconds) { state -> Found? in
            if !state.chunks.isEmpty {
                let chunks = state.chunks
                state.chunks = []
                state.byteCount = 0
                return .chunks(chunks)
            }
            return state.isClosed ? .end(missing: state.missing) : nil
        }
        state.broadcast()
        return found ?? .silence
    }
}
