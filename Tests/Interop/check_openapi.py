# SPDX-License-Identifier: Apache-2.0
"""The description of the daemon is valid OpenAPI 3.1, and figures are text that Prometheus reads.

Needs: openapi-spec-validator, prometheus-client (from PyPI).
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator
from prometheus_client.parser import text_string_to_metric_families

BINARY = pathlib.Path(os.environ["DAYBOOK_BINARY"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(base: str, daemon: subprocess.Popen) -> None:
    for _ in range(300):
        if daemon.poll() is not None:
            sys.exit(f"the daemon ended with {daemon.returncode}")
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=1).read()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the daemon did not answer within 30 s")


def ask(base: str, path: str, token: str) -> bytes:
    request = urllib.request.Request(base + path)
    request.add_header("Authorization", f"Bearer {token}")
    return urllib.request.urlopen(request, timeout=30).read()


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        place = ["--dir", f"{directory}/logs", "--keys", f"{directory}/keys"]
        subprocess.run(
            [BINARY, "demo", *place, "--events", "500"], check=True, capture_output=True
        )
        made = subprocess.run(
            [BINARY, "token", "create", *place, "--role", "auditor", "--name", "checker",
             "--expires", "1d"],
            check=True, capture_output=True, text=True,
        )
        token = next(word for word in made.stdout.split() if word.startswith("dbk_"))
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        daemon = subprocess.Popen(
            [BINARY, "serve", *place, "--listen", f"127.0.0.1:{port}"], stderr=subprocess.PIPE
        )
        try:
            wait_until_ready(base, daemon)
            document = json.loads(ask(base, "/openapi.json", token))
            OpenAPIV31SpecValidator(document).validate()
            operations = [
                operation["operationId"]
                for path in document["paths"].values()
                for operation in path.values()
            ]
            assert len(operations) == len(set(operations)), "an operationId stands twice"
            families = {
                family.name: family
                for family in text_string_to_metric_families(ask(base, "/metrics", token).decode())
            }
            for name in ["daybook_book_records", "daybook_http_requests", "daybook_book_bytes"]:
                assert name in families, f"no figure {name}"
            print(f"OpenAPI 3.1 is valid: {len(operations)} operations; {len(families)} figures")
        finally:
            daemon.terminate()
            daemon.wait(timeout=20)


if __name__ == "__main__":
    main()
