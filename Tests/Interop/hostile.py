#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests that no honest client sends, against the built daemon on loopback.

Malformed ones from a seeded fuzzer, smuggling, traversal, endless headers and bodies, connections that
never finish. The daemon never answers 500, says no secret, and goes on answering others at once.
DAYBOOK_HOSTILE=10000 sends more; DAYBOOK_SEED repeats a run.
"""

import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import time

BINARY = os.environ["DAYBOOK_BINARY"]
COUNT = int(os.environ.get("DAYBOOK_HOSTILE", "1500"))
SEED = int(os.environ.get("DAYBOOK_SEED", str(random.randrange(1 << 32))))


class Daemon:
    def __init__(self, directory):
        self.directory = directory
        self.environment = dict(os.environ, DAYBOOK_KEYS=str(directory / "keys"))
        self.logs = directory / "logs"
        self.logs.mkdir()
        made = subprocess.run(
            [BINARY, "--dir", str(self.logs), "token", "create", "--role", "admin", "--role", "writer",
             "--role", "auditor", "--role", "compliance", "--name", "fuzzer", "--expires", "1d"],
            env=self.environment, capture_output=True, text=True, check=True)
        self.token = made.stdout.strip()
        self.errors = open(directory / "errors", "w+")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--dir", str(self.logs), "--listen", "127.0.0.1:0"],
            env=self.environment, stderr=self.errors)
        self.port = self.wait_for_port()

    def wait_for_port(self):
        for _ in range(600):
            text = (self.directory / "errors").read_text()
            found = re.search(r"answers at http://127\.0\.0\.1:(\d+)", text)
            if found:
                return int(found.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        sys.exit("the daemon did not start:\n" + (self.directory / "errors").read_text())

    def connect(self, timeout=10):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def ask(self, request, timeout=10):
        """Sends bytes; returns what comes back until the daemon closes or is silent for a moment."""
        answer = b""
        with self.connect(timeout) as connection:
            try:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                while True:
                    piece = connection.recv(65536)
                    if not piece:
                        break
                    answer += piece
                    if len(answer) > 1 << 22:
                        break
            except (ConnectionError, TimeoutError, socket.timeout):
                pass
        return answer

    def status(self, request):
        found = re.match(rb"HTTP/1\.1 (\d{3})", self.ask(request))
        return int(found.group(1)) if found else None

    def check(self, what):
        began = time.monotonic()
        answer = self.ask(self.head("GET", "/healthz") + b"\r\n")
        took = time.monotonic() - began
        if not answer.startswith(b"HTTP/1.1 200"):
            sys.exit(f"after {what} the daemon does not answer: {answer[:200]!r} (seed {SEED})")
        if took > 5:
            sys.exit(f"after {what} the daemon took {took:.1f} s to answer (seed {SEED})")

    def head(self, method, path, *more):
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close", *more]
        return ("\r\n".join(lines) + "\r\n").encode("latin-1")

    def stop(self):
        self.process.terminate()
        if self.process.wait(timeout=30) != 0:
            sys.exit("the daemon did not end in good order:\n" + (self.directory / "errors").read_text())


def expect(found, wanted, what):
    if found not in wanted:
        sys.exit(f"{what}: answered {found}, expected one of {wanted}")


def known(daemon):
    """What is known to be tried."""
    key = f"Authorization: Bearer {daemon.token}"
    host = f"Host: 127.0.0.1:{daemon.port}\r\n"
    for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/assets/..%2f..%2fetc/passwd",
                 "/v1/receipts/..%2f..%2f..%2fkeys", "/v1/plans/%2e%2e%2f%2e%2e", "/v1/exports/..%5c..", "/%00", "/%"):
        answer = daemon.ask(daemon.head("GET", path, key) + b"\r\n")
        if b"root:" in answer or b"PRIVATE" in answer:
            sys.exit(f"{path} leads out of the daemon")
        expect(int(answer[9:12] or 0) if answer else None, (None, 400, 404, 405, 403), path)
    both = ("POST /v1/records HTTP/1.1\r\n" + host + key + "\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
            "0\r\n\r\nGET /v1/whoami HTTP/1.1\r\nHost: x\r\n\r\n").encode()
    answer = daemon.ask(both)
    if answer.count(b"HTTP/1.1 200") > 1 or b"fuzzer" in answer:
        sys.exit("a request was smuggled behind another")
    twice = ("POST /v1/records HTTP/1.1\r\n" + host + key + "\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nabcdefghi").encode()
    expect(daemon.status(twice), (None, 400), "two lengths")
    expect(daemon.status(daemon.head("GET", "/v1/whoami", key, "X: " + "a" * 70_000) + b"\r\n"), (None, 400, 413, 431),
           "a header without end")
    many = [f"X-{i}: 1" for i in range(2_000)]
    expect(daemon.status(daemon.head("GET", "/v1/whoami", key, *many) + b"\r\n"), (None, 400, 413, 431), "2,000 headers")
    expect(daemon.status(f"GET /v1/whoami HTTP/1.1\r\n{key}\r\nConnection: close\r\n\r\n".encode()), (None, 400, 421),
           "no host")
    expect(daemon.status(f"GET /v1/whoami HTTP/1.1\r\nHost: evil.example\r\n{key}\r\nConnection: close\r\n\r\n".encode()),
           (421,), "a foreign host")
    expect(daemon.status(daemon.head("GET", "/v1/whoami", key, "Origin: http://evil.example") + b"\r\n"), (403,),
           "a foreign origin")
    expect(daemon.status(daemon.head("GET", "/v1/whoami", key, key) + b"\r\n"), (401,), "two tokens")
    daemon.check("what is known to be tried")


def slow(daemon):
    """Many that say a little, and then nothing: others are not kept waiting."""
    held = []
    for number in range(200):
        connection = daemon.connect()
        connection.sendall(b"POST /v1/records HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "[: 10 + number % 40])
        held.append(connection)
    for _ in range(5):
        daemon.check("200 slow connections")
    for connection in held:
        connection.close()


PATHS = ("/", "/healthz", "/sign-in", "/sign-in/link", "/sign-out", "/v1/whoami", "/v1/records", "/v1/sign-in-links",
         "/v1/search", "/v1/tail", "/v1/holds", "/v1/policies", "/v1/plans", "/v1/requests", "/v1/receipts", "/v1/people",
         "/v1/jobs/x", "/v1/exports", "/v1/erasures", "/v1/logs", "/loki/api/v1/push", "/_bulk", "/openapi.json")
BODIES = (b"", b"{}", b"[]", b"null", b"{", b'{"a":' * 500, b"\xff\xfe\x00", b'{"event":"x"}\n' * 3, b"a=b&c=%zz&=&&",
          b'{"matter":{}}', b'{"name":1e999,"from":"2024-99-99"}', b"\x1f\x8b\x08\x00garbage", b'{"a":"\\ud800"}')


def fuzzed(daemon, dice):
    method = dice.choice(("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "B\x7f", "get"))
    path = dice.choice(PATHS)
    for _ in range(dice.randrange(3)):
        path += dice.choice(("?q=", "&from=", "/", "%00", "%ff", "?", "=", "x" * dice.randrange(300), "\t", "'", "{", "%2e%2e/",
                             "limit=-1", "&limit=99999999999999999999", "&cursor=", "&books=audit,,chat"))
    body = dice.choice(BODIES)
    more = []
    if dice.random() < 0.8:
        more.append(f"Authorization: Bearer {daemon.token}")
    if dice.random() < 0.7:
        more.append("Content-Type: " + dice.choice((
            "application/json", "application/x-ndjson", "application/x-www-form-urlencoded", "application/x-protobuf",
            "text/plain; charset=\xff", "", "multipart/form-data; boundary=x")))
    if dice.random() < 0.2:
        more.append("Content-Encoding: " + dice.choice(("gzip", "snappy", "br", "gzip, gzip", "")))
    if dice.random() < 0.2:
        more.append("Cookie: " + dice.choice(("daybook_session=", "daybook_session=" + "0" * 64, "=;=;", "a" * 5000)))
    if dice.random() < 0.2:
        more.append(dice.choice(("Last-Event-ID: -1", "Range: bytes=9-1", "Expect: 100-continue", "Idempotency-Key: ",
                                 "Accept: */*;q=x", "Upgrade: h2c", "X-Daybook-CSRF: \x01", "If-None-Match: \"")))
    length = len(body) if dice.random() < 0.9 else dice.choice((0, 1, len(body) + 7, -1))
    more.append(f"Content-Length: {length}")
    request = daemon.head(method, path, *more) + b"\r\n" + body
    if dice.random() < 0.15:
        request = bytearray(request)
        for _ in range(dice.randrange(1, 6)):
            request[dice.randrange(len(request))] = dice.randrange(256)
    return bytes(request)


def main():
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory() as directory:
        daemon = Daemon(pathlib.Path(directory))
        try:
            known(daemon)
            slow(daemon)
            secret = daemon.token.rsplit("_", 1)[-1].encode()
            for number in range(COUNT):
                request = fuzzed(daemon, dice)
                answer = daemon.ask(request, timeout=5 if b"/v1/tail" not in request else 0.5)
                if re.match(rb"HTTP/1\.1 500", answer):
                    sys.exit(f"request {number} of seed {SEED} was answered 500:\n{request!r}\n{answer[:500]!r}")
                if secret in answer:
                    sys.exit(f"request {number} of seed {SEED} got the token back:\n{request!r}")
                if number % 100 == 0:
                    daemon.check(f"request {number}")
            daemon.check("all of them")
            errors = (daemon.directory / "errors").read_text()
            if secret.decode() in errors:
                sys.exit("the daemon's words hold a token")
        finally:
            if daemon.process.poll() is None:
                daemon.stop()
            else:
                sys.exit(f"the daemon died (seed {SEED}):\n" + (daemon.directory / "errors").read_text())
    print(f"{COUNT} hostile requests: no 500, no secret, no stall (seed {SEED})")


if __name__ == "__main__":
    main()
