// SPDX-License-Identifier: Apache-2.0

import Foundation
import Records
import Testing

@testable import Book
@testable import Masking
@testable import Vault

/// A file system for keys that has no room from some call on.
private final class FullDisk: Disk, @unchecked Sendable {
    private let below = PosixDisk()
    /// Calls that still succeed. Used by one thread.
    var left = Int.max

    private func spend(_ operation: String, _ path: String) throws(DiskError) {
        guard left > 0 else {
            throw DiskError(operation: operation, path: path, code: ENOSPC)
        }
        if left != .max { left -= 1 }
    }

    func open(_ path: String, _ purpose: OpenPurpose, mode: UInt32) throws(DiskError) -> OpenFile {
        if purpose == .replacing || purpose == .creating { try spend("open", path) }
        return try below.open(path, purpose, mode: mode)
    }
    func close(_ file: OpenFile) { below.close(file) }
    func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int)
        throws(DiskError)
    {
        // Half of it gets there.
        if left == 0 {
            try below.write(
                UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]), to: file, at: offset)
        }
        try spend("write", "a file")
        try below.write(bytes, to: file, at: offset)
    }
    func read(into buffer: UnsafeMutableRawBufferPointer, from file: OpenFile, at offset: Int)
        throws(DiskError) -> Int
    { try below.read(into: buffer, from: file, at: offset) }
    func size(of file: OpenFile) throws(DiskError) -> Int { try below.size(of: file) }
    func truncate(_ file: OpenFile, to size: Int) throws(DiskError) {
        try below.truncate(file, to: size)
    }
    func syncData(_ file: OpenFile) throws(DiskError) {
        try spend("sync", "a file")
        try below.syncData(file)
    }
    func rename(_ from: String, to: String) throws(DiskError) {
        try spend("rename", from)
        try below.rename(from, to: to)
    }
    func remove(_ path: String) throws(DiskError) { try below.remove(path) }
    func syncDirectory(_ path: String) throws(DiskError) {
        try spend("sync", path)
        try below.syncDirectory(path)
    }
    func makeDirectory(_ path: String, mode: UInt32) throws(DiskError) {
        try below.makeDirectory(path, mode: mode)
    }
    func list(_ directory: String) throws(DiskError) -> [String] { try below.list(directory) }
    func kind(of path: String) -> PathKind { below.kind(of: path) }
    func setMode(_ path: String, mode: UInt32, group: UInt32?) throws(DiskError) {
        try below.setMode(path, mode: mode, group: group)
    }
    func lock(_ path: String, mode: UInt32) throws(DiskError) -> OpenFile? {
        try below.lock(path, mode: mode)
    }
    func freeBytes(at path: String) throws(DiskError) -> Int { try below.freeBytes(at: path) }
}

@Suite("A full disk")
struct FullDiskTests {
    @Test("Keys: at whichever call the disk is full, nothing is lost and it goes on later")
    func keys() throws {
        var failures = 0
        for calls in 0..<60 {
            let place = try TestVault()
            let disk = FullDisk()
            let vault = try #require(
                try Vault.open(
                    logs: place.logs, keys: place.keys, create: true, clock: place.clock,
                    disk: disk))
            let kept = try vault.seal(["stays"], of: .chat("a"))
            let gone = try vault.seal(["goes", "goes too"], of: .chat("b"))
            disk.left = calls
            var isDone = true
            do {
                _ = try vault.seal(["new"], of: .chat("c"))
                _ = try vault.shred(
                    ShredOrder(name: "e", commitments: [gone[0]] + kept[..<0]))
            } catch {
                isDone = false
                failures += 1
            }
            disk.left = .max
            let began = try vault.erasure("e") != nil
            // The process that lived, and another one.
            for vault in [vault, try place.open()] {
                #expect(try vault.texts(kept) == ["stays"])
                #expect(try vault.texts(vault.seal(["more"], of: .chat("d"))) == ["more"])
                #expect(try vault.unfinished == nil)
                #expect(
                    try vault.states(gone) == [began ? .erased(by: "e") : .open, .open])
            }
            if isDone { break }
        }
        #expect(failures > 10 && failures < 60)
    }

    /// With a small file system, such as `mount -t tmpfs -o size=3m tmpfs /mnt/small`.
    @Test(
        "All of the vault on a disk that is full at each step",
        .enabled(if: ProcessInfo.processInfo.environment["DAYBOOK_SMALL_DISK"] != nil))
    func everything() throws {
        let small = try #require(ProcessInfo.processInfo.environment["DAYBOOK_SMALL_DISK"])
        for stop in ShredStep.allCases {
            let root = small + "/vault-\(stop)"
            defer { try? FileManager.default.removeItem(atPath: root) }
            try FileManager.default.createDirectory(
                atPath: root + "/logs", withIntermediateDirectories: true)
            func open() throws -> Vault {
                try #require(
                    try Vault.open(logs: root + "/logs", keys: root + "/keys", create: true))
            }
            let vault = try open()
            let kept = try vault.seal((0..<200).map { "stays \($0)" }, of: .chat("a"))
            let gone = try vault.seal((0..<200).map { "goes \($0)" }, of: .chat("b"))
            let filler = root + "/filler"
            var isFull = false
            do {
                _ = try vault.shred(
                    ShredOrder(name: "e", commitments: gone + kept[..<20]),
                    before: { step throws(VaultError) in
                        guard step == stop else { return }
                        isFull = true
                        let file = fopen(filler, "w")
                        let block = [UInt8](repeating: 1, count: 512)
                        while fwrite(block, 1, 512, file) == 512, fflush(file) == 0 {}
                        fclose(file)
                    })
            } catch {
                #expect(error.code == .disk, "\(error)")
            }
            #expect(isFull)
            try? FileManager.default.removeItem(atPath: filler)
            let began = try vault.erasure("e") != nil
            let other = try open()
            #expect(try other.unfinished == nil)
            #expect(try other.states(Array(kept[20...])).allSatisfy { $0 == .open })
            #expect(
                try other.states(gone).allSatisfy { $0 == (began ? .erased(by: "e") : .open) })
        }
    }
}
