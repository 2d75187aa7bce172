// SPDX-License-Identifier: Apache-2.0

internal import CSQLite
internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// The file of envelopes: ciphertext only (docs/format/envelope.md has the tables).
struct VaultDatabase: Sendable {
    static let version = 1

    let path: String
    let queue: DatabaseQueue

    /// Made once, before the first connection. Where somebody opened one before, it stays as it was.
    private static let isSetUp = daybook_sqlite_without_memory_account() == 0

    /// - Parameters:
    ///   - readOnly: for one thread that opens envelopes.
    ///   - cachedKilobytes: of pages that are kept; nil is enough for rows in any order.
    init(
        path: String, readOnly: Bool = false, cachedKilobytes: Int? = nil
    ) throws(VaultError) {
        _ = Self.isSetUp
        self.path = path
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(Limits.databaseWait)
        configuration.label = "daybook.vault"
        configuration.prepareDatabase { database in
            if !readOnly {
                // Before there is a table: later it would need the file to be written anew.
                try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
                try database.execute(sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // What is deleted is overwritten with zeros.
                try database.execute(sql: "PRAGMA secure_delete = ON")
                // Pages of 4 KiB: 64 MiB are written to the journal before they are moved. Rows of
                // the index by commitment come in at random places, so most of its pages are written
                // again and again, and each is moved once.
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 16384")
            }
            // The writer keeps the indexes of a few million envelopes.
            let cached = cachedKilobytes ?? (readOnly ? 16384 : 65536)
            try database.execute(sql: "PRAGMA cache_size = -\(cached)")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw VaultError(error, path)
        }
    }

    /// Runs `body` in a transaction that is durable when this returns.
    func write<Value>(_ body: (Database) throws -> Value) throws(VaultError) -> Value {
        do {
            return try queue.writeWithoutTransaction { database in
                var value: Value?
                try database.inTransaction(.immediate) {
                    value = try body(database)
                    return .commit
                }
                guard let value else { throw VaultError(.disk, "\(path): nothing was written.") }
                return value
            }
        } catch {
            throw VaultError(error, path)
        }
    }

    /// Runs `body` on one state of the file.
    func read<Value>(_ body: (Database) throws -> Value) throws(VaultError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw VaultError(error, path)
        }
    }

    /// Runs `body` outside of transactions: pragmas.
    func run<Value>(_ body: (Database) throws -> Value) throws(VaultError) -> Value {
        do {
            return try queue.writeWithoutTransaction(body)
        } catch {
            throw VaultError(error, path)
        }
    }

    /// One statement that gives nothing back, in a transaction of its own.
    func execute(_ sql: String) throws(VaultError) {
        try write { database in try database.execute(sql: sql) }
    }

    // MARK: - Tables

    /// Whether the tables are there; a process that made the file may have died before it made them.
    func identity() throws(VaultError) -> Bytes16? {
        try read { database in
            guard try database.tableExists("meta"),
                let row = try Row.fetchOne(database, sql: "SELECT vault, version FROM meta")
            else { return nil }
            let bytes: Data = row["vault"]
            let version: Int = row["version"]
            guard version == Self.version, bytes.count == 16 else {
                throw VaultError(
                    .damaged,
                    "\(path) has version \(version), and this Daybook reads \(Self.version). Use "
                        + "the Daybook that wrote it, or a newer one.")
            }
            return bytes.withUnsafeBytes { Bytes16($0) }
        }
    }

    func create(_ vault: Bytes16) throws(VaultError) {
        var bytes: [UInt8] = []
        bytes.append(vault)
        try write { database in
            try database.execute(sql: Self.tables)
            try database.execute(
                sql: "INSERT INTO meta (vault, version) VALUES (?, ?)",
                arguments: [Data(bytes), Self.version])
        }
    }

    /// Makes the tables that came later, where an older Daybook made the file.
    func addLaterTables() throws(VaultError) {
        let areThere = try read {
            try $0.tableExists("restrained") && $0.tableExists("shredding")
        }
        if !areThere { try write { try $0.execute(sql: Self.laterTables) } }
    }

    private static let laterTables = """
        CREATE TABLE IF NOT EXISTS restrained (
            tag BLOB PRIMARY KEY, restriction INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS shredding (
            erasure INTEGER NOT NULL, grp INTEGER NOT NULL, PRIMARY KEY (erasure, grp)
        ) WITHOUT ROWID;
        """

