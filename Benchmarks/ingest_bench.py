#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Load on POST /v1/records: sustained records a second, and how long an answer takes.

ingest_bench.py BIN_DIR WORK_DIR [RECORDS_PER_SECOND] [SECONDS] [CONNECTIONS] [BATCH]

BIN_DIR has `daybookd` of a release build. Batches are made beforehand and sent at fixed times, whether
or not the answer before has come on another connection: a daemon that stalls is charged for all who
would have asked meanwhile (no coordinated omission). Durability is `written`.
"""

import hashlib
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time

binaries, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
rate = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 20
connections = int(sys.argv[5]) if len(sys.argv) > 5 else 4
batch = int(sys.argv[6]) if len(sys.argv) > 6 else 500
WARM_SECONDS = 2.0


def record(number: int) -> str:
    """A fill as RustyBT's bots write it, 330 bytes."""
    return json.dumps({
        "event": "order_filled", "event_type": "order_filled", "level": "info",
        "order_id": f"ord-{number:010d}", "asset": ("AAPL", "MSFT", "BTC-USD")[number % 3],
        "side": ("buy", "sell")[number % 2], "fill_price": f"{150 + number % 97}.25",
        "fill_amount": str(number % 400 + 1), "commission": "0.35", "strategy": "momentum",
        "broker": "paper", "account": "desk-7", "latency_ms": number % 60,
        "timestamp": f"2026-11-20T14:25:{number % 60:02d}.{number % 1000000:06d}Z"},
        separators=(",", ":"))


def start() -> tuple[subprocess.Popen, int, str]:
    shutil.rmtree(work, ignore_errors=True)
    (work / "logs/server").mkdir(parents=True)
    identifier, secret = secrets.token_hex(6), secrets.token_hex(32)
    tokens = work / "logs/server/tokens"
    tokens.write_text(json.dumps({
        "id": identifier, "name": "bench", "roles": ["writer"],
        "expires": "2099-01-01T00:00:00.000000Z",
        "sha256": hashlib.sha256(secret.encode()).hexdigest()}, separators=(",", ":")) + "\n")
    tokens.chmod(0o600)
    (work / "logs/daybook.yaml").write_text("books:\n  audit:\n    durability: written\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    daemon = subprocess.Popen(
        [binaries / "daybookd", "--dir", work / "logs", "--keys", work / "keys",
         "--listen", f"127.0.0.1:{port}"])
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return daemon, port, f"dbk_{identifier}_{secret}"
        except OSError:
            assert daemon.poll() is None, "the daemon ended"
            time.sleep(0.05)


def answer(stream) -> int:
    status = int(stream.readline().split()[1])
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    stream.read(length)
    return status


def send(port: int, requests: list[bytes], lane: int, began: float, times: list) -> None:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = connection.makefile("rb")
    interval = batch * connections / rate
    due = began + lane * interval / connections
    number = 0
    while due < began + WARM_SECONDS + seconds:
        wait = due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        connection.sendall(requests[number % len(requests)])
        status = answer(stream)
        times.append((due, time.perf_counter() - due, status))
        due += interval
        number += 1
    connection.close()


def memory(process: int) -> float:
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def main() -> None:
    daemon, port, token = start()
    try:
        time.sleep(1)
        idle = memory(daemon.pid)
        requests = []
        for number in range(16):
            body = "\n".join(record(number * batch + place) for place in range(batch)).encode() + b"\n"
            head = (f"POST /v1/records HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                    f"Authorization: Bearer {token}\r\nContent-Type: application/x-ndjson\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n").encode()
            requests.append(head + body)
        began = time.perf_counter() + 0.2
        times: list[list] = [[] for _ in range(connections)]
        threads = [threading.Thread(target=send, args=(port, requests, lane, began, times[lane]))
                   for lane in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began - WARM_SECONDS
        counted = [entry for lane in times for entry in lane if entry[0] >= began + WARM_SECONDS]
        late = sorted(entry[1] for entry in counted)
        good = sum(1 for entry in counted if entry[2] == 200)

        def percentile(part: float) -> float:
            return round(late[min(len(late) - 1, int(len(late) * part))] * 1000, 1)

        print(json.dumps({
            "records_per_second": round(good * batch / took), "asked_per_second": rate,
            "batch": batch, "connections": connections, "bytes_per_record": len(record(1)) + 1,
            "answers": len(counted), "refused": len(counted) - good,
            "p50_ms": percentile(0.5), "p95_ms": percentile(0.95), "p99_ms": percentile(0.99),
            "p999_ms": percentile(0.999), "idle_mb": round(idle, 1),
            "after_mb": round(memory(daemon.pid), 1), "cores": os.cpu_count()}, indent=1))
    finally:
        daemon.terminate()
        daemon.wait()


main()
