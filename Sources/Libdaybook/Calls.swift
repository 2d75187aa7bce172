// SPDX-License-Identifier: Apache-2.0
//
// The calls of daybook.h, which has their contracts. Each only checks what it was given, calls the room
// `Daybook`, and turns what is thrown into a status and the thread's last error.

public import CLibdaybook
internal import Daybook
internal import Records

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `daybook_open`
@_cdecl("daybook_open")
public func libraryOpen(
    _ directory: UnsafePointer<CChar>?, _ options: UnsafePointer<daybook_options>?,
    _ handle: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    handle?.pointee = nil
    return status { () throws(Failure) in
        guard libdaybook_is_inherited() == 0 else {
            // A lock of the runtime that one of the parent's threads held would never be free.
            throw Failure(
                DAYBOOK_FORKED,
                "This process was forked by one that had opened books. Fork before daybook_open, and "
                    + "open in each process; or exec after the fork.")
        }
        guard let handle else { throw .invalid("There is no place for the handle: it is NULL.") }
        guard let directory = try path(directory, "directory"), !directory.isEmpty else {
            throw .invalid("The directory is NULL or empty.")
        }
        let choice = try Choice(options)
        do throws(DaybookError) {
            let daybook = try Daybook(
                directory: directory, keys: choice.keys, auditFile: choice.auditFile)
            libdaybook_note_opened()
            handle.pointee = Handle.pointer(to: daybook, level: choice.level)
        } catch {
            throw Failure(error)
        }
    }
}

/// `daybook_record` for all that the C part of it leaves: nothing in it allocates, locks or asks the
/// system for anything, but where it fails or waits.
@_cdecl("libdaybook_record")
public func libraryRecord(
    _ handle: OpaquePointer?, _ kind: UnsafePointer<CChar>?, _ level: Int32,
    _ fields: UnsafePointer<daybook_field>?, _ count: Int
) -> Int32 {
    status { () throws(Failure) in
        let handle = try Handle.of(handle)
        let daybook = try handle.daybook()
        let head = try Head(kind, level)
        guard Int32(head.level.rawValue) >= handle.level else { return }
        let fields = try Fields(fields, count)
        do throws(DaybookError) {
            try daybook.record(
                kindBytes: head.kind, level: head.level, at: fields.instant, to: head.book
            ) { fields.put(into: &$0) }
        } catch {
            throw Failure(error)
        }
    }
}

/// `daybook_append`
@_cdecl("daybook_append")
public func libraryAppend(
    _ handle: OpaquePointer?, _ kind: UnsafePointer<CChar>?, _ level: Int32,
    _ fields: UnsafePointer<daybook_field>?, _ count: Int, _ durability: Int32,
    _ index: UnsafeMutablePointer<UInt64>?
) -> Int32 {
    index?.pointee = .max
    return status { () throws(Failure) in
        let handle = try Handle.of(handle)
        let daybook = try handle.daybook()
        let durability = try Daybook.Durability(number: durability)
        let head = try Head(kind, level)
        let fields = try Fields(fields, count)
        guard Int32(head.level.rawValue) >= handle.level else { return }
        do throws(DaybookError) {
            let place = try daybook.append(
                kindBytes: head.kind, level: head.level, at: fields.instant, to: head.book,
                durability: durability
            ) { fields.put(into: &$0) }
            if let place { index?.pointee = place.index }
        } catch {
            throw Failure(error)
        }
    }
}

/// `daybook_flush`
@_cdecl("daybook_flush")
public func libraryFlush(_ handle: OpaquePointer?, _ durability: Int32) -> Int32 {
    status { () throws(Failure) in
        let daybook = try Handle.of(handle).daybook()
        let durability = try Daybook.Durability(number: durability)
        do throws(DaybookError) {
            try daybook.flush(durability: durability)
        } catch {
            throw Failure(error)
        }
    }
}

/// `daybook_pending`
@_cdecl("daybook_pending")
public func libraryPending(_ handle: OpaquePointer?) -> UInt64 {
    guard let handle = try? Handle.of(handle), handle.isOpen,
        let daybook = try? handle.daybook()
    else { return 0 }
    return UInt64(daybook.waitingBytes)
}

