// SPDX-License-Identifier: Apache-2.0

import CLibdaybook
import Libdaybook
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The calls of daybook.h with all that a caller can get wrong: a status and a text, never a trap.
/// What they record is checked from C (examples/c, `scripts/check`).
@Suite("The calls of daybook.h")
struct CallsTests {
    /// A handle on books of its own, which are removed.
    final class Books {
        let directory: String
        private(set) var handle: OpaquePointer?

        init(settings: String? = nil, level: Int32 = 0) throws {
            var template = Array("\(environment("TMPDIR") ?? "/tmp")/libdaybook-XXXXXX".utf8CString)
            directory = try #require(mkdtemp(&template).map { String(cString: $0) })
            mkdir(directory + "/logs", 0o700)
            if let settings { write(settings, to: directory + "/logs/daybook.yaml") }
            var options = daybook_options()
            daybook_options_init(&options)
            options.level = level
            let status = (directory + "/keys").withCString { keys in
                options.keys = keys
                return libraryOpen(directory + "/logs", &options, &handle)
            }
            try #require(status == 0, Comment(rawValue: String(cString: daybook_last_error())))
        }

        deinit {
            _ = libraryClose(handle)
            _ = run(["rm", "-rf", directory])
        }

        var lines: [String] {
            guard let file = fopen(directory + "/logs/audit.log", "r") else { return [] }
            defer { fclose(file) }
            var text: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
                text += chunk[..<count]
            }
            return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    @Test("What was recorded and flushed is in the book, in the form of its fields")
    func records() throws {
        let books = try Books()
        let fields = [
            daybook_text(lasting("order_id"), lasting("o-1")),
            daybook_decimal(lasting("fill_price"), lasting("150.250")),
            daybook_integer(lasting("ticks"), -12), daybook_bool(lasting("is_maker"), 7),
            daybook_null(lasting("note")),
            daybook_timestamp(lasting("seen_at"), 1_700_000_000_000_000_999),
            daybook_timestamp(lasting("timestamp"), 1_700_000_000_123_456_789),
            daybook_decimal(lasting("size"), lasting("no number")),
        ]
        #expect(daybook_record(books.handle, "order_filled", -1, fields, fields.count) == 0)
        #expect(libraryFlush(books.handle, 1) == 0)
        let line = try #require(books.lines.first { $0.contains("order_filled") })
        #expect(
            line.contains(
                """
                "event":"order_filled","event_type":"order_filled","level":"info","order_id":"o-1",\
                "fill_price":"150.250","ticks":-12,"is_maker":true,"note":null,\
                "seen_at":"2023-11-14T22:13:20.000000Z","size":"no number",\
                "timestamp":"2023-11-14T22:13:20.123456Z"
                """))
        #expect(libraryPending(books.handle) == 0)
    }

    @Test("The short way in C and the way in Swift write the same line")
    func sameLines() throws {
        let (short, long) = (try Books(), try Books())
        let texts =
            ["", "a", "seven b", "eight by", "fifteen bytes..", "sixteen bytes...", "ä\"\\"]
            + [17, 255, 3000].map { String(repeating: "x", count: $0) }
        for text in texts {
            for digits in ["150.25", "-0.00", "1e5", "no number", "", text] {
                var instant = daybook_timestamp(lasting("timestamp"), -1_234_567)
                instant.value.integer += 1_800_000_000_000_000_000
                let fields = [
                    daybook_text(lasting("order_id"), lasting(text)), instant,
                    daybook_decimal(lasting("fill_price"), lasting(digits)),
                    daybook_text_of(lasting("a_name_of_more_than_sixteen"), lasting("abc"), 2),
                    daybook_integer(lasting("n"), -7), daybook_bool(lasting("flag"), 3),
                    daybook_timestamp(lasting("seen_at"), -1), daybook_null(lasting("nothing")),
                    daybook_text(lasting("event"), lasting("claimed")),
                ]
                #expect(daybook_record(short.handle, "order_filled", -1, fields, fields.count) == 0)
                #expect(libraryRecord(long.handle, "order_filled", -1, fields, fields.count) == 0)
            }
        }
        for books in [short, long] {
            #expect(libraryFlush(books.handle, Int32(DAYBOOK_WRITTEN)) == 0)
        }
        // When they were recorded differs.
        func orders(_ books: Books) -> [Substring] {
            books.lines.filter { $0.contains("order_filled") }.map { line in
                line.firstRange(of: ",\"recorded\":").map { line[..<$0.lowerBound] } ?? line[...]
            }
        }
        #expect(orders(short) == orders(long))
        #expect(orders(short).count == texts.count * 6)
    }

