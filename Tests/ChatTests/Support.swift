// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

@testable import Chat

/// Samples that we wrote, and the way through the reader.
enum Sample {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/chat")

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// All items of some bytes; fed in pieces of `step` bytes.
    static func read(
        _ bytes: [UInt8], _ format: ChatFormat, step: Int = .max,
        _ change: (inout ChatContext) -> Void = { _ in }
    ) -> [ChatItem] {
        var context = ChatContext { $0 }
        change(&context)
        let reader = ChatReader(format, context, lead: bytes)
        var items: [ChatItem] = []
        var start = 0
        while start < bytes.count {
            let end = step > bytes.count - start ? bytes.count : start + step
            reader.feed(Array(bytes[start..<end]), into: &items)
            start = end
        }
        reader.finish(into: &items)
        return items
    }

    static func read(
        _ name: String, _ format: ChatFormat, _ change: (inout ChatContext) -> Void = { _ in }
    ) throws -> [ChatItem] {
        read(try bytes(name), format, change)
    }
}

extension [ChatItem] {
    var messages: [ChatMessage] {
        compactMap { if case .message(let message) = $0 { message } else { nil } }
    }
    var unread: [UnreadLine] {
        compactMap { if case .unread(let line) = $0 { line } else { nil } }
    }
}

/// `10:00:00` of 2026-11-20, UTC.
func at(_ time: String, _ day: String = "2026-11-20") -> Timestamp? { Timestamp("\(day)T\(time)Z") }
