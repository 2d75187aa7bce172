#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Send records to the built daemon with clients that we did not write, unmodified.

1. The OTLP exporter of opentelemetry-sdk (protocol buffers and gzip), its JSON form by hand, a Loki
   handler of Python, the bulk helper of the Elasticsearch client, curl: every record arrives once,
   masked, and in its client's order.
2. The daemon is killed with SIGKILL again and again while clients send batches with keys: nothing that
   was acknowledged is lost, nothing stands twice, and every index that was answered is right.

3. The same while the Elasticsearch client and the OTLP exporter send, as they are, and retry as they do:
   documents with an id stand once, records of OTLP at least once.

DAYBOOK_INGEST_RECORDS and DAYBOOK_KILLS ask for more of the second and third: 200000 and 10.
"""

import gzip
import hashlib
import http.client
import json
import logging
import os
import pathlib
import queue
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("DAYBOOK_BINARY") or ROOT / ".build/debug/daybook")
RECORDS = int(os.environ.get("DAYBOOK_INGEST_RECORDS", "12000"))
KILLS = int(os.environ.get("DAYBOOK_KILLS", "3"))
SECRET = "hunter2-is-my-secret"
EACH = 40


class Daemon:
    """A daemon over its own directory, at one port across its lives."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.logs, self.keys = directory / "logs", directory / "keys"
        self.logs.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.token = self.make_token("bot")
        self.process: subprocess.Popen[bytes] | None = None

    def make_token(self, name: str) -> str:
        """As `daybook token create` keeps it: the id, and the SHA-256 of the secret."""
        identifier, secret = secrets.token_hex(6), secrets.token_hex(32)
        server = self.logs / "server"
        server.mkdir(mode=0o700, exist_ok=True)
        line = {
            "id": identifier, "name": name, "roles": ["writer"],
            "expires": "2099-01-01T00:00:00.000000Z",
            "sha256": hashlib.sha256(secret.encode()).hexdigest(),
        }
        path = server / "tokens"
        path.write_text(json.dumps(line, separators=(",", ":")) + "\n")
        path.chmod(0o600)
        return f"dbk_{identifier}_{secret}"

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [BINARY.with_name("daybookd"), "--dir", self.logs, "--keys", self.keys,
             "--listen", f"127.0.0.1:{self.port}"])
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                assert self.process.poll() is None, "the daemon ended at its start"
            time.sleep(0.02)
        raise AssertionError("the daemon did not answer within a minute")

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        assert how == signal.SIGKILL or code == 0, f"the daemon ended with {code}"
        self.process = None

    def lines(self, book: str) -> list[dict]:
        """The records of a book, opened."""
        done = subprocess.run(
            [BINARY, "cat", "--dir", self.logs, "--keys", self.keys, "--book", book, "--open"],
            capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]


def otlp(daemon: Daemon) -> None:
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
    from opentelemetry.sdk.resources import Resource

    provider = LoggerProvider(resource=Resource.create({"service.name": "otlp-bot"}))
    exporter = OTLPLogExporter(
        endpoint=f"{daemon.base}/v1/logs", compression=Compression.Gzip,
        headers={"Authorization": f"Bearer {daemon.token}"})
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter, max_export_batch_size=16))
    logger = logging.getLogger("otlp")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler = LoggingHandler(logger_provider=provider)
    logger.addHandler(handler)
    for number in range(EACH):
        logger.info(
            "order filled", extra={"event_type": "order_filled", "way": "otlp", "n": number})
    logger.warning(f"otlp text, password={SECRET}")
    provider.shutdown()
    logger.removeHandler(handler)


def otlp_json(daemon: Daemon) -> None:
    for number in range(EACH):
        body = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{
            "timeUnixNano": str(time.time_ns()), "severityNumber": 9,
            "body": {"stringValue": json.dumps(
                {"event": "order_filled", "way": "otlp-json", "n": number, "password": SECRET})},
        }]}]}]}
        status, answer = post(
            daemon, "/v1/logs", gzip.compress(json.dumps(body).encode()),
            {"Content-Type": "application/json", "Content-Encoding": "gzip"})
        assert status == 200 and json.loads(answer) == {"partialSuccess": {}}, (status, answer)