    @Test("append waits and tells the index; it goes up by one")
    func indexes() throws {
        let books = try Books()
        var first: UInt64 = 0
        var second: UInt64 = 0
        #expect(libraryAppend(books.handle, "desk_opened", 1, nil, 0, 2, &first) == 0)
        #expect(libraryAppend(books.handle, "desk_closed", 1, nil, 0, 1, &second) == 0)
        #expect(second == first + 1)
        #expect(libraryAppend(books.handle, "desk_closed", 1, nil, 0, 0, &second) == 0)
        #expect(second == .max)
    }

    @Test("Bytes that are no UTF-8 are replaced, and the record says so")
    func repairs() throws {
        let books = try Books()
        let bytes: [CChar] = [0x61, -1, 0x62]
        bytes.withUnsafeBufferPointer { bytes in
            var field = daybook_text_of(lasting("reason"), bytes.baseAddress, bytes.count)
            #expect(libraryAppend(books.handle, "order_rejected", -1, &field, 1, 1, nil) == 0)
        }
        let line = try #require(books.lines.first { $0.contains("order_rejected") })
        #expect(line.contains("\"reason\":\"a\u{FFFD}b\",\"daybook_notes\":[\"invalid_utf8\"]"))
    }

    @Test("A secret in a text is masked")
    func masks() throws {
        let books = try Books()
        // Put together here, so that no scanner finds a key in this file.
        let secret = "AKIA" + "IOSFODNN7" + "EXAMPLE"
        var field = daybook_text(lasting("api_key"), lasting(secret))
        #expect(libraryAppend(books.handle, "session_opened", -1, &field, 1, 1, nil) == 0)
        #expect(!books.lines.joined().contains(secret))
        #expect(books.lines.joined().contains("\"api_key\":\"***MASKED***\""))
    }

    @Test("Whatever a caller gets wrong is an error with a text, and nothing is recorded")
    func mistakes() throws {
        let books = try Books()
        let before = books.lines.count
        var field = daybook_text(lasting("name"), lasting("text"))
        func expect(_ status: Int32, _ code: Int, _ says: String) {
            #expect(status == Int32(code))
            let text = String(cString: daybook_last_error())
            #expect(text.contains(says), "\(text)")
        }
        let handle = books.handle
        expect(daybook_record(nil, "kind", 1, nil, 0), DAYBOOK_INVALID, "NULL")
        expect(daybook_record(handle, nil, 1, nil, 0), DAYBOOK_INVALID, "kind is NULL")
        expect(daybook_record(handle, "", 1, nil, 0), DAYBOOK_INVALID, "empty")
        expect(daybook_record(handle, "kind", 9, nil, 0), DAYBOOK_INVALID, "no level")
        expect(daybook_record(handle, "kind", -2, nil, 0), DAYBOOK_INVALID, "no level")
        expect(daybook_record(handle, "kind", 1, nil, 1), DAYBOOK_INVALID, "fields are NULL")
        expect(daybook_record(handle, "kind", 1, &field, -1), DAYBOOK_INVALID, "at most")
        expect(daybook_record(handle, "kind", 1, &field, 1_025), DAYBOOK_INVALID, "at most")
        expect(
            daybook_record(handle, String(repeating: "k", count: 1_025), 1, nil, 0),
            DAYBOOK_INVALID,
            "more than 1024")
        field.tag = 99
        expect(daybook_record(handle, "kind", 1, &field, 1), DAYBOOK_INVALID, "tag 99")
        field = daybook_text_of(lasting("name"), nil, 3)
        expect(daybook_record(handle, "kind", 1, &field, 1), DAYBOOK_INVALID, "is NULL")
        field = daybook_text_of(lasting("name"), lasting("x"), (16 << 20) + 1)
        expect(daybook_record(handle, "kind", 1, &field, 1), DAYBOOK_INVALID, "more than")
        field = daybook_text_of(nil, lasting("x"), 1)
        expect(daybook_record(handle, "kind", 1, &field, 1), DAYBOOK_INVALID, "no name")
        expect(libraryAppend(handle, "kind", 1, nil, 0, 3, nil), DAYBOOK_INVALID, "no durability")
        expect(libraryFlush(handle, -1), DAYBOOK_INVALID, "no durability")
        expect(libraryOpen(nil, nil, nil), DAYBOOK_INVALID, "NULL")
        var other: OpaquePointer?
        expect(libraryOpen("", nil, &other), DAYBOOK_INVALID, "empty")
        var options = daybook_options()
        expect(libraryOpen("x", &options, &other), DAYBOOK_INVALID, "daybook_options_init")
        daybook_options_init(&options)
        options.abi = 2
        expect(libraryOpen("x", &options, &other), DAYBOOK_UNSUPPORTED, "version 2")
        expect(libraryOpen("/proc/none", nil, &other), DAYBOOK_DISK, "/proc/none")
        #expect(other == nil)
        #expect(libraryFlush(handle, 1) == 0)
        #expect(books.lines.count == before)
    }

