// SPDX-License-Identifier: Apache-2.0

import Book
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Carries one stream of a program: byte for byte to our own stream, and into the queue.
final class OutputPump: Sendable {
    private let source: Int32
    private let target: Int32
    private let stream: OutputQueue.Stream
    private let queue: OutputQueue
    /// When the program itself ended, in monotonic nanoseconds; 0 while it runs.
    private let ended = Atomic<UInt64>(0)
    let byteCount = Atomic<Int>(0)

    init(from source: Int32, to target: Int32, _ stream: OutputQueue.Stream, _ queue: OutputQueue) {
        self.source = source
        self.target = target
        self.stream = stream
        self.queue = queue
        widenPipe(source)
    }

    /// The program is gone: go on only while there is output, and a little longer.
    func programEnded() {
        ended.store(SystemClock().monotonic(), ordering: .relaxed)
    }

    /// Runs until the stream ends; on a thread of its own.
    func run() {
        defer { close(source) }
        var bytes = [UInt8](repeating: 0, count: CommandLimits.pipeBytes)
        while waitForOutput() {
            let got = bytes.withUnsafeMutableBytes { buffer in
                systemRead(source, buffer.baseAddress.unsafelyUnwrapped, buffer.count)
            }
            guard got > 0 else { return }
            byteCount.add(got, ordering: .relaxed)
            // Recorded first: a terminal that blocks must not keep it from the book.
            queue.put(Array(bytes[..<got]), stream)
            let isRead = bytes.withUnsafeBufferPointer { buffer in
                Terminal.write(UnsafeBufferPointer(rebasing: buffer[..<got]), to: target)
            }
            // Nobody reads us (`| head`): the program shall meet a closed pipe too.
            guard isRead else { return }
        }
    }

    /// False when the program is gone and only some process that it left behind holds the pipe.
    private func waitForOutput() -> Bool {
        while true {
            var wanted = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
            let count = poll(&wanted, 1, 200)
            if count > 0 { return true }
            if count < 0, errno != EINTR { return false }
            let end = ended.load(ordering: .relaxed)
            if end != 0, SystemClock().monotonic() - end > CommandLimits.lingerNanoseconds {
                return false
            }
        }
    }
}
