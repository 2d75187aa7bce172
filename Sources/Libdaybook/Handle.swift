// SPDX-License-Identifier: Apache-2.0

internal import CLibdaybook
internal import Daybook
internal import Synchronization

/// What a `daybook *` points to: the open books, and what a caller may do with them.
///
/// It is never freed, so that a thread that comes after `daybook_close` gets an answer and not memory of
/// somebody else.
final class Handle: Sendable {
    /// Events below it are not recorded.
    let level: Int32
    /// The count of forks when it was opened: in a child the threads behind it do not exist.
    private let forks: UInt32
    let books: Daybook
    private let isClosed = Atomic(false)

    private init(_ daybook: Daybook, level: Int32) {
        self.level = level
        books = daybook
        forks = libdaybook_forks()
    }

    /// Every handle of the process, so that a tool that looks for leaks finds who has them.
    private static let all = Mutex<[Handle]>([])

    /// A handle for books that were opened, as callers get it.
    static func pointer(to daybook: Daybook, level: Int32) -> OpaquePointer {
        let handle = Handle(daybook, level: level)
        all.withLock { $0.append(handle) }
        return OpaquePointer(Unmanaged.passUnretained(handle).toOpaque())
    }

    /// The handle of a pointer that a caller gave.
    static func of(_ pointer: OpaquePointer?) throws(Failure) -> Handle {
        guard let pointer else { throw .invalid("The handle is NULL: daybook_open gives one.") }
        return Unmanaged<Handle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    }

    /// Whether the handle is of this process.
    var isOurs: Bool { forks == libdaybook_forks() }

    var isOpen: Bool { isOurs && !isClosed.load(ordering: .acquiring) }

    /// The books, or why they cannot be used.
    func daybook() throws(Failure) -> Daybook {
        try checkOurs()
        guard !isClosed.load(ordering: .acquiring) else {
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
        isClosed.store(true, ordering: .releasing)
        do throws(DaybookError) {
            try books.close()
        } catch {
            throw Failure(error)
        }
    }
}
