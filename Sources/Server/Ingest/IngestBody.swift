// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request as it came, with its share of the budget.
struct IngestBody: Sendable {
    /// How it is packed.
    enum Coding: Sendable { case plain, gzip, deflate, snappy }

    private let bytes: ByteBuffer
    private let coding: Coding
    private let permit: BytePermit

    /// Reads the body of a request.
    ///
    /// - Parameter coding: what the protocol says of it; nil goes by `Content-Encoding`.
    /// - Throws: 413 beyond the limit, 415 for an unknown encoding, 429 when too much is in flight.
    init(_ request: Request, _ budget: ByteBudget, coding: Coding? = nil) async throws {
        self.coding = try coding ?? Self.coding(request.headers[.contentEncoding])
        permit = BytePermit(budget)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }),
            length > ServerLimits.bodyBytes
        {
            throw Self.tooLong
        }
        var all = ByteBuffer()
        for try await var chunk in request.body {
            guard all.readableBytes + chunk.readableBytes <= ServerLimits.bodyBytes else {
                throw Self.tooLong
            }
            try permit.grow(by: chunk.readableBytes)
            if all.readableBytes == 0 { all = chunk } else { all.writeBuffer(&chunk) }
        }
        bytes = all
    }

    /// Calls `body` with the bytes, unpacked. Blocks for as long as that takes: not for Swift's pool.
    ///
    /// - Throws: 400 for a damaged packing, 413 beyond the limit.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws -> Result {
        try bytes.withUnsafeReadableBytes { raw in
            let packed = raw.bindMemory(to: UInt8.self)
            let plain: [UInt8]
            switch coding {
            case .plain: return try body(packed)
            case .gzip: plain = try Inflate.unpack(packed, isGzip: true, permit)
            case .deflate: plain = try Inflate.unpack(packed, isGzip: false, permit)
            case .snappy: plain = try SnappyBlock.unpack(packed, permit)
            }
            return try plain.withUnsafeBufferPointer(body)
        }
    }

    private static func coding(_ name: String?) throws(HTTPFailure) -> Coding {
        switch name?.lowercased() {
        case nil, "", "identity": return .plain
        case "gzip", "x-gzip": return .gzip
        case "deflate": return .deflate
        case "snappy": return .snappy
        default:
            throw HTTPFailure(
                .unsupportedMediaType, "this Content-Encoding is not known here; use gzip or none")
        }
    }

    static var tooLong: HTTPFailure {
        HTTPFailure(
            .contentTooLarge,
            "a request has at most \(ServerLimits.bodyBytes >> 20) MiB, unpacked; send less at once"
        )
    }
}
