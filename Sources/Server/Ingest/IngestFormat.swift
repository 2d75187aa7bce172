// SPDX-License-Identifier: Apache-2.0

import Intake
import Masking

/// The forms in which requests bring records, each read from bytes alone: for fuzzing, and for tests
/// that feed all of them.
package enum IngestFormat: UInt8, CaseIterable, Sendable {
    case lines, otlp, otlpJSON, loki, lokiJSON, lokiLabels, bulk, gzip, deflate, snappy, mark

    /// Reads and masks what `bytes` say.
    ///
    /// - Returns: the lines that would be recorded; nil when the bytes are refused.
    package func read(_ bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
        let worker = IngestWorker(.standard)
        let provenance = Provenance(source: "http:test")
        var batch = IngestBatch([
            .init(name: "audit", rule: .none), .init(name: "chat", rule: .none),
        ])
        var intake = Intake.ofClient
        do {
            switch self {
            case .lines:
                var rest = bytes
                while let line = rest.cutLine() {
                    _ = worker.take(line: line, from: provenance, to: &batch)
                }
            case .otlp, .otlpJSON:
                let hear: OTLPDecoder.Hearer = { log, origin in
                    log?.take(origin, worker, &intake, from: provenance, to: &batch)
                }
                if self == .otlp {
                    try OTLPDecoder.protobuf(bytes, hear)
                } else {
                    try OTLPDecoder.json(bytes, hear)
                }
            case .loki, .lokiJSON:
                let streams = try self == .loki ? LokiPush.protobuf(bytes) : LokiPush.json(bytes)
                for stream in streams {
                    for entry in stream.entries {
                        worker.take(
                            text: entry.line, stream.enclosing(entry), &intake, from: provenance,
                            to: &batch)
                    }
                }
            case .lokiLabels: _ = LokiLabels.parse(String(decoding: bytes, as: UTF8.self))
            case .bulk:
                var bulk = ElasticBulk(
                    target: nil, of: "fuzz", DocumentKeys(), recognises: true)
                try bulk.take(bytes, worker, from: provenance, to: &batch)
                _ = bulk.answer(batch, [], milliseconds: 0)
            case .gzip: _ = try Inflate.unpack(bytes, isGzip: true, nil)
            case .deflate: _ = try Inflate.unpack(bytes, isGzip: false, nil)
            case .snappy: _ = try SnappyBlock.unpack(bytes, nil)
            case .mark: _ = BatchMark(bytes)
            }
        } catch {
            return nil
        }
        return batch.lanes.flatMap { lane in
            (0..<lane.records.count).map { lane.records.line($0) }
        }
    }
}
