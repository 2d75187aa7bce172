// SPDX-License-Identifier: Apache-2.0

internal import Book

/// Why Daybook could not do what it was asked. Equal by code.
///
/// The message says what, where and what to do about it; it never holds a record's content, so it
/// may be shown and logged.
public struct DaybookError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of error it is. More kinds may come: a `switch` needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the kind, for logs and exit codes.
        public let name: String

        /// The name of the kind.
        public var description: String { name }

        private init(_ name: String) { self.name = name }

        /// A setting, in `daybook.yaml` or in a call, is not what it has to be.
        public static let setting = Code("setting")
        /// The file system refused.
        public static let disk = Code("disk")
        /// The file system is full, or a quota is used up.
        public static let noSpace = Code("no_space")
        /// The queue is full and the policy is to fail. Nothing of the call was kept.
        public static let queueFull = Code("queue_full")
        /// Another process holds the book and does not answer.
        public static let held = Code("held")
        /// The book is older than, or differs from, what was signed before.
        public static let rollback = Code("rollback")
        /// Stored bytes do not have their form, or a file is gone.
        public static let damaged = Code("damaged")
        /// The book's signing key is not where keys are.
        public static let missingKey = Code("missing_key")
        /// There is no such book.
        public static let noBook = Code("no_book")
        /// It was closed.
        public static let closed = Code("closed")
        /// The process that holds the book went away or broke off.
        public static let connection = Code("connection")
        /// The caller's task was cancelled before the record was taken in.
        public static let cancelled = Code("cancelled")
        /// This process was forked from the one that opened the Daybook.
        public static let forked = Code("forked")
    }

    /// What kind of error it is.
    public let code: Code
    /// What happened, where, and what to do.
    public let message: String

    /// The message.
    public var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether two errors are of one kind.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension DaybookError {
    init(_ error: BookError) {
        let code: Code =
            switch error.code {
            case .disk: .disk
            case .noSpace: .noSpace
            case .queueFull: .queueFull
            case .held: .held
            case .rollback: .rollback
            case .missingFile, .damaged: .damaged
            case .missingKey: .missingKey
            case .noBook, .outOfRange, .pruned: .noBook
            case .closed: .closed
            case .connection: .connection
            case .setting: .setting
            }
        self.init(code, error.message)
    }

    static let closed = DaybookError(.closed, "This Daybook was closed; open it again to append.")

    static let forked = DaybookError(
        .forked,
        "This process was forked from the one that opened the Daybook, whose threads it does not "
            + "have. Nothing was recorded; fork before opening, or start a program in the child.")
}