def loki(daemon: Daemon) -> None:
    import logging_loki

    handler = logging_loki.LokiHandler(
        url=f"{daemon.base}/loki/api/v1/push", tags={"job": "loki-bot"}, version="1")
    handler.emitter.session.headers["Authorization"] = f"Bearer {daemon.token}"
    failures: list[object] = []
    handler.handleError = failures.append  # type: ignore[assignment]
    logger = logging.getLogger("loki")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    for number in range(EACH):
        logger.info(json.dumps({"event": "order_filled", "way": "loki", "n": number}))
    logger.error(f"loki text, password={SECRET}")
    logger.removeHandler(handler)
    assert not failures, "Loki's handler was refused"


def elastic(daemon: Daemon) -> None:
    from elasticsearch import Elasticsearch, helpers

    client = Elasticsearch(daemon.base, bearer_auth=daemon.token)
    assert client.ping()
    assert client.info()["tagline"] == "You Know, for Search"
    done, errors = helpers.bulk(
        client,
        ({"_index": "orders", "_op_type": "create", "event": "order_filled", "way": "elastic",
          "n": number, "api_key": SECRET} for number in range(EACH)),
        chunk_size=16)
    assert done == EACH and not errors
    client.close()


def curl(daemon: Daemon) -> None:
    lines = "".join(
        json.dumps({"event": "order_filled", "way": "curl", "n": number, "password": SECRET}) + "\n"
        for number in range(EACH))
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", "--data-binary", "@-",
         "-H", f"Authorization: Bearer {daemon.token}", f"{daemon.base}/v1/records"],
        input=lines.encode(), capture_output=True, check=True)
    assert json.loads(done.stdout)["books"]["audit"]["count"] == EACH


def clients(directory: pathlib.Path) -> None:
    daemon = Daemon(directory)
    daemon.start()
    ways = {"otlp": otlp, "otlp-json": otlp_json, "loki": loki, "elastic": elastic}
    if shutil.which("curl"):
        ways["curl"] = curl
    for way in ways.values():
        way(daemon)
    daemon.stop()
    audit, chat = daemon.lines("audit"), daemon.lines("chat")
    for way in ways:
        numbers = [record["n"] for record in audit if record.get("way") == way]
        assert numbers == list(range(EACH)), f"{way}: {numbers}"
    whole = json.dumps(audit) + json.dumps(chat)
    assert "otlp text" in whole and "loki text" in whole
    for path in daemon.logs.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), f"{path.name} has the secret"
    print(f"clients: {', '.join(ways)}: {EACH} records each, once, in order, masked")


