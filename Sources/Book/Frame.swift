// SPDX-License-Identifier: Apache-2.0

internal import CDaybook
internal import Masking
internal import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What goes over a book's socket: little-endian length of the payload (4 bytes), kind (1 byte),
/// payload. docs/format/socket.md.
enum FrameKind: UInt8 {
    /// Both ways, first: `daybook/4`, and from the holder the origin.
    case hello = 1
    /// To the holder: durability, what the client calls this append, then records.
    case append = 2
    /// To the holder: close the live file now.
    case rotate = 3
    /// To the holder: sync and sign now.
    case checkpoint = 4
    /// From the holder: a number, the index of the first record or the size of the book.
    case done = 5
    /// From the holder: code, line feed, text.
    case failed = 6
    /// To the holder: close the live file and seal every closed day.
    case seal = 7
    /// To the holder: index of the first record that stays, then the rule in words.
    case prune = 8
}

struct Frame {
    var kind: FrameKind
    var payload: [UInt8]

    static let greeting = "daybook/4"

    init(_ kind: FrameKind, _ payload: [UInt8] = []) {
        self.kind = kind
        self.payload = payload
    }

    /// A number as payload.
    init(_ kind: FrameKind, number: UInt64) {
        self.init(kind, withUnsafeBytes(of: number.littleEndian) { Array($0) })
    }

    var number: UInt64? {
        guard payload.count == 8 else { return nil }
        return payload.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    init(_ error: BookError) {
        self.init(.failed, Array("\(error.code.rawValue)\n\(error.message)".utf8))
    }

    /// The error in a `failed` frame.
    var error: BookError {
        let text = String(decoding: payload, as: UTF8.self)
        let parts = text.split(separator: "\n", maxSplits: 1)
        guard parts.count == 2, let code = BookError.Code(rawValue: String(parts[0])) else {
            return BookError(.connection, "The holder of the book answered with an unknown error.")
        }
        return BookError(code, String(parts[1]))
    }

    init(pruning plan: PrunePlan) {
        self.init(
            .prune,
            withUnsafeBytes(of: plan.until.littleEndian) { Array($0) } + Array(plan.rule.utf8))
    }

    /// The plan in a `prune` frame; nil when the payload has not the form.
    var plan: PrunePlan? {
        guard payload.count >= 8, payload.count <= Limits.lineBytes / 2 else { return nil }
        let until = payload[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return PrunePlan(until: until, rule: String(decoding: payload[8...], as: UTF8.self))
    }

    // MARK: - Records

    /// Records as payload: durability, the append's id, then for each its length (4 bytes) and its
    /// bytes.
    init(appending records: MaskedRecords, _ durability: Durability, as id: AppendID) {
        var payload: [UInt8] = []
        payload.reserveCapacity(
            records.byteCount + 4 * records.count + 1 + AppendID.byteCount)
        payload.append(durability.rawValue)
        payload += id.bytes
        records.withUnsafeBytes { bytes in
            for entry in records.entries {
                withUnsafeBytes(of: UInt32(entry.count).littleEndian) {
                    payload.append(contentsOf: $0)
                }
                payload.append(contentsOf: bytes[entry.start..<(entry.start + entry.count)])
            }
        }
        self.init(.append, payload)
    }

    /// Masks the records of a payload once more and hands them over: whoever sent them, nothing
    /// gets into a book unmasked, and nothing personal that the book wants in an envelope.
    /// - Returns: the durability asked for and the append's id, or nil when the payload has not the
    ///   form.
    func records(
        _ session: inout MaskingSession, _ rule: SealRule, into records: inout MaskedRecords
    ) -> (durability: Durability, id: AppendID)? {
        guard let first = payload.first, let durability = Durability(rawValue: first),
            let id = AppendID(payload.dropFirst().prefix(AppendID.byteCount))
        else { return nil }
        var position = 1 + AppendID.byteCount
        while position < payload.count {
            guard payload.count - position >= 4 else { return nil }
            let count = Int(
                payload[position..<(position + 4)].reversed().reduce(UInt32(0)) {
                    $0 << 8 | UInt32($1)
                })
            position += 4
            guard count <= payload.count - position, count <= Limits.lineBytes else { return nil }
            let isTaken = payload[position..<(position + count)].withUnsafeBufferPointer { line in
                do throws(JSONError) {
                    try session.append(maskedLine: line, from: .peer, to: &records)
                    return !session.hasPersonalMembers(by: rule)
                } catch {
                    return false
                }
            }
            guard isTaken else { return nil }
            position += count
        }
        return (durability, id)
    }
}

extension Provenance {
    /// Another Daybook process; its records keep the source that it gave them.
    fileprivate static let peer = Provenance(source: "daybook", trusted: true)
}

/// One end of a connection. Blocking; used by one thread at a time.
struct Connection: Sendable {
    let descriptor: Int32

    func send(_ frame: Frame) throws(BookError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(frame.payload.count + 5)
        withUnsafeBytes(of: UInt32(frame.payload.count).littleEndian) {
            bytes.append(contentsOf: $0)
        }
        bytes.append(frame.kind.rawValue)
        bytes.append(contentsOf: frame.payload)
        guard bytes.withUnsafeBytes({ daybook_send_all(descriptor, $0.baseAddress, $0.count) }) == 0
        else { throw Self.broken }
    }

    /// The next frame; nil when the other end closed.
    func receive() throws(BookError) -> Frame? {
        var head = [UInt8](repeating: 0, count: 5)
        let state = head.withUnsafeMutableBytes {
            daybook_receive_all(descriptor, $0.baseAddress, $0.count)
        }
        if state == 0 { return nil }
        guard state > 0 else { throw Self.broken }
        let count = head[..<4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard let kind = FrameKind(rawValue: head[4]), count <= Limits.frameBytes else {
            throw BookError(
                .connection,
                "The other end of the book's socket does not speak this version. Use one version "
                    + "of Daybook for all processes that share a book.")
        }
        var payload = [UInt8](repeating: 0, count: Int(count))
        let got = payload.withUnsafeMutableBytes {
            daybook_receive_all(descriptor, $0.baseAddress, $0.count)
        }
        guard got > 0 || count == 0 else { throw Self.broken }
        return Frame(kind, payload)
    }

    func close() {
        Self.closeDescriptor(descriptor)
    }

    private static func closeDescriptor(_ descriptor: Int32) {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
            _ = Musl.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
    }

    /// Whether an error says that the other end died, and not what it answered.
    static func isBreak(_ error: BookError) -> Bool { error.message == broken.message }

    private static var broken: BookError {
        BookError(.connection, "The connection to the holder of the book broke.")
    }
}
