// SPDX-License-Identifier: Apache-2.0

/// What makes messages of whole lines.
protocol LineParser {
    /// - Parameter line: without line feed and carriage return; never empty. `number` counts all
    ///   lines of the file from 1.
    mutating func take(
        _ line: UnsafeBufferPointer<UInt8>, _ number: Int, into items: inout [ChatItem])
    /// A line without anything in it.
    mutating func takeBlank(_ number: Int, into items: inout [ChatItem])
    mutating func finish(into items: inout [ChatItem])
}

extension LineParser {
    mutating func takeBlank(_ number: Int, into items: inout [ChatItem]) {}
    mutating func finish(into items: inout [ChatItem]) {}
}

/// Cuts bytes into lines and counts them.
final class LineFed<Parser: LineParser>: ChatParser {
    private var parser: Parser
    /// A line whose end has not come.
    private var partial: [UInt8] = []
    /// Bytes of it that were beyond the limit.
    private var isTooLong = false
    private var number = 0

    init(_ parser: Parser) { self.parser = parser }

    func feed(_ bytes: UnsafeBufferPointer<UInt8>, into items: inout [ChatItem]) {
        var start = 0
        while start < bytes.count {
            let rest = UnsafeBufferPointer(rebasing: bytes[start...])
            guard let end = Scan.lineFeed(in: rest) else {
                hold(rest)
                return
            }
            let line = UnsafeBufferPointer(rebasing: rest[..<end])
            if partial.isEmpty, !isTooLong {
                take(line, into: &items)
            } else {
                hold(line)
                takePartial(into: &items)
            }
            start += end + 1
        }
    }

    func finish(into items: inout [ChatItem]) {
        if !partial.isEmpty || isTooLong { takePartial(into: &items) }
        parser.finish(into: &items)
    }

    private func hold(_ bytes: UnsafeBufferPointer<UInt8>) {
        let room = ChatLimits.itemBytes - partial.count
        if bytes.count > room { isTooLong = true }
        partial.append(contentsOf: bytes.prefix(room))
    }

    private func takePartial(into items: inout [ChatItem]) {
        var line: [UInt8] = []
        swap(&line, &partial)
        line.withUnsafeBufferPointer { line in
            if isTooLong {
                number += 1
                items.append(
                    .unread(UnreadLine(number, line, "the line is longer than 8 MiB; cut here")))
            } else {
                take(line, into: &items)
            }
        }
        isTooLong = false
        line.removeAll(keepingCapacity: line.capacity < 1 << 20)
        swap(&line, &partial)
    }

    private func take(_ line: UnsafeBufferPointer<UInt8>, into items: inout [ChatItem]) {
        var line = line
        if number == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) {
            line = UnsafeBufferPointer(rebasing: line[3...])
        }
        number += 1
        if line.last == 0x0D { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
        if line.isEmpty {
            parser.takeBlank(number, into: &items)
        } else {
            parser.take(line, number, into: &items)
        }
    }
}
