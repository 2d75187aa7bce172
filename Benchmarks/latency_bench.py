#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What one record costs its caller, and how many a second go through to the file: Daybook beside its
rivals, in one run, taking turns. Benchmarks/rivals/measure.hpp says what each of them does.

usage: latency_bench.py BIN_DIR RIVALS_DIR WORK_DIR [ROUNDS [BURSTS [COUNT]]]

RIVALS_DIR is where scripts/build-rivals put what it could build; whoever is not there is left out,
and said to be. Prints medians over the rounds, and the worst maximum; judges nothing."""
import importlib.util
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

THREADS = (1, 2)
# structlog takes some forty times as long: it gets so much less to do.
SLOW = 20
PLACE = pathlib.Path(__file__).resolve().parent


def contenders(bin_, rivals):
    """(name, command without its four arguments, by how much less it does, why it is absent)"""
    bench = f"{bin_}/daybook-bench"

    def built(name):
        return None if os.access(f"{rivals}/{name}", os.X_OK) else "scripts/build-rivals did not build it"

    structlog = None if importlib.util.find_spec("structlog") else "pip install structlog brings it"
    return [
        ("Daybook, Swift", [bench, "latency", "daybook"], 1, None),
        ("Daybook, C", [f"{rivals}/daybook_c"], 1, built("daybook_c")),
        ("quill, JSON sink", [f"{rivals}/quill_json"], 1, built("quill_json")),
        ("spdlog, async", [f"{rivals}/spdlog_async"], 1, built("spdlog_async")),
        ("swift-log, stream handler", [bench, "latency", "swift-log"], 1, None),
        ("structlog as RustyBT has it",
         [sys.executable, f"{PLACE}/structlog_bench.py"], SLOW, structlog),
    ]


def run(command, work, threads, bursts, count):
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    with open(f"{work}/out", "wb") as out, open(f"{work}/err", "wb") as err:
        code = subprocess.run([*command, work, str(threads), str(bursts), str(count)],
                              stdout=out, stderr=err, check=False).returncode
    if code:
        complaint = pathlib.Path(f"{work}/err").read_text(encoding="utf-8", errors="replace")
        raise SystemExit(f"{command[0]} ended with {code}: {complaint[-400:]}")
    result = json.loads(pathlib.Path(f"{work}/result.json").read_text(encoding="utf-8"))
    shutil.rmtree(work)
    return result


def table(threads, results, reference):
    def middle(name, key):
        return statistics.median(result[key] for result in results[name])

    print(f"\n{threads} producing thread{'s' if threads > 1 else ''}; "
          f"in the caller, ns, the clock's {middle(reference, 'clock'):.0f} included")
    print(f"{'':28}{'p50':>9}{'p99':>9}{'p99.9':>9}{'max':>12}{'records/s':>12}"
          f"{'CPU ns each':>13}{'p50 ÷ ours':>12}{'rate ÷ ours':>13}")
    for name in results:
        cells = [middle(name, key) for key in ("p50", "p99", "p999")]
        worst = max(result["max"] for result in results[name])
        print(f"{name:28}" + "".join(f"{cell:>9,.0f}" for cell in cells)
              + f"{worst:>12,}{middle(name, 'rate'):>12,.0f}{middle(name, 'cpu'):>13,.0f}"
              + f"{middle(name, 'p50') / middle(reference, 'p50'):>12.2f}"
              + f"{middle(name, 'rate') / middle(reference, 'rate'):>13.2f}", flush=True)


def main():
    bin_, rivals, work = sys.argv[1:4]
    rounds, bursts, count = (list(map(int, sys.argv[4:])) + [5, 5_000, 1_000_000][len(sys.argv) - 4:])
    present = []
    for name, command, slower, reason in contenders(bin_, rivals):
        if reason:
            print(f"{name} is left out: {reason}")
        else:
            present.append((name, command, slower))
    print(f"{rounds} rounds of {bursts:,} bursts of 20 and then {count:,} records; one {SLOW}th of it "
          f"for structlog")
    for threads in THREADS:
        results = {name: [] for name, _, _ in present}
        for _ in range(rounds):
            for name, command, slower in present:
                results[name].append(
                    run(command, f"{work}/turn", threads, max(1, bursts // slower), count // slower))
        table(threads, results, present[0][0])


main()
