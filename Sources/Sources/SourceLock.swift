// SPDX-License-Identifier: Apache-2.0

import Book
package import Desk

/// Holds the name of a source for this process: two that follow under one name would both record
/// every line.
package struct SourceLock: Sendable {
    private let disk: PosixDisk
    private let file: OpenFile

    /// Takes a name, until `close` or the end of the process.
    ///
    /// - Throws: `temporary` while another process has it.
    package static func take(_ name: String, _ ground: Ground) throws -> SourceLock {
        let disk = PosixDisk()
        let directory = ground.logs + "/sources"
        try disk.makeDirectory(directory, mode: 0o700)
        guard let file = try disk.lock("\(directory)/\(name).lock", mode: 0o600) else {
            throw DeskFailure(
                .temporary,
                "the source \(name) is followed by another process. End that one, or choose another "
                    + "name: under another name everything is recorded again.")
        }
        return SourceLock(disk: disk, file: file)
    }

    package func close() { disk.close(file) }
}
