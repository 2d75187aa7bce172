// SPDX-License-Identifier: Apache-2.0

import Book
import Synchronization

/// The real disk, which is full from the nth write on.
final class FullDisk: Disk {
    private let real = PosixDisk()
    /// Writes that still succeed.
    private let left: Mutex<Int>

    init(after writes: Int) { left = Mutex(writes) }

    /// Whether it ever refused.
    var wasFull: Bool { left.withLock { $0 < 0 } }

    private func spend(_ path: String) throws(DiskError) {
        let isFull = left.withLock { left in
            left -= 1
            return left < 0
        }
        // 28 is ENOSPC, on every system that we run on.
        if isFull { throw DiskError(operation: "write", path: path, code: 28) }
    }

    func open(_ path: String, _ purpose: OpenPurpose, mode: UInt32) throws(DiskError) -> OpenFile {
        try real.open(path, purpose, mode: mode)
    }
    func close(_ file: OpenFile) { real.close(file) }
    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int)
        throws(DiskError)
    {
        try spend("a file")
        try real.write(bytes, to: file, at: offset)
    }
    func read(into buffer: UnsafeMutableRawBufferPointer, from file: OpenFile, at offset: Int)
        throws(DiskError) -> Int
    { try real.read(into: buffer, from: file, at: offset) }
    func size(of file: OpenFile) throws(DiskError) -> Int { try real.size(of: file) }
    func truncate(_ file: OpenFile, to size: Int) throws(DiskError) {
        try real.truncate(file, to: size)
    }
    func syncData(_ file: OpenFile) throws(DiskError) { try real.syncData(file) }
    func rename(_ from: String, to: String) throws(DiskError) { try real.rename(from, to: to) }
    func remove(_ path: String) throws(DiskError) { try real.remove(path) }
    func syncDirectory(_ path: String) throws(DiskError) { try real.syncDirectory(path) }
    func makeDirectory(_ path: String, mode: UInt32) throws(DiskError) {
        if real.kind(of: path) != .directory { try spend(path) }
        try real.makeDirectory(path, mode: mode)
    }
    func list(_ directory: String) throws(DiskError) -> [String] { try real.list(directory) }
    func kind(of path: String) -> PathKind { real.kind(of: path) }
    func setMode(_ path: String, mode: UInt32, group: UInt32?) throws(DiskError) {
        try real.setMode(path, mode: mode, group: group)
    }
    func lock(_ path: String, mode: UInt32) throws(DiskError) -> OpenFile? {
        try real.lock(path, mode: mode)
    }
    func freeBytes(at path: String) throws(DiskError) -> Int { try real.freeBytes(at: path) }
}
