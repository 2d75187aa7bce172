# SPDX-License-Identifier: Apache-2.0
"""A daemon over fresh books with a demo desk, a chat, a policy and a followed log, for the browser's checks."""

import hashlib
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

BINARY = pathlib.Path(os.environ["DAYBOOK_BINARY"]).resolve()
PEOPLE = {
    "compliance": {"name": "clara"},
    # Who agrees to what Clara proposes.
    "second": {"name": "carl", "role": "compliance"},
    "auditor": {"name": "otto"},
    "admin": {"name": "ada"},
    "trader": {"name": "alice", "account": "slack:alice", "strategies": ["momentum", "vwap"]},
    "writer": {"name": "bot"},
}
SETTINGS = """
policies:
  - {name: desk, select: {book: chat}, keep: 30d, notice: 0d, grace: 0d}
sources:
  - {name: bots, tail: ../bots/*.log}
"""


class Daemon:
    """`with Daemon() as daemon:`; `daemon.base` is its address, `daemon.tokens` has one a role."""

    def __enter__(self):
        self.place = tempfile.TemporaryDirectory(prefix="daybook-browser-")
        self.logs = pathlib.Path(self.place.name) / "logs"
        self.environment = {
            **os.environ,
            "DAYBOOK_DIR": str(self.logs),
            "DAYBOOK_KEYS": str(pathlib.Path(self.place.name) / "keys"),
        }
        self.run("demo", "--events", "6000", "--chat", "--until-now")
        (self.logs / "daybook.yaml").write_text(SETTINGS)
        self.bots = pathlib.Path(self.place.name) / "bots"
        self.bots.mkdir()
        (self.bots / "worker.log").write_text(
            "".join(f'{{"event":"worker_tick","tick":{tick}}}\n' for tick in range(50)))
        self.tokens = self.make_tokens()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = open(pathlib.Path(self.place.name) / "daemon.log", "w+b")
        self.process = subprocess.Popen(
            [str(BINARY.parent / "daybookd"), "--dir", str(self.logs), "--keys",
             self.environment["DAYBOOK_KEYS"], "--listen", f"127.0.0.1:{self.port}"],
            stdout=self.log, stderr=self.log, env=self.environment)
        for _ in range(300):
            try:
                with urllib.request.urlopen(self.base + "/readyz", timeout=2):
                    return self
            except OSError:
                time.sleep(0.1)
        self.log.seek(0)
        raise SystemExit("the daemon does not answer:\n" + self.log.read().decode())

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.log.close()
        self.place.cleanup()

    def run(self, *arguments):
        return subprocess.run([str(BINARY), *arguments], check=True, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout

    def link(self, who):
        """A link that signs somebody in, once."""
        request = urllib.request.Request(
            self.base + "/v1/sign-in-links", data=b"", method="POST",
            headers={"Authorization": f"Bearer {self.tokens[who]}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["link"]

    def post_record(self, record):
        """Sends one record as a program does."""
        request = urllib.request.Request(
            self.base + "/v1/records", data=json.dumps(record).encode() + b"\n", method="POST",
            headers={"Authorization": f"Bearer {self.tokens['writer']}"})
        urllib.request.urlopen(request, timeout=10).close()

    def make_tokens(self):
        """Tokens as the store keeps them: who may make them is not what is checked here."""
        folder = self.logs / "server"
        folder.mkdir(mode=0o700, exist_ok=True)
        tokens, lines = {}, []
        for who, person in PEOPLE.items():
            public, secret = secrets.token_hex(6), secrets.token_hex(32)
            tokens[who] = f"dbk_{public}_{secret}"
            lines.append(json.dumps({
                "id": public, "name": person["name"], "roles": [person.get("role", who)],
                "expires": "2100-01-01T00:00:00.000000Z",
                **{key: person[key] for key in ("account", "strategies") if key in person},
                "sha256": hashlib.sha256(secret.encode()).hexdigest(),
            }, separators=(",", ":")))
        store = folder / "tokens"
        store.write_text("\n".join(lines) + "\n")
        store.chmod(0o600)
        return tokens
