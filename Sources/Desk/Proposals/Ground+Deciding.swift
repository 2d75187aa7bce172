// SPDX-License-Identifier: Apache-2.0

import Book

// Decisions one after the other, of all processes over these books: who looks at a proposal and then
// records what becomes of it must not be overtaken in between. docs/design/four-eyes.md.
extension Ground {
    /// Does what looks at a proposal and then decides, while nobody else does.
    ///
    /// Blocks while another process decides, some seconds at most. The lock dies with its process.
    ///
    /// - Throws: `temporary` when another one takes too long.
    func deciding<Value>(_ body: () throws -> Value) throws -> Value {
        let disk = place("audit").disk
        let directory = "\(logs)/server"
        if disk.kind(of: directory) == .missing { try disk.makeDirectory(directory, mode: 0o700) }
        let lock = try disk.waitForLock("\(directory)/decisions.lock")
        defer { disk.close(lock) }
        return try body()
    }
}

extension Disk {
    /// Waits for a lock between processes, and between threads of one.
    ///
    /// - Throws: `temporary` when another one takes too long.
    func waitForLock(_ path: String) throws -> OpenFile {
        for _ in 0..<DeskLimits.lockTries {
            if let lock = try lock(path, mode: 0o600) { return lock }
            sleepFor(nanoseconds: DeskLimits.lockNanoseconds)
        }
        throw DeskFailure(.temporary, "another command holds \(path); try again")
    }
}
