# SPDX-License-Identifier: Apache-2.0
"""A daemon of a release build over fresh books, and senders that keep their pace: for ingest_bench.py and
serve_bench.py.

Batches are made beforehand and sent at fixed times, whether or not the answer before has come on another
connection: a daemon that stalls is charged for all who would have asked meanwhile (no coordinated
omission). Durability is `written`.
"""

import hashlib
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import time

WARM_SECONDS = 2.0
# In the place of the instant at which a batch is sent, in microseconds since 1970.
SENT = b"0000000000000000"


def record(number: int, day: int = 20, **members: str) -> str:
    """A fill as RustyBT's bots write it, 330 bytes."""
    return json.dumps({
        "event": "order_filled", "event_type": "order_filled", "level": "info",
        "order_id": f"ord-{number:010d}", "asset": ("AAPL", "MSFT", "BTC-USD")[number % 3],
        "side": ("buy", "sell")[number % 2], "fill_price": f"{150 + number % 97}.25",
        "fill_amount": str(number % 400 + 1), "commission": "0.35", "strategy": "momentum",
        "broker": "paper", "account": "desk-7", "latency_ms": number % 60, **members,
        "timestamp": f"2026-11-{day:02d}T14:25:{number % 60:02d}.{number % 1000000:06d}Z"},
        separators=(",", ":"))


class Daemon:
    """`with Daemon(binaries, work) as daemon:`; `daemon.tokens` has one each of writer and auditor."""

    def __init__(self, binaries: pathlib.Path, work: pathlib.Path):
        self.binaries, self.work = binaries, work

    def __enter__(self) -> "Daemon":
        shutil.rmtree(self.work, ignore_errors=True)
        (self.work / "logs/server").mkdir(parents=True)
        self.tokens, lines = {}, []
        for role in ("writer", "auditor"):
            identifier, secret = secrets.token_hex(6), secrets.token_hex(32)
            self.tokens[role] = f"dbk_{identifier}_{secret}"
            lines.append(json.dumps({
                "id": identifier, "name": f"bench-{role}", "roles": [role],
                "expires": "2099-01-01T00:00:00.000000Z",
                "sha256": hashlib.sha256(secret.encode()).hexdigest()}, separators=(",", ":")))
        store = self.work / "logs/server/tokens"
        store.write_text("\n".join(lines) + "\n")
        store.chmod(0o600)
        # Small days, sealed at once: a load of half an hour then fits on a disk, and is sealed beside.
        (self.work / "logs/daybook.yaml").write_text(
            "books:\n  audit:\n    durability: written\n    plain_keep: 0d\n"
            "    rotate: {max_size: 4GB}\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [self.binaries / "daybookd", "--dir", self.work / "logs", "--keys", self.work / "keys",
             "--listen", f"127.0.0.1:{self.port}"], stderr=subprocess.DEVNULL)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError:
                assert self.process.poll() is None, "the daemon ended"
                time.sleep(0.05)

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait()

    def memory(self) -> dict[str, float]:
        """Megabytes in use: all, its own, and mapped files."""
        names = {"VmRSS": "all", "RssAnon": "own", "RssFile": "files"}
        found = {}
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in names:
                found[names[name]] = round(int(value.split()[0]) / 1024, 1)
        return found

    def processor_seconds(self) -> float:
        """What the processors gave the daemon so far: tells its cost also where others take their time."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def head(self, method: str, path: str, role: str, more: str = "") -> bytes:
        return (f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                f"Authorization: Bearer {self.tokens[role]}\r\n{more}\r\n").encode()

    def post(self, lines: list[str]) -> bytes:
        body = "\n".join(lines).encode() + b"\n"
        return self.head(
            "POST", "/v1/records", "writer",
            f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n") + body


def answer(stream) -> int:
    status = int(stream.readline().split()[1])
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    stream.read(length)
    return status


def send(port: int, requests: list[bytes], lane: int, lanes: int, interval: float, began: float,
         seconds: float, times: list) -> None:
    """Sends one request every `interval` seconds on one connection of several, taking turns with the
    others, and notes when each was due, how long its answer took from then, and its status."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = connection.makefile("rb")
    due = began + lane * interval / lanes
    number = lane
    while due < began + seconds:
        wait = due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        request = requests[number % len(requests)]
        if SENT in request:
            request = request.replace(SENT, b"%016d" % (time.time_ns() // 1000))
        connection.sendall(request)
        status = answer(stream)
        times.append((due, time.perf_counter() - due, status))
        due += interval
        number += lanes
    connection.close()


def percentile(sorted_values: list[float], part: float) -> float:
    if not sorted_values:
        return float("nan")
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * part))]
