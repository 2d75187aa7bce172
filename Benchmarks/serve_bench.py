#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The daemon under all of its load at once: records over HTTP, live tails, and searches.

serve_bench.py BIN_DIR WORK_DIR [SECONDS] [RECORDS_PER_SECOND] [TAILS]

1. Idle memory, a second after the start.
2. A search over records of yesterday, alone: the median of many, before the load and after it; the
   smaller one counts.
3. For SECONDS (60): RECORDS_PER_SECOND (100,000) in batches of 500, TAILS (300) live tails in ten groups
   of the same query, and the same search again and again. Each batch has one record for one of the
   groups, with the instant at which it was sent: every tail must get every record of its group, and how
   much later it came is its lag. The search is about the same records as before; its ratio is what the
   load costs it.
4. SOAK=30 in the environment: so many minutes at half the load, tails and searches included, with the
   memory of each minute and its slope (least squares, without the first third).

Exits with 1 when a batch was refused, a tail missed a record, or a tail was let go.
"""

import http.client
import json
import multiprocessing
import os
import pathlib
import selectors
import shutil
import socket
import sys
import threading
import time
import urllib.parse

from daemon_load import SENT, WARM_SECONDS, Daemon, percentile, record, send

binaries, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
rate = int(sys.argv[4]) if len(sys.argv) > 4 else 100_000
tails = int(sys.argv[5]) if len(sys.argv) > 5 else 300
soak_minutes = float(os.environ.get("SOAK", "0"))
BATCH = 500
CONNECTIONS = 4
GROUPS = 10
BEFORE_RECORDS = 500_000
PATIENCE_SECONDS = 20
QUERY = "asset:AAPL and fill_price > 200 | stats sum(commission), count() by side"


def batches(daemon: Daemon) -> list[bytes]:
    """As many as there are groups, or a multiple: each has one record for one group."""
    requests = []
    for number in range(2 * GROUPS):
        lines = [record(number * BATCH + place) for place in range(BATCH - 1)]
        lines.append(record(number, strategy=f"live-{number % GROUPS}", sent=SENT.decode()))
        requests.append(daemon.post(lines))
    return requests


def load(port: int, requests: list[bytes], rate: float, began: float, seconds: float, out) -> None:
    """A process that sends; tells the times of its answers."""
    times: list[list] = [[] for _ in range(CONNECTIONS)]
    threads = [
        threading.Thread(
            target=send, args=(port, requests, lane, CONNECTIONS, BATCH * CONNECTIONS / rate, began,
                               seconds, times[lane]))
        for lane in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = [entry for lane in times for entry in lane if entry[0] >= began + WARM_SECONDS]
    out.put({
        "batches": sum(len(lane) for lane in times),
        "refused": sum(1 for lane in times for entry in lane if entry[2] != 200),
        "late": sorted(entry[1] * 1000 for entry in counted),
        "seconds": time.perf_counter() - began})


class Tail:
    """One client of server-sent events."""

    def __init__(self, daemon: Daemon, group: int):
        self.group = group
        self.socket = socket.create_connection(("127.0.0.1", daemon.port))
        query = urllib.parse.quote(f'strategy:"live-{group}"')
        self.socket.sendall(daemon.head("GET", f"/v1/tail?q={query}", "auditor"))
        self.rest = b""
        self.indexes: list[int] = []
        self.is_over = False

    def take(self, lags: list[float]) -> None:
        try:
            piece = self.socket.recv(1 << 16)
        except BlockingIOError:
            return
        now = time.time_ns() // 1000
        if not piece:
            self.is_over = True
            return
        *lines, self.rest = (self.rest + piece).split(b"\n")
        for line in lines:
            # The pieces of a chunked answer are framed by lines that begin with no `data`.
            if line.startswith(b"data: {") and b'"index":' in line:
                found = json.loads(line[6:])
                self.indexes.append(found["index"])
                lags.append((now - int(found["record"]["sent"])) / 1000)


def watch(daemon: Daemon, ready, batches_sent, out) -> None:
    """A process that has all tails; tells what each of them got. Ends when each has all that was sent,
    which is negative until it is known, or when nothing has come for so long."""
    lags: list[float] = []
    clients = [Tail(daemon, number % GROUPS) for number in range(tails)]
    selector = selectors.DefaultSelector()
    for client in clients:
        while b"event: ready" not in client.rest:
            piece = client.socket.recv(1 << 16)
            assert piece, (client.group, client.rest)
            client.rest += piece
        assert client.rest.startswith(b"HTTP/1.1 200"), client.rest[:200]
        client.rest = b""
        client.socket.setblocking(False)
        selector.register(client.socket, selectors.EVENT_READ, client)
    ready.set()
    last = time.monotonic()
    while True:
        found = selector.select(timeout=0.2)
        for key, _ in found:
            key.data.take(lags)
            if key.data.is_over:
                selector.unregister(key.fileobj)
        if found or batches_sent.value < 0:
            last = time.monotonic()
        if batches_sent.value >= 0:
            fewest = [
                min((len(client.indexes) for client in clients if client.group == group), default=0)
                for group in range(GROUPS)]
            if sum(fewest) >= batches_sent.value or time.monotonic() - last > PATIENCE_SECONDS:
                break
    groups: dict[int, list[list[int]]] = {}
    for client in clients:
        groups.setdefault(client.group, []).append(client.indexes)
    out.put({
        "let_go": sum(1 for client in clients if client.is_over),
        "received": sum(len(client.indexes) for client in clients),
        "fewest": min(len(client.indexes) for client in clients),
        # What is the same for all of a group, in order and without a gap, is counted once.
        "of_groups": {
            group: len(indexes[0])
            if all(other == indexes[0] for other in indexes) and indexes[0] == sorted(set(indexes[0]))
            else -1
            for group, indexes in groups.items()},
        "lags": sorted(lags)})


def search(daemon: Daemon, count: int | None, stop=None, pause: float = 0) -> list[float]:
    """Milliseconds of searches about the records that were there before the load."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=120)
    path = "/v1/search?" + urllib.parse.urlencode(
        {"q": QUERY, "from": "2026-11-19", "to": "2026-11-19"})
    took: list[float] = []
    while (count is None or len(took) < count) and not (stop is not None and stop.is_set()):
        began = time.perf_counter()
        connection.request("GET", path, headers={
            "Authorization": f"Bearer {daemon.tokens['auditor']}"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200 and b'"end"' in text.splitlines()[-1], text[-300:]
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(pause)
    return took


def searching(daemon: Daemon, stop, pause: float, out) -> None:
    out.put(sorted(search(daemon, None, stop, pause)))


def loaded(daemon: Daemon, rate: float, seconds: float, pause: float, each_minute=None) -> dict:
    """All of it at once; what came of it."""
    context = multiprocessing.get_context("fork")
    ready, stop, batches_sent = context.Event(), context.Event(), context.Value("q", -1)
    outs = [context.Queue() for _ in range(3)]
    watcher = context.Process(target=watch, args=(daemon, ready, batches_sent, outs[0]))
    watcher.start()
    assert ready.wait(60), "the tails do not begin"
    requests = batches(daemon)
    spent = daemon.processor_seconds()
    began = time.perf_counter() + 0.5
    searcher = context.Process(target=searching, args=(daemon, stop, pause, outs[1]))
    sender = context.Process(
        target=load, args=(daemon.port, requests, rate, began, WARM_SECONDS + seconds, outs[2]))
    sender.start()
    time.sleep(WARM_SECONDS)
    searcher.start()
    if each_minute:
        each_minute(began + WARM_SECONDS)
    sent = outs[2].get()
    stop.set()
    batches_sent.value = sent["batches"]
    tailed, searched = outs[0].get(), outs[1].get()
    for process in (sender, watcher, searcher):
        process.join()
    spent = daemon.processor_seconds() - spent
    time.sleep(2)
    again = percentile(sorted(search(daemon, 20)), 0.5)
    return {"sent": sent, "tailed": tailed, "searched": searched, "again": again,
            "spent": spent}


def report(name: str, found: dict, alone: float, daemon: Daemon) -> bool:
    sent, tailed, searched = found["sent"], found["tailed"], found["searched"]
    # Whichever was faster: what else the machine did then is not the daemon's merit.
    alone = min(alone, found["again"])
    expected = sent["batches"] / GROUPS
    counts = tailed["of_groups"].values()
    missing = sum(1 for count in counts if count < 0) or sent["batches"] - sum(counts)
    beside = percentile(searched, 0.5)
    print(f"== {name}")
    print(json.dumps({
        "records_per_second": round(sent["batches"] * BATCH / sent["seconds"]),
        "refused": sent["refused"],
        "processor_us_per_record": round(found["spent"] / (sent["batches"] * BATCH) * 1e6, 2),
        **{f"answer_{part}_ms": round(percentile(sent["late"], value), 1)
           for part, value in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999))},
        "tails": tails, "tails_let_go": tailed["let_go"],
        "events_per_tail": round(expected), "fewest": tailed["fewest"], "missing": missing,
        **{f"lag_{part}_ms": round(percentile(tailed["lags"], value), 1)
           for part, value in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))},
        "searches": len(searched), "search_alone_ms": round(alone, 1),
        "search_beside_ms": round(beside, 1), "search_ratio": round(beside / alone, 2),
        "memory_mb": daemon.memory()}, indent=1), flush=True)
    return sent["refused"] == 0 and missing == 0 and tailed["let_go"] == 0


