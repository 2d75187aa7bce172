// SPDX-License-Identifier: Apache-2.0

package import Intake
import Masking
package import Records

/// Where records come from: something that is read, and read on after a restart.
///
/// Acceptance: killed at any moment and run again with the same sink, every record of the origin is
/// in the sink, once, and those of one stream in the order of the origin.
package protocol Source: Sendable {
    /// As settings and status name it; records name it as the beginning of their `source`.
    var name: String { get }

    /// Reads into a sink, from where the sink says that reading ended, until `stop` asks for the
    /// end. Blocks; called on a thread of its own.
    ///
    /// - Throws: what the sink throws, and what keeps the whole source from being read. It is run
    ///   again then, later.
    func run(into sink: any SourceSink, until stop: StopSignal, _ report: SourceReport) throws
}

/// One ordered stream of records within a source, such as a file with those that it was before.
package struct SourceStream {
    /// What its records name as their source: `bots:worker.log`.
    package let name: String
    let provenance: Provenance
    /// Records that the books have already from beyond the position: so many are not added again.
    package var passOver: [IntakeBook: Int] = [:]

    package init(_ name: String) {
        self.name = name
        provenance = Provenance(source: name)
    }

    package var isPassingOver: Bool { passOver.contains { $0.value > 0 } }
}

/// Where a source puts its records and its positions. Not safe to share between threads.
///
/// Positions lie in the book, as records of Daybook's own, and so stand or fall with the records
/// that they speak of. A position says: all before it is in the books before this mark; what is in
/// the books after the mark was read from the position on. Whoever reads on from there passes over
/// as many records as the books have of the stream since.
package protocol SourceSink: AnyObject {
    /// Records that were taken since it was opened.
    var taken: UInt64 { get }
    /// Whether enough was gathered that it should be handed over.
    var isFull: Bool { get }

    /// Takes one record, masks it, and adds it to what is handed over next.
    func take(_ item: IntakeItem, into stream: inout SourceStream)

    /// Hands over what was gathered; with `isPause` it returns when that is as durable as the
    /// settings ask.
    func handOver(isPause: Bool) throws

    /// Hands over what was gathered, syncs it, and then writes where each file stands.
    ///
    /// - Parameters:
    ///   - positions: one object for each file or stream that moved, whatever the source needs to
    ///     find the place again.
    ///   - isFull: whether that is all of them, so that earlier marks are not needed any more.
    /// - Returns: the number of the mark; they ascend.
    func mark(_ positions: [JSONObject], isFull: Bool) throws -> UInt64

    /// What the book remembers of earlier runs.
    func memory() throws -> SourceMemory

    /// Hands over the rest and lets go of the books.
    func close() throws
}

/// What a book remembers of a source.
package struct SourceMemory {
    /// Positions, oldest first; of those for the same stream the last one counts. Empty when this
    /// source was never run.
    package var positions: [JSONObject] = []
    /// The number of the last mark; 0 when there is none.
    package var sequence: UInt64 = 0
    /// Records that the books have since the last mark, by the name of their stream.
    package var since: [String: [IntakeBook: Int]] = [:]

    package init() {}
}