/// `daybook_enabled`
@_cdecl("daybook_enabled")
public func libraryEnabled(_ handle: OpaquePointer?, _ level: Int32) -> Int32 {
    guard let handle = try? Handle.of(handle), level >= handle.level,
        let level = UInt8(exactly: level).flatMap(Level.init(rawValue:))
    else { return 0 }
    return handle.books.takes(level) ? 1 : 0
}

/// `daybook_close`
@_cdecl("daybook_close")
public func libraryClose(_ handle: OpaquePointer?) -> Int32 {
    guard handle != nil else { return Int32(DAYBOOK_OK) }
    return status { () throws(Failure) in
        try Handle.of(handle).close()
    }
}

// MARK: - What they share

/// What an event is, checked.
private struct Head {
    let kind: UnsafeRawBufferPointer
    let level: Level
    /// Another book than `audit`.
    let book: String?

    @inline(__always)
    init(_ kind: UnsafePointer<CChar>?, _ level: Int32) throws(Failure) {
        guard let kind else {
            throw .invalid("The kind is NULL: it is a name such as order_filled.")
        }
        self.kind = bytes(kind, -1, LibraryLimits.nameBytes)
        guard !self.kind.isEmpty else { throw .invalid("The kind is empty.") }
        guard self.kind.count <= LibraryLimits.nameBytes else {
            throw .invalid("The kind has more than \(LibraryLimits.nameBytes) bytes.")
        }
        let entry = Kinds.all.entry(of: self.kind)
        book = entry.isChat ? "chat" : nil
        if level == Int32(DAYBOOK_LEVEL_OF_KIND) {
            self.level = entry.level
        } else if let raw = UInt8(exactly: level), let known = Level(rawValue: raw) {
            self.level = known
        } else {
            throw .invalid(
                "\(level) is no level: they go from DAYBOOK_DEBUG to DAYBOOK_CRITICAL.")
        }
    }
}

/// What `daybook_options` says, as far as the caller's version of it goes.
private struct Choice {
    var keys: String?
    var auditFile: String?
    var level: Int32 = 0

    init(_ options: UnsafePointer<daybook_options>?) throws(Failure) {
        guard let options else { return }
        // Of a later version only the beginning is known, which says how long it is.
        guard Int(options.pointee.size) >= MemoryLayout<daybook_options>.size else {
            throw .invalid("The options have no size: daybook_options_init fills them in.")
        }
        guard options.pointee.abi >= 1, options.pointee.abi <= UInt32(DAYBOOK_ABI) else {
            throw Failure(
                DAYBOOK_UNSUPPORTED,
                "The program was compiled for version \(options.pointee.abi) of libdaybook; this one "
                    + "is \(DAYBOOK_ABI). Install the library that came with its header.")
        }
        keys = try path(options.pointee.keys, "path of the keys")
        auditFile = try path(options.pointee.audit_file, "name of the live file")
        level = options.pointee.level
        guard (0...4).contains(level) else {
            throw .invalid(
                "\(level) is no level: they go from DAYBOOK_DEBUG to DAYBOOK_CRITICAL.")
        }
    }
}

private func path(_ start: UnsafePointer<CChar>?, _ what: String) throws(Failure) -> String? {
    guard let start else { return nil }
    let count = strnlen(start, LibraryLimits.pathBytes + 1)
    guard count <= LibraryLimits.pathBytes else {
        throw .invalid("The \(what) has more than \(LibraryLimits.pathBytes) bytes.")
    }
    let bytes = UnsafeBufferPointer(
        start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .invalid("The \(what) is not UTF-8.")
    }
    return text
}

extension Daybook.Durability {
    fileprivate init(number: Int32) throws(Failure) {
        switch Int(number) {
        case DAYBOOK_QUEUED: self = .queued
        case DAYBOOK_WRITTEN: self = .written
        case DAYBOOK_SYNCED: self = .synced
        default:
            throw .invalid(
                "\(number) is no durability: DAYBOOK_QUEUED, DAYBOOK_WRITTEN or DAYBOOK_SYNCED.")
        }
    }
}