def soak(daemon: Daemon, alone: float) -> bool:
    minutes: list[dict[str, float]] = []

    def each_minute(began: float) -> None:
        for minute in range(1, int(soak_minutes) + 1):
            time.sleep(max(0, began + minute * 60 - time.perf_counter()))
            minutes.append(daemon.memory())
            print(f"minute {minute}: {minutes[-1]}", flush=True)

    found = loaded(daemon, rate / 2, soak_minutes * 60, 10, each_minute)
    is_good = report(f"soak, {soak_minutes:g} minutes at half the load", found, alone, daemon)
    for name in ("all", "own"):
        values = [minute[name] for minute in minutes][len(minutes) // 3:]
        if len(values) < 2:
            continue
        middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
        slope = (sum((place - middle) * (value - mean) for place, value in enumerate(values))
                 / sum((place - middle) ** 2 for place in range(len(values))))
        print(f"memory ({name}): {min(values)} to {max(values)} MB, slope {slope:+.2f} MB a minute")
    return is_good


def main() -> None:
    # Lines of 450 bytes until a day of 4 GB is sealed, segments of 50 from then on.
    lines = (seconds + soak_minutes * 30) * rate
    needed = min(lines * 450, 12e9) + lines * 50
    work.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(work).free
    if free < needed:
        sys.exit(f"serve_bench: this may take {needed / 1e9:.0f} GB; {work} has {free / 1e9:.0f} GB")
    is_good = True
    with Daemon(binaries, work) as daemon:
        time.sleep(1)
        print(f"cores: {os.cpu_count()}; idle memory: {daemon.memory()} MB", flush=True)
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port)
        for first in range(0, BEFORE_RECORDS, BATCH * 10):
            body = "\n".join(record(first + place, day=19) for place in range(BATCH * 10))
            connection.request("POST", "/v1/records", body + "\n", {
                "Authorization": f"Bearer {daemon.tokens['writer']}"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
        time.sleep(3)
        search(daemon, 10)
        alone = percentile(sorted(search(daemon, 40)), 0.5)
        if seconds > 0:
            found = loaded(daemon, rate, seconds, 0.1)
            is_good = report(f"{seconds:g} seconds of load", found, alone, daemon)
        if soak_minutes > 0:
            is_good = soak(daemon, alone) and is_good
    sys.exit(0 if is_good else 1)


main()
