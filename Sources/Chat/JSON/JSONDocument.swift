// SPDX-License-Identifier: Apache-2.0

/// What makes messages of the elements of a document's arrays.
protocol ElementParser {
    /// Whether the elements of an array are messages.
    ///
    /// - Parameter key: under which the array stands; nil for the document's own array.
    static func hasMessages(_ key: String?) -> Bool
    /// One element.
    ///
    /// - Parameter beside: scalars of the objects around it, the nearest last.
    mutating func take(
        _ element: UnsafeBufferPointer<UInt8>, _ line: Int, beside: [JSONContext],
        into items: inout [ChatItem])
}

/// Scalars of an object around messages, by key; those of objects in it as `key.key`.
struct JSONContext {
    var scalars: [String: String] = [:]
}

/// Walks a JSON document of any size and takes out the messages: only one of them, and the scalars
/// around it, is in memory at a time. What is around the messages is read leniently; a message
/// itself strictly.
final class JSONDocument<Parser: ElementParser>: ChatParser {
    private struct Frame {
        let isArray: Bool
        /// Under which it stands.
        let key: String?
        /// The key whose value comes next.
        var pending: String?
        var context = JSONContext()
        /// Whether its elements are messages.
        let hasMessages: Bool
    }

    private enum State { case between, string, scalar, element }

    private var parser: Parser
    private var frames: [Frame] = []
    /// Containers that are open beyond the limit of depth: only counted.
    private var tooDeep = 0
    private var state = State.between
    private var isEscaped = false
    private var isInString = false
    private var depth = 0
    private var piece: [UInt8] = []
    private var isCut = false
    private var pieceLine = 1
    private var line = 1
    private var sawAnything = false

    init(_ parser: Parser) { self.parser = parser }

    func feed(_ bytes: UnsafeBufferPointer<UInt8>, into items: inout [ChatItem]) {
        var at = 0
        while at < bytes.count {
            switch state {
            case .element: at = inElement(bytes, at, &items)
            case .string: at = inString(bytes, at)
            case .scalar: at = inScalar(bytes, at, &items)
            case .between:
                between(bytes[at], &items)
                at += 1
            }
        }
    }

    func finish(into items: inout [ChatItem]) {
        if state == .scalar { endScalar(&items) }
        if state == .element {
            items.append(.unread(UnreadLine(pieceLine, piece, "the file ends inside of it")))
        } else if !frames.isEmpty || state == .string {
            items.append(.unread(UnreadLine(line, [], "the file is cut off here")))
        } else if !sawAnything {
            items.append(.unread(UnreadLine(line, [], "there is no JSON in the file")))
        }
        state = .between
        frames = []
        piece = []
    }

    // MARK: - States

    private func between(_ byte: UInt8, _ items: inout [ChatItem]) {
        switch byte {
        case 0x0A: line += 1
        case UInt8(ascii: "{"), UInt8(ascii: "["): open(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): close()
        case UInt8(ascii: "\""):
            begin(.string)
        case 0x20, 0x09, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":"), 0xEF, 0xBB, 0xBF: break
        default:
            begin(.scalar)
            piece.append(byte)
        }
    }

    private func begin(_ next: State) {
        sawAnything = true
        state = next
        piece.removeAll(keepingCapacity: true)
        isCut = false
        isEscaped = false
        pieceLine = line
    }

    private func open(_ byte: UInt8) {
        sawAnything = true
        if frames.last?.hasMessages == true, tooDeep == 0 {
            begin(.element)
            piece.append(byte)
            depth = 1
            isInString = false
            return
        }
        guard frames.count < ChatLimits.depth else {
            tooDeep += 1
            return
        }
        let isArray = byte == UInt8(ascii: "[")
        let key = frames.last.flatMap { $0.isArray ? $0.key : $0.pending }
        frames.append(
            Frame(
                isArray: isArray, key: key,
                hasMessages: isArray && Parser.hasMessages(frames.isEmpty ? nil : key ?? "")))
    }

    private func close() {
        if tooDeep > 0 {
            tooDeep -= 1
            return
        }
        guard let frame = frames.popLast(), let parent = frames.indices.last else { return }
        defer { frames[parent].pending = nil }
        guard !frame.isArray, !frames[parent].isArray, let key = frame.key else { return }
        for (name, value) in frame.context.scalars { remember(value, "\(key).\(name)", parent) }
    }

    private func remember(_ value: String, _ key: String, _ frame: Int) {
        guard frames[frame].context.scalars.count < ChatLimits.contextMembers else { return }
        frames[frame].context.scalars[key] = value
    }

    private func inString(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == 0x0A { line += 1 }
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                endString()
                return at
            }
            if piece.count < ChatLimits.contextBytes { piece.append(byte) } else { isCut = true }
        }
        return at
    }

    private func endString() {
        state = .between
        guard tooDeep == 0, let frame = frames.indices.last, !frames[frame].isArray else { return }
        let text = Self.decoded(piece)
        if let key = frames[frame].pending {
            if !isCut { remember(text, key, frame) }
            frames[frame].pending = nil
        } else {
            frames[frame].pending = text
        }
    }

    private func inScalar(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ items: inout [ChatItem]
    ) -> Int {
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case 0x0A, 0x0D, 0x20, 0x09, UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"):
                endScalar(&items)
                return at
            default:
                if piece.count < ChatLimits.contextBytes { piece.append(bytes[at]) }
                at += 1
            }
        }
        return at
    }

    private func endScalar(_ items: inout [ChatItem]) {
        state = .between
        guard tooDeep == 0 else { return }
        guard let frame = frames.indices.last else {
            items.append(.unread(UnreadLine(pieceLine, piece, "it is not JSON")))
            return
        }
        if frames[frame].hasMessages {
            items.append(.unread(UnreadLine(pieceLine, piece, "it is no message")))
        } else if !frames[frame].isArray, let key = frames[frame].pending {
            remember(String(decoding: piece, as: UTF8.self), key, frame)
            frames[frame].pending = nil
        }
    }

    /// Gathers an element up to its last brace.
    private func inElement(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ items: inout [ChatItem]
    ) -> Int {
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == 0x0A { line += 1 }
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isInString = false
                }
                continue
            }
            switch byte {
            case 0x22: isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 {
                    keep(bytes[start..<at])
                    endElement(&items)
                    return at
                }
            default: break
            }
        }
        keep(bytes[start..<at])
        return at
    }

    private func keep(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        let room = ChatLimits.itemBytes - piece.count
        if bytes.count > room { isCut = true }
        piece.append(contentsOf: bytes.prefix(room))
    }

    private func endElement(_ items: inout [ChatItem]) {
        state = .between
        if isCut {
            items.append(.unread(UnreadLine(pieceLine, piece, "it is longer than 8 MiB; cut here")))
            return
        }
        let beside = frames.filter { !$0.isArray }.map(\.context)
        piece.withUnsafeBufferPointer {
            parser.take($0, pieceLine, beside: beside, into: &items)
        }
    }

    /// A string's text; its escapes through the strict parser, and only where there are any.
    private static func decoded(_ bytes: [UInt8]) -> String {
        guard bytes.contains(0x5C) else { return String(decoding: bytes, as: UTF8.self) }
        let reader = TapeReader()
        let object = Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8)
        return object.withUnsafeBufferPointer { reader.parse($0) ? reader.text("a") : nil }
            ?? String(decoding: bytes, as: UTF8.self)
    }
}
