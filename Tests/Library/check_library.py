#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""libdaybook as C, C++ and Rust use it: builds the examples and the program of this folder against the
built library, runs them, and reads their books with the command line. What has no compiler here is left
out and said to be; C must be there.

DAYBOOK_BINARY names the command line. usage: check_library.py [debug|release]"""
import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HEADER = ROOT / "Sources/CLibdaybook/include"
PUBLIC = {"daybook_abi", "daybook_append", "daybook_close", "daybook_enabled", "daybook_flush",
          "daybook_last_error", "daybook_open", "daybook_pending", "daybook_record", "daybook_version"}


def run(*command, code=0, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)
    if done.returncode != code:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}, not {code}:\n"
                 f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


class Books:
    """A directory of books, and what is in them."""

    def __init__(self, work, name):
        self.logs = f"{work}/{name}/logs"
        self.environment = {**os.environ, "DAYBOOK_KEYS": f"{work}/{name}/keys"}
        os.makedirs(f"{work}/{name}")

    def run(self, *command, code=0):
        return run(*command, self.logs, code=code, env=self.environment)

    def records(self, is_signed=True):
        """What is in the book, once `verify` has said yes to it."""
        binary = os.environ["DAYBOOK_BINARY"]
        if is_signed:
            run(binary, "verify", "--dir", self.logs, env=self.environment)
        lines = run(binary, "cat", "--dir", self.logs, "--book", "audit", env=self.environment)
        return [json.loads(line) for line in lines.splitlines()]


def of_kind(records, kind):
    return [record for record in records if record["event_type"] == kind]


def expect(what, is_so):
    if not is_so:
        sys.exit(f"check_library: not so: {what}")


def check_symbols(library):
    shown = {line.split()[-1].split("@")[0]
             for line in run("nm", "-D", "--defined-only", "--extern-only", library).splitlines()}
    shown -= {"DAYBOOK_1"}
    expect(f"the library shows the calls of daybook.h and nothing else: {sorted(shown ^ PUBLIC)[:5]}",
           shown == PUBLIC)


def check_example(work, name, binary):
    books = Books(work, name)
    said = books.run(binary)
    records = books.records()
    halts = of_kind(records, "trading_halted")
    expect(f"{name}: one halt, where the program says", len(halts) == 1
           and records[int(said.split()[-1])]["event_type"] == "trading_halted")
    fills = of_kind(records, "order_filled")
    expect(f"{name}: every fill is there ({len(fills)})", len(fills) in (1000, 2000))
    ids = [fill["order_id"] for fill in fills]
    expect(f"{name}: each fill once", len(set(ids)) == len(ids))
    expect(f"{name}: decimals are strings", all(fill["fill_price"] == "150.24" for fill in fills))
    print(f"ok  {name}: {len(records)} records")


def check_processes(work, binary):
    books = Books(work, "fork")
    books.run(binary, "fork")
    records = books.records()
    expect("fork: the parent's records are there once",
           [record["number"] for record in of_kind(records, "before_fork")] == list(range(500)))
    expect("fork: so is what came after", len(of_kind(records, "after_fork")) == 1)
    expect("fork: nothing by the parent's handle in the child",
           not of_kind(records, "not_of_the_child"))

    books = Books(work, "early")
    books.run(binary, "early")
    expect("forked before it was opened: the child's record is there",
           len(of_kind(books.records(), "of_the_child")) == 1)

    books = Books(work, "exit")
    books.run(binary, "exit")
    expect("exit: what was queued is there", len(of_kind(books.records(), "at_exit")) == 1000)

    books = Books(work, "killed")
    books.run(binary, "killed", code=-signal.SIGKILL)
    # Within a second of its first record, before anything was signed.
    records = books.records(is_signed=False)
    expect("killed: what was waited for is there", len(of_kind(records, "kept")) == 1)

    books = Books(work, "threads")
    books.run(binary, "threads")
    records = books.records()
    for kind, whole in (("of_a_thread", 400), ("till_closed", None)):
        numbers = collections.defaultdict(list)
        for record in of_kind(records, kind):
            numbers[record["thread"]].append(record["number"])
        for thread, own in numbers.items():
            expect(f"threads: {kind} {thread}: in order, none missing", own == list(range(len(own))))
            expect(f"threads: {kind} {thread}: all", whole in (None, len(own)))
        expect(f"threads: {kind}: every thread", len(numbers) == (64 if whole else 8))
    print("ok  fork, exit, death, 64 threads, a close while others record")


def in_order(records, kind):
    """The numbers of a kind's records, by thread, each from 0 on without a gap."""
    numbers = collections.defaultdict(list)
    for record in of_kind(records, kind):
        numbers[record["thread"]].append(record["number"])
    for thread, own in numbers.items():
        expect(f"{kind} {thread}: in order, none missing", own == list(range(len(own))))
    return {thread: len(own) for thread, own in numbers.items()}


