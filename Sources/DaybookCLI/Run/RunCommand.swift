// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Book
import Daybook
import Desk
import Intake
import Masking
import Records
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension OutputQueue.WhenFull: ExpressibleByArgument {}

/// `daybook run`: a program, with everything that it prints recorded.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Start a program and record everything that it prints.",
        discussion: """
            The program's output appears as it would without Daybook, byte for byte, and is \
            recorded beside it: JSON lines and the formats of structlog, ccxt, ibapi and OANDA \
            in the book audit, with their own time; log lines, tracebacks and other text in the \
            book chat. Signals are passed on, and the program's exit code is ours \
            (128 + the signal's number when a signal ended it).

            Output waits in memory (up to 256 MB) while the disk is slow. When that is full too, \
            --when-full wait lets the program wait, and --when-full gap lets its output go by and \
            declares the gap in the book.

            A program whose book cannot be opened is not started, unless --run-anyway says so.

            Examples:
              daybook run -- python bot.py
              daybook run --name momentum -- python3 -m strategies.momentum --paper
              daybook run --durability synced --dir /var/lib/desk/logs -- ./engine
            """)

    @OptionGroup var place: PlaceOptions

    @Option(
        name: .long,
        help: "The program's name in the records. (default: the script's or program's)")
    var name: String?

    @Option(name: .long, help: "What records wait for in the background.")
    var durability: Durability?

    @Option(name: .long, help: "What happens when the disk is slower than the program for long.")
    var whenFull: OutputQueue.WhenFull?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The zone of times printed without one. (default: this machine's)", valueName: "zone"))
    var zone: String?

    @Flag(name: .long, help: "Start the program even when its output cannot be recorded.")
    var runAnyway = false

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program and its arguments, after --.", valueName: "command"))
    var command: [String] = []

    mutating func run() throws {
        guard !command.isEmpty else {
            throw DeskFailure(
                .usage,
                "say which program, after two dashes: daybook run -- python bot.py")
        }
        let localZone = try LocalZone(named: zone)
        let relay = SignalRelay()
        let program = name ?? Self.name(of: command)
        let policy: OutputQueue.WhenFull
        var recorder: Recorder
        let triggers = RunTriggers(place)
        do {
            policy = try whenFull ?? Ground(place).whenFull
            recorder = try startRecording(program)
        } catch {
            try runUnrecorded(because: error)
            return
        }
        let clock = SystemClock()
        let start = clock.monotonic()
        let child: ChildProcess
        do throws(ChildProcess.StartFailure) {
            child = try ChildProcess(command, additions: ["PYTHONUNBUFFERED": "1"])
        } catch {
            recorder.take(
                object: endRecord(program, nil, error.exitCode, "did not start: \(error.text)", 0),
                .audit)
            try recorder.finish()
            Terminal.complain("cannot start \(command[0]): \(error.text)")
            throw ExitCode(error.exitCode)
        }
        let code = supervise(child, program, start, policy, relay, &recorder, localZone)
        triggers.runDue()
        throw ExitCode(code)
    }

    /// Carries and records the output until the program and its output have ended.
    /// - Returns: the exit code.
    private func supervise(
        _ child: ChildProcess, _ program: String, _ start: UInt64,
        _ policy: OutputQueue.WhenFull, _ relay: SignalRelay, _ recorder: inout Recorder,
        _ zone: LocalZone
    ) -> Int32 {
        let queue = OutputQueue(policy)
        let out = OutputPump(from: child.output, to: 1, .output, queue)
        let err = OutputPump(from: child.errors, to: 2, .errors, queue)
        let outThread = Worker("stdout") { out.run() }
        let errThread = Worker("stderr") { err.run() }
        let pid = child.identifier
        _ = Worker("signals") { relay.serve(pid) }
        let ending = Mutex<(how: ChildProcess.End, at: UInt64)?>(nil)
        let waiter = Worker("wait") {
            let end = child.wait()
            ending.withLock { $0 = (end, SystemClock().monotonic()) }
            relay.programEnded()
            out.programEnded()
            err.programEnded()
            outThread.join()
            errThread.join()
            queue.close()
        }
        let keeper = RunRecorder(queue)
        keeper.run(&recorder, zone: zone) { outcome in
            waiter.join()
            let end = ending.withLock { $0 }
            var record = endRecord(
                program, pid, end?.how.exitCode ?? 1, end.map { Self.reason($0.how) } ?? "unknown",
                (end?.at ?? start) - start)
            for (book, count) in outcome.records.sorted(by: { $0.key < $1.key }) {
                record["records_\(book)"] = .number(String(count))
            }
            record["stdout_bytes"] = .number(String(out.byteCount.load(ordering: .relaxed)))
            record["stderr_bytes"] = .number(String(err.byteCount.load(ordering: .relaxed)))
            return record
        }
        let exitCode = ending.withLock { $0 }?.how.exitCode ?? 1
        guard let failure = keeper.result.failure else { return exitCode }
        Terminal.complain("not everything was recorded: \(failure.message)")
        return exitCode == 0 ? DeskFailure(failure).code.rawValue : exitCode
    }

    private func startRecording(_ program: String) throws -> Recorder {
        var recorder = try Recorder(
            Ground(place), source: "run:\(program)", only: nil, durability: durability)
        recorder.take(object: startRecord(program), .audit)
        try recorder.handOver(isPause: true)
        return recorder
    }

    /// Starts the program without us, when the user said so; else says why not.
    private func runUnrecorded(because error: any Error) throws {
        guard runAnyway else {
            let failure = DeskFailure(known: error) ?? DeskFailure(.bug, "\(error)")
            throw DeskFailure(
                failure.code == .permission || failure.code == .inputOutput
                    ? .cannotCreate : failure.code,
                "\(command[0]) was not started, because it could not be recorded: "
                    + "\(failure.message) `daybook doctor` looks closer; --run-anyway starts it "
                    + "unrecorded.")
        }
        Terminal.complain(
            "RUNNING UNRECORDED: \(DeskFailure(known: error)?.message ?? "\(error)")")
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        setenv("PYTHONUNBUFFERED", "1", 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        arguments.append(nil)
        execvp(command[0], arguments)
        let code = errno
        Terminal.complain("cannot start \(command[0]): \(String(cString: strerror(code)))")
        throw ExitCode(code == ENOENT ? 127 : 126)
    }

    // MARK: - Records of the run

    /// `bot` for `python3 -u strategies/bot.py --paper`, `engine` for `./engine`.
    static func name(of command: [String]) -> String {
        func base(_ path: String) -> String {
            String(path.split(separator: "/").last ?? "program")
        }
        let program = base(command[0])
        guard program.hasPrefix("python") else { return program }
        if let module = command.firstIndex(of: "-m"), command.indices.contains(module + 1) {
            return command[module + 1]
        }
        guard let script = command.dropFirst().first(where: { $0.hasSuffix(".py") }) else {
            return program
        }
        return String(base(script).dropLast(3))
    }

    private func startRecord(_ program: String) -> JSONObject {
        var record: JSONObject = [
            "event": "system_startup", "event_type": "system_startup", "level": "info",
            "program": .string(program),
            // One text, as somebody would type it: a password is known by the option before it.
            "command": .string(command.joined(separator: " ")),
            "argument_count": .number(String(command.count)),
        ]
        if let directory = getcwd(nil, 0) {
            record["working_directory"] = .string(String(cString: directory))
            free(directory)
        }
        record["recorder_pid"] = .number(String(getpid()))
        return record
    }

    private func endRecord(
        _ program: String, _ pid: pid_t?, _ exitCode: Int32, _ reason: String,
        _ nanoseconds: UInt64
    ) -> JSONObject {
        var record: JSONObject = [
            "event": "system_shutdown", "event_type": "system_shutdown",
            "level": exitCode == 0 ? "info" : "error", "program": .string(program),
            "reason": .string(reason), "exit_code": .number(String(exitCode)),
        ]
        if let pid { record["pid"] = .number(String(pid)) }
        let milliseconds = nanoseconds / 1_000_000
        let rest = String(milliseconds % 1000)
        record["uptime_seconds"] = .string(
            "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest)
        return record
    }

    private static func reason(_ end: ChildProcess.End) -> String {
        switch end {
        case .exited(0): "ended by itself"
        case .exited(let code): "ended by itself with exit code \(code)"
        case .killed(let number):
            "ended by signal \(number) (\(String(cString: strsignal(number))))"
        }
    }
}

extension Ground {
    /// The audit book's policy, where the command line says nothing.
    var whenFull: OutputQueue.WhenFull {
        get throws {
            try settings.choice(for: "audit").settings.whenStuck == .wait ? .wait : .gap
        }
    }
}