    @Test("Events below the level are not recorded, and are no error")
    func levels() throws {
        let books = try Books(level: 2)
        #expect(libraryEnabled(books.handle, 1) == 0)
        #expect(libraryEnabled(books.handle, 2) == 1)
        #expect(libraryAppend(books.handle, "quiet_thing", 1, nil, 0, 1, nil) == 0)
        #expect(libraryAppend(books.handle, "order_filled", -1, nil, 0, 1, nil) == 0)
        #expect(libraryAppend(books.handle, "loud_thing", 3, nil, 0, 1, nil) == 0)
        let text = books.lines.joined()
        #expect(!text.contains("quiet_thing") && !text.contains("order_filled"))
        #expect(text.contains("loud_thing"))
    }

    @Test("A fault in the settings is told with its line")
    func settings() throws {
        let books = try Books()
        _ = libraryClose(books.handle)
        write("books:\n  audit:\n    kep: 7y\n", to: books.directory + "/logs/daybook.yaml")
        var handle: OpaquePointer?
        #expect(libraryOpen(books.directory + "/logs", nil, &handle) == Int32(DAYBOOK_SETTING))
        #expect(String(cString: daybook_last_error()).contains("daybook.yaml:3"))
    }

    @Test("A closed handle says so, also to a thread that comes late; closing twice is nothing")
    func closes() throws {
        let books = try Books()
        #expect(libraryClose(books.handle) == 0)
        #expect(libraryClose(books.handle) == 0)
        #expect(libraryClose(nil) == 0)
        #expect(daybook_record(books.handle, "late", 1, nil, 0) == Int32(DAYBOOK_CLOSED))
        #expect(libraryAppend(books.handle, "late", 1, nil, 0, 1, nil) == Int32(DAYBOOK_CLOSED))
        #expect(libraryFlush(books.handle, 1) == Int32(DAYBOOK_CLOSED))
        #expect(libraryPending(books.handle) == 0)
    }
}

/// A text of C that stays where it is: fields only point to it.
private func lasting(_ text: String) -> UnsafePointer<CChar>? { UnsafePointer(strdup(text)) }

private func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

private func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { return }
    fputs(text, file)
    fclose(file)
}

/// Runs a program and waits for it.
private func run(_ words: [String]) -> Int32 {
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child = pid_t()
    guard posix_spawnp(&child, words[0], nil, nil, &arguments, environ) == 0 else { return -1 }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return status
}