def check_deaths(work, binary):
    books = Books(work, "forks")
    books.run(binary, "forks")
    records = books.records()
    counts = in_order(records, "beside_forks")
    said = {record["thread"]: record["number"] for record in of_kind(records, "thread_done")}
    expect("forks: every record of every thread, whatever became of the children",
           counts == said and len(said) == 64)
    expect("forks: nothing of a child", not of_kind(records, "not_of_the_child"))
    expect("forks: no gap", not of_kind(records, "log_gap_declared"))

    books = Books(work, "torn")
    recorded = int(books.run(binary, "torn"))
    records = books.records()
    numbers = [record["number"] for record in of_kind(records, "till_dead")]
    expect("torn: what the thread had recorded is there, what it died in is not",
           recorded > 100 and numbers == list(range(recorded)))
    gaps = of_kind(records, "log_gap_declared")
    expect("torn: a record tells of the one", [gap["missing_count"] for gap in gaps] == [1])
    expect("torn: the others go on", in_order(records, "after_a_death") == dict.fromkeys(range(8), 400))

    books = Books(work, "producers")
    *acknowledged, own = map(int, books.run(binary, "producers").split())
    records = books.records()
    counts = in_order(records, "till_killed")
    expect("producers: what a process was told of is there, and all four threads",
           len(acknowledged) == 5 and len(counts) == 20
           and all(counts[child * 10] >= number for child, number in enumerate(acknowledged)))
    expect("producers: the holder's own", in_order(records, "beside_producers") == {0: own})
    print(f"ok  40 children beside 64 threads ({sum(counts.values())} records), a thread that died in a copy, "
          "5 processes killed while they recorded")


def check_costs(work, binary):
    calls, allocations = map(int, Books(work, "allocations").run(binary, "allocations").split())
    expect(f"allocations: 0 in {calls} calls, not {allocations}", allocations == 0)
    kept = int(Books(work, "handles").run(binary, "handles"))
    expect(f"handles: a closed one keeps less than 128 KiB, not {kept} bytes", kept < 131_072)
    print(f"ok  {allocations} allocations in {calls} calls, {kept} bytes a closed handle")


def rust_version(rustc):
    return tuple(map(int, run(rustc, "--version").split()[1].split(".")[:2]))


def main():
    kind = sys.argv[1] if len(sys.argv) > 1 else "debug"
    with tempfile.TemporaryDirectory() as work:
        library = run(ROOT / "scripts/build-library", kind, ROOT / ".build/library" / kind).strip()
        place = os.path.dirname(library)
        check_symbols(library)
        flags = [f"-I{HEADER}", f"-L{place}", f"-Wl,-rpath,{place}", "-ldaybook", "-pthread"]
        warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
        cc = os.environ.get("CC") or shutil.which("cc") or shutil.which("clang")
        expect("there is a C compiler: apt-get install gcc", cc)
        run(cc, "-std=c11", "-O1", *warnings, ROOT / "examples/c/bot.c", "-o", f"{work}/c", *flags)
        run(cc, "-std=gnu11", "-O1", *warnings, ROOT / "Tests/Library/processes.c", "-o",
            f"{work}/processes", *flags)
        check_example(work, "c-bot", f"{work}/c")
        check_processes(work, f"{work}/processes")
        run(cc, "-std=gnu11", "-O1", *warnings, ROOT / "Tests/Library/deaths.c", "-o", f"{work}/deaths", *flags)
        check_deaths(work, f"{work}/deaths")
        counting = ROOT / "Tests/CAllocationCount"
        run(cc, "-std=gnu11", "-O1", *warnings, ROOT / "Tests/Library/costs.c", counting / "count.c",
            f"-I{counting}/include", "-o", f"{work}/costs", *flags)
        check_costs(work, f"{work}/costs")

        cxx = os.environ.get("CXX") or shutil.which("c++") or shutil.which("clang++")
        if cxx:
            run(cxx, "-std=c++17", "-O1", *warnings, ROOT / "examples/cpp/bot.cpp", "-o",
                f"{work}/cpp", *flags)
            check_example(work, "cpp-bot", f"{work}/cpp")
        else:
            print("--  C++ is left out: no compiler here; apt-get install g++")

        rustc = shutil.which("rustc")
        # Texts that end at a NUL, c"…", came with 1.77.
        if rustc and rust_version(rustc) >= (1, 77):
            run(rustc, "--edition", "2021", "-D", "warnings", "-o", f"{work}/rust", "-L", place, "-l",
                "daybook", "-C", f"link-arg=-Wl,-rpath,{place}", ROOT / "examples/rust/bot.rs")
            check_example(work, "rust-bot", f"{work}/rust")
        else:
            print("--  Rust is left out: no rustc of 1.77 or newer here")


main()
