#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Instructions of one record, counted by callgrind: a figure that no other work on the machine changes.

usage: instructions_bench.py BIN_DIR WORK_DIR [RECORDS]

Runs `daybook-bench instructions` with no record and with RECORDS, and divides the difference; once more
with only the caller counted. Who is behind is told by the names of the functions. valgrind has fewer
instruction sets than the machine: hashing is counted as it says, on the way that it leaves."""
import os
import re
import shutil
import subprocess
import sys

# What a function belongs to, by the first pattern that its name has.
PARTS = (
    ("the caller: record(.orderFilled(…))", r"recordOneInPlace|daybook_event_|takePlace|handOver"),
    ("take out of the ring", r"daybook_ring_|LaneThread|CycleClock|10RawFields|8RawEvent"),
    ("hash and tree", r"^(many|nodes|message)_|sha256|SHA256|TransparencyLog"),
    ("mask and encode", r"\$s7Masking|\$s7Records|daybook_scan|daybook_find|json_scan"),
    ("write", r"\$s4Book|\$s7Daybook"),
    ("the C library and the runtime of Swift", r""),
)


def count(binary, work, records, *options):
    directory = f"{work}/run"
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    out = f"{work}/callgrind.out"
    subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *options, binary, "instructions",
         str(records), directory], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    text = subprocess.run(["callgrind_annotate", "--threshold=100", out], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    counts = {}
    for line in text.splitlines():
        found = re.match(r"\s*([\d,]+)\s*\(.*?\)\s+\S*?:(\S+)", line)
        if found:
            counts[found[2]] = counts.get(found[2], 0) + int(found[1].replace(",", ""))
    return counts


def part(name):
    return next(title for title, pattern in PARTS if re.search(pattern, name))


def main():
    bin_, work = sys.argv[1:3]
    records = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    if shutil.which("valgrind") is None:
        raise SystemExit("instructions_bench: no valgrind here; apt-get install valgrind")
    binary = f"{work}/daybook-bench"
    # valgrind gives up on the debug information of some Swift programs; names are enough.
    subprocess.run(["strip", "--strip-debug", "-o", binary, f"{bin_}/daybook-bench"], check=True)
    before = count(binary, work, 0)
    after = count(binary, work, records)
    caller = count(binary, work, records, "--toggle-collect=*recordOneInPlace*")
    each = {name: (value - before.get(name, 0)) / records for name, value in after.items()}
    print(f"instructions of a record, of {records:,}: {sum(each.values()):,.0f}; "
          f"of its caller: {sum(caller.values()) / records:,.0f}")
    sums = {}
    for name, value in each.items():
        sums[part(name)] = sums.get(part(name), 0) + value
    for title, value in sorted(sums.items(), key=lambda item: -item[1]):
        print(f"{value:>9,.0f}  {title}")
    print("the functions with the most")
    for name, value in sorted(each.items(), key=lambda item: -item[1])[:25]:
        print(f"{value:>9,.0f}  {name}")


main()
