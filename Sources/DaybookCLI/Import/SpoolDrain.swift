// SPDX-License-Identifier: Apache-2.0

import Book
import Desk
import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Records the files of a spool, each once, and removes them.
///
/// A file is renamed before its first record is taken, so that whoever finds it later knows that its
/// records may be in the books; then the marks of the import say how far it came. Only then are the
/// books walked for them.
struct SpoolDrain {
    enum Outcome {
        case recorded(Int)
        /// A program still writes it, or another one empties it.
        case busy
        case interrupted
    }

    let ground: Ground
    /// What the books remember of drains that were cut off; asked for when the first such file comes.
    private var memory: ImportMemory?

    init(ground: Ground) { self.ground = ground }

    mutating func take(_ file: SpoolFolder.File) throws -> Outcome {
        guard let lock = try SpoolLock(file.path) else { return .busy }
        defer { _ = lock.descriptor }
        var path = file.path
        if !file.isBegun {
            path = String(path.dropLast(SpoolFolder.suffix.count)) + SpoolFolder.begun
            guard rename(file.path, path) == 0 else {
                throw DeskFailure(
                    .inputOutput,
                    "cannot rename \(file.path): \(String(cString: strerror(errno))).")
            }
        }
        var known = try file.isBegun ? remembered() : ImportMemory()
        let stream = try ImportStream(path)
        var lead = [UInt8](repeating: 0, count: CommandLimits.importLeadBytes)
        let count = stream.read(&lead, lead.count)
        let importer = FileImporter(
            ground: ground, only: nil, durability: .synced, zone: try LocalZone(named: nil),
            source: "spool:\(file.key)")
        let outcome = try importer.run(
            ImportOrder.Candidate(path: path, lead: Array(lead[..<count])), &known)
        if outcome.wasInterrupted { return .interrupted }
        guard unlink(path) == 0 else {
            throw DeskFailure(
                .inputOutput,
                "\(path) is recorded, but cannot be removed: \(String(cString: strerror(errno))).")
        }
        return .recorded(outcome.records)
    }

    private mutating func remembered() throws -> ImportMemory {
        if let memory { return memory }
        let read = try ImportMemory(ground.place("audit"), opener: ground.houseOpener)
        memory = read
        return read
    }
}
