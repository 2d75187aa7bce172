// SPDX-License-Identifier: Apache-2.0
//
// The measurements behind `make bench` that need the rooms themselves; scripts/bench runs them
// beside their peers and prints the table.
//   daybook-bench generate N FILE [DAYS] [--uuids]   N trade records as JSON Lines, over DAYS days
//   daybook-bench chat N FILE [DAYS]  N chat messages as JSON Lines, over DAYS days
//   daybook-bench chat-book N DIR     a sealed chat book of N messages, without the commands
//   daybook-bench book FILE DIR       a book of those records, each day sealed, at the days they say
//   daybook-bench seal DIR            seals every closed day of such a book, and times it
//   daybook-bench verify DIR          opens and verifies such a book, and times both
//   daybook-bench search LOGS         answers queries from standard input, one a line, and stays
//   daybook-bench encode FILE OUT     lines to one segment, on every core
//   daybook-bench sha FILE            library SHA-256 over each line, one core: the yardstick
//   daybook-bench typed N DIR         typed events through the library: the rate until all are written
//   daybook-bench quiet RATE SECONDS DIR  the processor time of a book at RATE records a second, 0: idle
//   daybook-bench latency NAME DIR THREADS BURSTS COUNT  one rival of scripts/bench latency
//   daybook-bench instructions N DIR  N records for callgrind; Benchmarks/instructions_bench.py runs it
//   daybook-bench ingest FILE DIR     parse, mask, append with `written`, in this process

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

let options = CommandLine.arguments.dropFirst().filter { $0.hasPrefix("--") }
let words = Array(CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--") })
switch (words.first, words.count) {
case ("generate", 3), ("generate", 4):
    generate(
        Int(words[1]) ?? 0, words[2], days: words.count > 3 ? Int(words[3]) ?? 1 : 1,
        hasUUIDs: options.contains("--uuids"))
case ("chat", 3), ("chat", 4):
    generateChat(Int(words[1]) ?? 0, words[2], days: words.count > 3 ? Int(words[3]) ?? 90 : 90)
case ("chat-book", 3): try chatBook(Int(words[1]) ?? 0, words[2])
case ("book", 3): try makeBook(words[1], words[2])
case ("seal", 2): try sealBook("\(words[1])/logs", keys: "\(words[1])/keys")
case ("verify", 2): try verifyBook("\(words[1])/logs", keys: "\(words[1])/keys")
case ("search", 2): answerQueries(words[1])
case ("encode", 3): try encode(words[1], words[2])
case ("sha", 2): shaLoop(words[1])
case ("typed", 3): try typed(Int(words[1]) ?? 0, words[2])
case ("quiet", 4):
    try quiet(Int(words[1]) ?? 0, seconds: max(1, Int(words[2]) ?? 1), words[3])
case ("latency", 6):
    try latency(
        words[1], words[2], threads: max(1, Int(words[3]) ?? 1), bursts: max(1, Int(words[4]) ?? 1),
        count: Int(words[5]) ?? 0)
case ("instructions", 3): try instructions(Int(words[1]) ?? 0, words[2])
case ("ingest", 3): try ingest(words[1], words[2])
default:
    print(
        "usage: generate N FILE [DAYS] [--uuids] | chat N FILE [DAYS] | chat-book N DIR | book FILE DIR | seal DIR | verify DIR | search LOGS | encode FILE OUT | sha FILE | typed N DIR | quiet RATE SECONDS DIR | latency NAME DIR THREADS BURSTS COUNT | instructions N DIR | ingest FILE DIR"
    )
    exit(64)
}

/// Prints one figure as `name: records/s, MB/s`, with what it is divided by.
func report(_ name: String, records: Int, bytes: Int, seconds: Double) {
    let rate = Double(records) / seconds
    let megabytes = Double(bytes) / seconds / 1e6
    print("\(name): \(Int(rate)) records/s, \(Int(megabytes)) MB/s, \(round(seconds, 3)) s")
}

func round(_ value: Double, _ digits: Int) -> Double {
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    return (value * factor).rounded() / factor
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let elapsed = try ContinuousClock().measure { try body() }
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
}

/// Seconds of processor time that all threads of this process took so far: what a measurement beside
/// other work can be compared by.
func processorSeconds() -> Double {
    var usage = rusage()
    // RUSAGE_SELF, which the systems give different types.
    getrusage(0, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
