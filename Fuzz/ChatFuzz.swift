// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a chat log of any format: messages and lines that could not be read come out, in the
// order of the file, and the same ones whether the bytes come whole or in pieces.
//
// The first byte chooses the format, or lets it be found out; the second one how large the pieces are.

import Chat

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 2, let start else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start + 2, count: count - 2))
    let formats = ChatFormat.allCases
    let choice = Int(start[0]) % (formats.count + 1)
    let detected = ChatFormat.detect(bytes)
    guard let format = choice < formats.count ? formats[choice] : detected else { return 0 }
    let whole = items(format, bytes, piece: bytes.count)
    precondition(items(format, bytes, piece: 1 + Int(start[1])) == whole, "in pieces other items")
    var line = 0
    for item in whole {
        let next = switch item {
        case .message(let message): message.line
        case .unread(let unread): unread.line
        }
        precondition(next >= line, "items are out of order")
        line = next
    }
    return 0
}

private func items(_ format: ChatFormat, _ bytes: [UInt8], piece: Int) -> [ChatItem] {
    var context = ChatContext(zone: { $0 })
    context.conversation = "room"
    context.day = CivilDate(2026, 11, 20)
    let reader = ChatReader(format, context, lead: bytes)
    var items: [ChatItem] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        reader.feed(Array(rest.prefix(piece)), into: &items)
        rest = rest.dropFirst(piece)
    }
    reader.finish(into: &items)
    return items
}
