// SPDX-License-Identifier: Apache-2.0

internal import CLibdaybook
internal import Daybook
internal import Synchronization

/// What a `daybook *` points to: the open books, and what a caller may do with them.
///
/// It is never freed, so that a thread that comes after `daybook_close` gets an answer and not memory of
/// somebody else.
final class Handle: @unchecked Sendable {
    // Sendable, because of what `record` shares only `is_closed` changes, and that atomically.
    let books: Daybook
    /// What daybook_record has to know, in C.
    private let record: UnsafeMutablePointer<libdaybook_handle>

    /// Events below it are not recorded.
    var level: Int32 { record.pointee.level }

    private init(_ daybook: Daybook, level: Int32) {
        books = daybook
        record = .allocate(capacity: 1)
        record.initialize(
            to: libdaybook_handle(
                object: nil, audit: daybook.auditRing, forks: libdaybook_forks(),
                level: level, audit_level: Int32(daybook.auditLevel.rawValue), is_closed: 0))
        record.pointee.object = Unmanaged.passUnretained(self).toOpaque()
    }

    /// Every handle of the process, so that a tool that looks for leaks finds who has them.
    private static let all = Mutex<[Handle]>([])

    /// A handle for books that were opened, as callers get it.
    static func pointer(to daybook: Daybook, level: Int32) -> OpaquePointer {
        let handle = Handle(daybook, level: level)
        // The table in C is written here, by whoever comes first; the others wait.
        _ = Kinds.all
        all.withLock { $0.append(handle) }
        return OpaquePointer(handle.record)
    }

    /// The handle of a pointer that a caller gave.
    static func of(_ pointer: OpaquePointer?) throws(Failure) -> Handle {
        guard let pointer,
            let object = UnsafePointer<libdaybook_handle>(pointer).pointee.object
        else { throw .invalid("The handle is NULL: daybook_open gives one.") }
        return Unmanaged<Handle>.fromOpaque(object).takeUnretainedValue()
    }

    /// Whether the handle is of this process.
    var isOurs: Bool { record.pointee.forks == libdaybook_forks() }

    var isOpen: Bool { isOurs && !isClosed }

    private var isClosed: Bool { libdaybook_is_closed(record) != 0 }

    /// The books, or why they cannot be used.
    func daybook() throws(Failure) -> Daybook {
        try checkOurs()
        guard !isClosed else {
            throw Failure(
                DAYBOOK_CLOSED, "This handle was closed; open the books again to append.")
        }
        return books
    }

    private func checkOurs() throws(Failure) {
        guard isOurs else {
            throw Failure(
                DAYBOOK_FORKED,
                "This handle is of the parent process. Fork before daybook_open, or exec after.")
        }
    }

    /// Closes the books; those who come at the same time wait for it too.
    func close() throws(Failure) {
        try checkOurs()
        libdaybook_note_closed(record)
        do throws(DaybookError) {
            try books.close()
        } catch {
            throw Failure(error)
        }
    }
}
