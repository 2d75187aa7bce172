#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JSON Lines from a pipe into `daybook record`, durability written: masked by one thread and by all,
in turns, beside the yardstick (the library's SHA-256 over the same lines, one core) and VictoriaLogs
where VICTORIALOGS_BINARY names its program; then `daybook verify`. Prints medians; judges nothing.

usage: record_bench.py BIN_DIR WORK_DIR TRADES.jsonl [ROUNDS]"""
import contextlib
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(body):
    """Seconds, processor seconds of the children that ended meanwhile, and what `body` returns."""
    busy, began = children_seconds(), time.perf_counter()
    value = body()
    return time.perf_counter() - began, children_seconds() - busy, value


def checked(command, **more):
    done = subprocess.run(command, check=False, capture_output=True, text=True, **more)
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout


class Recording:
    """`daybook record` with so many masking threads."""

    def __init__(self, name, bin_, work, threads=None):
        self.name, self.bin, self.logs = name, bin_, f"{work}/record"
        self.environment = {**os.environ, "DAYBOOK_KEYS": f"{work}/record-keys"}
        self.options = ["--threads", str(threads)] if threads else []

    def turn(self, trades):
        """(records/s …, peak memory in MB)"""
        shutil.rmtree(self.logs, ignore_errors=True)
        shutil.rmtree(self.environment["DAYBOOK_KEYS"], ignore_errors=True)
        # From a pipe, as a bot has it.
        with subprocess.Popen(["cat", trades], stdout=subprocess.PIPE) as source:
            said = subprocess.run(
                ["/usr/bin/time", "-f", "peak %M", f"{self.bin}/daybook", "record", "--dir",
                 self.logs, "--durability", "written", *self.options],
                stdin=source.stdout, capture_output=True, text=True, check=False,
                env=self.environment)
        if said.returncode:
            raise SystemExit(said.stderr)
        return int(re.search(r"^peak (\d+)", said.stderr, re.M).group(1)) / 1024

    def verify(self):
        return timed(lambda: checked(
            [f"{self.bin}/daybook", "verify", "--dir", self.logs, "--book", "audit"],
            env=self.environment))

    def remove(self):
        shutil.rmtree(self.logs, ignore_errors=True)


class VictoriaLogs:
    """Records as JSON Lines over HTTP, 32 MiB a request; its rate is until all requests are answered,
    which is before its data are on disk."""

    name = "VictoriaLogs, jsonline"

    def __init__(self, binary, work):
        self.binary, self.data, self.port = binary, f"{work}/victoria", 19429

    def turn(self, trades):
        shutil.rmtree(self.data, ignore_errors=True)
        server = subprocess.Popen(
            [self.binary, f"-storageDataPath={self.data}", "-retentionPeriod=100y",
             f"-httpListenAddr=127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        base = f"http://127.0.0.1:{self.port}"
        for _ in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{base}/health", timeout=1).read()
                break
            time.sleep(0.1)
        fields = "_stream_fields=event_type&_time_field=timestamp&_msg_field=event"
        began = time.perf_counter()
        with open(trades, "rb") as lines:
            while part := lines.readlines(32 << 20):
                request = urllib.request.Request(
                    f"{base}/insert/jsonline?{fields}", data=b"".join(part), method="POST")
                urllib.request.urlopen(request, timeout=600).read()
        self.spent = time.perf_counter() - began
        with open(f"/proc/{server.pid}/status", encoding="ascii") as status:
            peak = int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1)) / 1024
        server.terminate()
        server.wait()
        shutil.rmtree(self.data, ignore_errors=True)
        return peak


def main():
    bin_, work, trades = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    count = int(checked(["wc", "-l", trades]).split()[0])
    size = os.path.getsize(trades)
    contenders = [Recording("daybook record, one thread masks", bin_, work, threads=1),
                  Recording("daybook record, as it comes", bin_, work)]
    if os.environ.get("VICTORIALOGS_BINARY"):
        contenders.append(VictoriaLogs(os.environ["VICTORIALOGS_BINARY"], work))
    else:
        print("VictoriaLogs is left out: VICTORIALOGS_BINARY names no program")
    spans = {contender.name: [] for contender in contenders}
    yardsticks = []
    for _ in range(rounds):
        said = checked([f"{bin_}/daybook-bench", "sha", trades])
        yardsticks.append(int(re.search(r": (\d+) records", said).group(1)))
        for contender in contenders:
            spent, busy, peak = timed(lambda: contender.turn(trades))
            spans[contender.name].append((getattr(contender, "spent", spent), busy, peak))
    yardstick = statistics.median(yardsticks)
    print(f"{count:,} records, {size / 1e9:.2f} GB, {rounds} round{'s' if rounds > 1 else ''}, in turns")
    print(f"{'':36}{'records/s':>12}{'MB/s':>7}{'of the yardstick':>18}{'CPU ns each':>13}"
          f"{'peak memory':>13}")
    print(f"{'yardstick: SHA-256, one core':36}{yardstick:>12,.0f}")
    for name, turns in spans.items():
        spent = statistics.median(turn[0] for turn in turns)
        busy = statistics.median(turn[1] for turn in turns)
        rate = count / spent
        cpu = f"{busy / count * 1e9:,.0f}" if "daybook" in name else ""
        print(f"{name:36}{rate:>12,.0f}{size / spent / 1e6:>7,.0f}{rate / yardstick:>17.0%} {cpu:>13}"
              f"{max(turn[2] for turn in turns):>10,.0f} MB", flush=True)
    spent, busy, said = contenders[1].verify()
    print(f"{'daybook verify':36}{count / spent:>12,.0f}{size / spent / 1e6:>7,.0f}"
          f"{count / spent / yardstick:>17.0%} {busy / count * 1e9:>13,.0f}")
    print(said.splitlines()[0])
    contenders[1].remove()


main()