def post(daemon: Daemon, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=30)
    try:
        connection.request(
            "POST", path, body, {"Authorization": f"Bearer {daemon.token}"} | headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def send(daemon: Daemon, client: int, count: int, answers: "queue.Queue[tuple]") -> None:
    """Sends numbered records in batches, each until it is acknowledged."""
    number = 0
    while number < count:
        size = min(random.randint(1, 400), count - number)
        body = "".join(
            json.dumps({"event": "order_filled", "client": client, "n": number + place,
                        "note": "x" * random.randint(0, 200)}) + "\n" for place in range(size))
        key = {"Idempotency-Key": str(uuid.uuid4())}
        while True:
            try:
                status, answer = post(daemon, "/v1/records", body.encode(), key)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if status == 200:
                break
            assert status in (429, 503), f"{status}: {answer!r}"
            time.sleep(0.05)
        answers.put((client, number, size, json.loads(answer)["books"]["audit"]["indexes"]))
        number += size


def kills(directory: pathlib.Path) -> None:
    daemon = Daemon(directory)
    daemon.start()
    answers: "queue.Queue[tuple]" = queue.Queue()
    senders = 4
    threads = [
        threading.Thread(target=send, args=(daemon, client, RECORDS // senders, answers))
        for client in range(senders)
    ]
    for thread in threads:
        thread.start()
    acknowledged_before: list[int] = []
    for kill in range(KILLS):
        # Somewhere within the run, wherever it is by then.
        until = RECORDS * (kill + 1) // (KILLS + 1) // 220
        while answers.qsize() < until and any(thread.is_alive() for thread in threads):
            time.sleep(0.005)
        time.sleep(random.random() * 0.05)
        acknowledged_before.append(answers.qsize())
        daemon.stop(signal.SIGKILL)
        daemon.start()
    for thread in threads:
        thread.join()
    daemon.stop()
    audit = daemon.lines("audit")
    for client in range(senders):
        numbers = [record["n"] for record in audit if record.get("client") == client]
        expected = list(range(RECORDS // senders))
        assert numbers == expected, (
            f"client {client}: {len(numbers)} records of {len(expected)}, "
            f"{len(numbers) - len(set(numbers))} twice")
    while not answers.empty():
        client, number, size, ranges = answers.get()
        places = [first + place for first, count in ranges for place in range(count)]
        found = [(audit[place].get("client"), audit[place].get("n")) for place in places]
        assert found == [(client, number + place) for place in range(size)], (client, number)
    subprocess.run(
        [BINARY, "verify", "--dir", daemon.logs, "--keys", daemon.keys], check=True,
        stdout=subprocess.DEVNULL)
    print(f"kills: {RECORDS} records, {KILLS} times kill -9 after {acknowledged_before} batches: "
          "every record once, in order, every answered index right, verified")


def elastic_through_kills(daemon: Daemon, count: int) -> None:
    """The bulk helper, with ids; what its retries give up is handed to it again."""
    from elasticsearch import Elasticsearch, TransportError, helpers

    client = Elasticsearch(
        daemon.base, bearer_auth=daemon.token, max_retries=5, retry_on_timeout=True,
        retry_on_status=(429, 502, 503, 504))
    for first in range(0, count, 250):
        documents = [
            {"_index": "orders", "_op_type": "index", "_id": f"order-{number}",
             "event": "order_filled", "client": "elastic", "n": number}
            for number in range(first, min(first + 250, count))]
        while True:
            try:
                done, errors = helpers.bulk(client, documents)
                break
            except TransportError:
                time.sleep(0.05)
        assert done == len(documents) and not errors, (done, errors)
    client.close()


def otlp_through_kills(daemon: Daemon, count: int, acknowledged: list[int]) -> None:
    """The exporter: what it says that it delivered counts, what it gave up is sent once more."""
    from opentelemetry._logs import LogRecord, SeverityNumber
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor

    collected = InMemoryLogRecordExporter()
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(collected))
    logger = provider.get_logger("kills")
    exporter = OTLPLogExporter(
        endpoint=f"{daemon.base}/v1/logs", headers={"Authorization": f"Bearer {daemon.token}"})
    for first in range(0, count, 250):
        numbers = list(range(first, min(first + 250, count)))
        collected.clear()
        for number in numbers:
            logger.emit(LogRecord(
                timestamp=time.time_ns(), severity_number=SeverityNumber.INFO, body="filled",
                attributes={"event": "order_filled", "client": "otlp", "n": number}))
        batch = collected.get_finished_logs()
        while exporter.export(batch).name != "SUCCESS":
            time.sleep(0.05)
        acknowledged += numbers
    exporter.shutdown()


def kills_of_clients(directory: pathlib.Path) -> None:
    daemon = Daemon(directory)
    daemon.start()
    logging.disable(logging.WARNING)  # of connections that break, which they do here
    half = RECORDS // 2
    acknowledged: list[int] = []
    failures: list[BaseException] = []

    def guarded(body, *arguments) -> None:
        try:
            body(daemon, half, *arguments)
        except BaseException as failure:  # said by the main thread
            failures.append(failure)

    threads = [
        threading.Thread(target=guarded, args=(elastic_through_kills,)),
        threading.Thread(target=guarded, args=(otlp_through_kills, acknowledged)),
    ]
    for thread in threads:
        thread.start()
    for kill in range(KILLS):
        until = half * (kill + 1) // (KILLS + 1)
        while len(acknowledged) < until and any(thread.is_alive() for thread in threads):
            time.sleep(0.005)
        time.sleep(random.random() * 0.05)
        daemon.stop(signal.SIGKILL)
        daemon.start()
    for thread in threads:
        thread.join()
    logging.disable(logging.NOTSET)
    daemon.stop()
    assert not failures, str(failures[0])[:500]
    audit = daemon.lines("audit")
    numbers = [record["n"] for record in audit if record.get("client") == "elastic"]
    assert numbers == list(range(half)), (
        f"elastic: {len(numbers)} records of {half}, {len(numbers) - len(set(numbers))} twice")
    otlp_numbers = [record["n"] for record in audit if record.get("client") == "otlp"]
    assert set(otlp_numbers) == set(acknowledged) == set(range(half)), "otlp: a record is lost"
    subprocess.run(
        [BINARY, "verify", "--dir", daemon.logs, "--keys", daemon.keys], check=True,
        stdout=subprocess.DEVNULL)
    print(f"kills of clients: {2 * half} records, {KILLS} times kill -9: of the Elasticsearch client "
          f"{half}, once, in order; of the OTLP exporter {half}, "
          f"{len(otlp_numbers) - half} more than once; verified")


if __name__ == "__main__":
    for check in (clients, kills, kills_of_clients):
        with tempfile.TemporaryDirectory() as name:
            check(pathlib.Path(name))