    private static let tables = """
        CREATE TABLE meta (vault BLOB NOT NULL, version INTEGER NOT NULL);
        CREATE TABLE envelopes (
            id INTEGER PRIMARY KEY,
            commitment BLOB NOT NULL,
            grp INTEGER,
            r BLOB,
            ciphertext BLOB,
            erasure INTEGER,
            restriction INTEGER
        );
        CREATE INDEX marked ON envelopes (erasure) WHERE erasure IS NOT NULL;
        CREATE TABLE lookup (
            prefix INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (prefix, id)
        ) WITHOUT ROWID;
        CREATE TABLE members (
            grp INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (grp, id)
        ) WITHOUT ROWID;
        CREATE TABLE erasures (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            state INTEGER NOT NULL,
            count INTEGER NOT NULL,
            digest BLOB NOT NULL,
            forget BLOB NOT NULL,
            report BLOB NOT NULL,
            book TEXT,
            record INTEGER
        );
        CREATE TABLE restrictions (
            id INTEGER PRIMARY KEY, until INTEGER, rule TEXT NOT NULL
        );
        CREATE TABLE derivatives (
            original INTEGER PRIMARY KEY, substitute BLOB NOT NULL
        );
        CREATE TABLE seen (
            grp INTEGER NOT NULL, tag BLOB NOT NULL, PRIMARY KEY (grp, tag)
        ) WITHOUT ROWID;
        """ + laterTables
}

extension VaultError {
    /// What SQLite or the file system said.
    init(_ error: any Error, _ path: String) {
        if let error = error as? VaultError {
            self = error
        } else if let error = error as? DatabaseError {
            self.init(error, path)
        } else {
            self.init(.disk, "\(path): \(error)")
        }
    }

    private init(_ error: DatabaseError, _ path: String) {
        let code = error.resultCode
        let text = error.message ?? "error \(error.extendedResultCode.rawValue)"
        switch code {
        case .SQLITE_FULL:
            self.init(.disk, "cannot write \(path): no space left. Free space and try again.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy,
                "Another process has \(path) for a minute. "
                    + "`sudo fuser \(path)` names it; when it has "
                    + "ended, try again.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .damaged,
                "\(path) is damaged (\(text)). Put back a copy, and look at the disk (`dmesg`).")
        default:
            self.init(.disk, "cannot use \(path): \(text). Look at its owner, mode and disk.")
        }
    }
}

/// A prepared statement of SQLite's C interface: in hot loops GRDB's rows would cost more than what
/// is in them.
///
/// Used on the connection's queue only, and gone before the connection is.
final class Statement {
    private let connection: OpaquePointer
    private let statement: OpaquePointer

    init(_ database: Database, _ sql: String) throws {
        guard let connection = database.sqliteConnection else {
            throw VaultError(.disk, "The connection to the vault was closed.")
        }
        self.connection = connection
        var made: OpaquePointer?
        let code = sqlite3_prepare_v3(
            connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard code == SQLITE_OK, let made else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: String(cString: sqlite3_errmsg(connection)))
        }
        statement = made
    }

    deinit {
        sqlite3_finalize(statement)
    }

    func bind(_ place: Int32, _ value: Int64) {
        sqlite3_bind_int64(statement, place, value)
    }

    func bindNull(_ place: Int32) {
        sqlite3_bind_null(statement, place)
    }

    /// The bytes must stay until the statement was stepped.
    func bind(_ place: Int32, _ bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_blob(statement, place, bytes.baseAddress, Int32(bytes.count), nil)
    }

    func bind(_ place: Int32, copy bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_blob(
            statement, place, bytes.baseAddress, Int32(bytes.count),
            unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    }

    func bind(text place: Int32, copy bytes: UnsafeRawBufferPointer) {
        sqlite3_bind_text(
            statement, place, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
            Int32(bytes.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    }

    /// Returns whether there is a row.
    func step() throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let message = String(cString: sqlite3_errmsg(connection))
            sqlite3_reset(statement)
            throw DatabaseError(resultCode: ResultCode(rawValue: code & 0xff), message: message)
        }
    }

    func reset() {
        sqlite3_reset(statement)
    }

    /// Steps a statement that gives no rows.
    func run() throws {
        _ = try step()
        reset()
    }

    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// Valid until the next step or reset.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        // The pointer first: asking for the size may convert.
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(
            start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    func text(_ column: Int32) -> String {
        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
    }
}
