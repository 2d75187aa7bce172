#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schemathesis against the running daemon, by its own description: no 500, no secret told, no stall.

Beside what fits the description it sends what does not. In CI as one role, some two thousand requests;
DAYBOOK_API_REQUESTS=10000 asks as every role in turn, one line each: how many were answered, and how.
DAYBOOK_API_ROLES=trader,writer asks as those alone; DAYBOOK_API_PHASES=examples,coverage,fuzzing also
goes through every bound of every parameter, which takes ten thousands. Needs schemathesis, from PyPI.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from ingest import BINARY, Daemon  # noqa: E402

REQUESTS = int(os.environ.get("DAYBOOK_API_REQUESTS", "400"))
ALL = ["auditor", "compliance", "admin", "trader", "writer"]
ROLES = ALL if REQUESTS >= 2000 else ["compliance"]
PHASES = os.environ.get("DAYBOOK_API_PHASES", "fuzzing")
ROLES = os.environ.get("DAYBOOK_API_ROLES", ",".join(ROLES)).split(",")


def token(daemon: Daemon, role: str) -> str:
    done = subprocess.run(
        [BINARY, "token", "create", "--dir", daemon.logs, "--keys", daemon.keys, "--role", role,
         "--name", f"the-{role}", "--expires", "1d"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def ask(daemon: Daemon, path: str, key: str) -> bytes:
    request = urllib.request.Request(daemon.base + path, headers={"Authorization": f"Bearer {key}"})
    return urllib.request.urlopen(request, timeout=10).read()


def answers(daemon: Daemon, key: str) -> dict[str, int]:
    """How many requests the daemon has answered with each status, by its own figures."""
    counts: dict[str, int] = {}
    for line in ask(daemon, "/metrics", key).decode().splitlines():
        found = re.match(r'daybook_http_requests_total\{.*status="(\d+)".*\} (\d+)', line)
        if found:
            counts[found.group(1)] = counts.get(found.group(1), 0) + int(found.group(2))
    return counts


def operations(document: dict, role: str) -> int:
    return sum(
        role in operation.get("x-roles", [role])
        for path in document["paths"].values() for operation in path.values())


def run(daemon: Daemon, document: dict, role: str, key: str, directory: pathlib.Path) -> str:
    """Runs schemathesis as one role over what that role may ask; what others may is answered 403, and
    AccessMatrixTests ask all of that."""
    own = json.loads(json.dumps(document))
    for path, methods in list(own["paths"].items()):
        for method in list(methods):
            # A live tail and long jobs end when their client goes, which it does not.
            roles = methods[method].get("x-roles", [role])
            if "tail" in path or path.startswith("/v1/jobs") or role not in roles:
                del methods[method]
        if not methods:
            del own["paths"][path]
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            for kind in list(content):
                # What schemathesis cannot write it sends as bytes or text.
                if kind != "application/json":
                    schema = content.pop(kind)
                    is_bytes = "protobuf" in kind
                    content["application/octet-stream" if is_bytes else "text/plain"] = schema
    place = directory / f"{role}.json"
    place.write_text(json.dumps(own))
    each = max(1, REQUESTS // len(ROLES) // max(1, operations(own, role)))
    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("schemathesis"), "run", place, "--url", daemon.base,
         "--header", f"Authorization: Bearer {key}", "--checks", "not_a_server_error",
         "--mode", "all", "--phases", PHASES, "--max-examples", str(each),
         "--request-timeout", "20", "--seed", "1", "--workers", "1", "--no-color",
         "--generation-database", "none", "--continue-on-failure"],
        capture_output=True, text=True, timeout=max(900, REQUESTS), cwd=directory)
    text = done.stdout + done.stderr
    assert done.returncode == 0, text[-6000:]
    return text


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        directory = pathlib.Path(place)
        daemon = Daemon(directory)
        subprocess.run(
            [BINARY, "demo", "--dir", daemon.logs, "--keys", daemon.keys, "--events", "300"],
            check=True, capture_output=True)
        keys = {role: token(daemon, role) for role in ALL}
        daemon.start()
        try:
            document = json.loads(ask(daemon, "/openapi.json", keys["admin"]))
            # What would end the run: the daemon's own tokens, taken away.
            document["paths"] = {
                path: methods for path, methods in document["paths"].items()
                if not re.search("revoke", path)}
            sent = 0
            began = time.monotonic()
            for role in ROLES:
                before, started = answers(daemon, keys["admin"]), time.monotonic()
                text = run(daemon, document, role, keys[role], directory)
                after = answers(daemon, keys["admin"])
                counts = {
                    status: count - before.get(status, 0) for status, count in sorted(after.items())
                    if count > before.get(status, 0)}
                sent += sum(counts.values())
                print(f"{role}: {sum(counts.values())} requests in "
                      f"{time.monotonic() - started:.0f} s, answers {counts}", flush=True)
                assert not any(status >= "500" for status in counts), "a server's error"
                for secret in keys.values():
                    assert secret.split("_")[2] not in text, "a token was told"
                started = time.monotonic()
                ask(daemon, "/healthz", keys["admin"])
                assert time.monotonic() - started < 2, "the daemon stalls"
            print(f"{sent} requests in {time.monotonic() - began:.0f} s, none answered with 5xx")
        finally:
            daemon.stop(signal.SIGTERM)
        done = subprocess.run(
            [BINARY, "verify", "--dir", daemon.logs, "--keys", daemon.keys], capture_output=True)
        assert done.returncode == 0, done.stdout[-2000:]


if __name__ == "__main__":
    main()
