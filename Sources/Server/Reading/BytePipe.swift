// SPDX-License-Identifier: Apache-2.0

import Book
import Hummingbird
import NIOCore

/// Bytes from a thread that blocks to a connection that does not: bounded, so that a client that
/// reads slowly slows what it asked for, and nothing else.
final class BytePipe: Sendable {
    private struct State {
        var chunks: [NIOCore.ByteBuffer] = []
        var bytes = 0
        /// Nothing comes any more.
        var isFinished = false
        /// Nobody reads any more.
        var isClosed = false
        var reader: CheckedContinuation<NIOCore.ByteBuffer?, Never>?
    }

    private let state = Monitor(State())
    private let bytesMax: Int

    /// - Parameter bytesMax: what may wait.
    init(bytesMax: Int = ServerLimits.pipeBytes) { self.bytesMax = bytesMax }

    /// Whether nobody reads any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Adds bytes; waits while too many wait. False when nobody reads any more.
    func put(_ chunk: NIOCore.ByteBuffer) -> Bool {
        let isTaken = state.wait { state -> Bool? in
            if state.isClosed { return false }
            guard state.bytes < bytesMax else { return nil }
            Self.add(chunk, to: &state)
            return true
        }
        return isTaken
    }

    /// Adds bytes unless too many wait; whether it did.
    func offer(_ chunk: NIOCore.ByteBuffer) -> Bool {
        state.withLock { state in
            guard !state.isClosed, !state.isFinished, state.bytes < bytesMax else { return false }
            Self.add(chunk, to: &state)
            return true
        }
    }

    private static func add(_ chunk: NIOCore.ByteBuffer, to state: inout State) {
        if let reader = state.reader {
            state.reader = nil
            return reader.resume(returning: chunk)
        }
        state.chunks.append(chunk)
        state.bytes += chunk.readableBytes
    }

    /// What waits is still read, and then comes the end.
    func finish() {
        state.withLock { state in
            state.isFinished = true
            state.reader?.resume(returning: nil)
            state.reader = nil
        }
    }

    /// The reader has gone: whoever waits to put something is told.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.chunks = []
            state.bytes = 0
            state.reader?.resume(returning: nil)
            state.reader = nil
        }
        state.broadcast()
    }

    /// All bytes that wait; nil at the end. One reader at a time.
    func next() async -> NIOCore.ByteBuffer? {
        defer { state.broadcast() }
        return await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.isClosed { return continuation.resume(returning: nil) }
                if !state.chunks.isEmpty {
                    var all = state.chunks[0]
                    for chunk in state.chunks.dropFirst() { all.writeImmutableBuffer(chunk) }
                    state.chunks.removeAll(keepingCapacity: true)
                    state.bytes = 0
                    return continuation.resume(returning: all)
                }
                if state.isFinished { return continuation.resume(returning: nil) }
                state.reader = continuation
            }
        }
    }

    /// The body of an answer; the pipe is closed when the client goes, at once and not at the next
    /// write.
    ///
    /// - Parameter ended: called once, when nothing is written any more.
    func body(_ context: DaemonContext, ended: @escaping @Sendable () -> Void = {}) -> ResponseBody
    {
        context.channel.closeFuture.whenComplete { _ in self.close() }
        return ResponseBody { writer in
            defer {
                self.close()
                ended()
            }
            try await withTaskCancellationHandler {
                while let chunk = await self.next() { try await writer.write(chunk) }
                try await writer.finish(nil)
            } onCancel: {
                self.close()
            }
        }
    }
}
