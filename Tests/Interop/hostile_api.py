#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schemathesis against the running daemon, by its own description: no 500, no secret told, no stall.

Beside what fits the description it sends what does not. In CI as one role, some two thousand requests;
DAYBOOK_API_REQUESTS=10000 asks as every role in turn. Needs schemathesis, from PyPI.
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


def token(daemon: Daemon, role: str) -> str:
    done = subprocess.run(
        [BINARY, "token", "create", "--dir", daemon.logs, "--keys", daemon.keys, "--role", role,
         "--name", f"the-{role}", "--expires", "1d"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def ask(daemon: Daemon, path: str, key: str) -> bytes:
    request = urllib.request.Request(daemon.base + path, headers={"Authorization": f"Bearer {key}"})
    return urllib.request.urlopen(request, timeout=10).read()


def operations(document: dict, role: str) -> int:
    return sum(
        role in operation.get("x-roles", [role])
        for path in document["paths"].values() for operation in path.values())


def run(daemon: Daemon, document: dict, role: str, key: str, directory: pathlib.Path) -> str:
    """Runs schemathesis as one role over what that role may ask; what others may is answered 403."""
    own = json.loads(json.dumps(document))
    for path, methods in list(own["paths"].items()):
        for method in list(methods):
            # A live tail and long jobs end when their client goes, which it does not.
            if "tail" in path or path.startswith("/v1/jobs"):
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
    phases = "examples,coverage,fuzzing" if REQUESTS >= 2000 else "fuzzing"
    place = directory / f"{role}.json"
    place.write_text(json.dumps(own))
    each = max(1, REQUESTS // len(ROLES) // max(1, operations(own, "")))
    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("schemathesis"), "run", place, "--url", daemon.base,
         "--header", f"Authorization: Bearer {key}", "--checks", "not_a_server_error",
         "--mode", "all", "--phases", phases, "--max-examples", str(each),
         "--request-timeout", "20", "--seed", "1", "--workers", "1", "--no-color",
         "--generation-database", "none", "--continue-on-failure"],
        capture_output=True, text=True, timeout=900, cwd=directory)
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
                text = run(daemon, document, role, keys[role], directory)
                found = re.search(r"([\d,]+) generated", text)
                sent += int(found.group(1).replace(",", "")) if found else 0
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
