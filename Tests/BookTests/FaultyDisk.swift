// SPDX-License-Identifier: Apache-2.0

@testable import Book

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The real disk, except where a test says no.
final class FaultyDisk: Disk, @unchecked Sendable {
    // Sendable, because `state` is a monitor and the rest forwards.
    private let real = PosixDisk()
    private let state = Monitor(State())

    struct State {
        /// Bytes that lines may still take; nil is no limit.
        var freeBytes: Int?
        var failsSyncs = 0
        var refusesWrites = false
        /// Files of columns cannot be made.
        var refusesColumns = false
        /// Syncs wait until this is taken back.
        var holdsSyncs = false
    }

    func set(_ change: (inout State) -> Void) {
        state.withLock { change(&$0) }
        state.broadcast()
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int)
        throws(DiskError)
    {
        let isFull = state.withLock { state in
            if state.refusesWrites { return true }
            guard let free = state.freeBytes else { return false }
            guard bytes.count <= free else { return true }
            state.freeBytes = free - bytes.count
            return false
        }
        guard !isFull else {
            // A full disk takes a part first.
            let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2))
            try real.write(part, to: file, at: offset)
            throw DiskError(operation: "write", path: "live", code: ENOSPC)
        }
        try real.write(bytes, to: file, at: offset)
    }

    func syncData(_ file: OpenFile) throws(DiskError) {
        let fails = state.withLock { state in
            guard state.failsSyncs > 0 else { return false }
            state.failsSyncs -= 1
            return true
        }
        guard !fails else { throw DiskError(operation: "sync", path: "live", code: EIO) }
        _ = state.wait { $0.holdsSyncs ? nil : true }
        try real.syncData(file)
    }

    func open(_ path: String, _ purpose: OpenPurpose, mode: UInt32) throws(DiskError) -> OpenFile {
        let isFull = state.withLock { $0.refusesColumns } && path.hasSuffix(".tmp")
        if isFull, path.hasSuffix(".parquet.tmp") || path.hasSuffix(".part.tmp") {
            throw DiskError(operation: "write", path: path, code: ENOSPC)
        }
        return try real.open(path, purpose, mode: mode)
    }
    func close(_ file: OpenFile) { real.close(file) }
    func read(into buffer: UnsafeMutableRawBufferPointer, from file: OpenFile, at offset: Int)
        throws(DiskError) -> Int
    { try real.read(into: buffer, from: file, at: offset) }
    func size(of file: OpenFile) throws(DiskError) -> Int { try real.size(of: file) }
    func truncate(_ file: OpenFile, to size: Int) throws(DiskError) {
        try real.truncate(file, to: size)
    }
    func rename(_ from: String, to: String) throws(DiskError) { try real.rename(from, to: to) }
    func remove(_ path: String) throws(DiskError) { try real.remove(path) }
    func syncDirectory(_ path: String) throws(DiskError) { try real.syncDirectory(path) }
    func makeDirectory(_ path: String, mode: UInt32) throws(DiskError) {
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
