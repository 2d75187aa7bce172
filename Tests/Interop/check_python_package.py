#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Python package against the built programs: the daemon, `daybook spool drain`, `daybook mask`.

Every record arrives once, masked, in the order of its thread, while the daemon is killed; the recipes of
RustyBT's guide work on the live file; both languages mask alike. DAYBOOK_BINARY names daybook; daybookd
lies beside it. DAYBOOK_KILLS (3): how often the daemon is killed.
"""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))

BINARY = os.environ["DAYBOOK_BINARY"]
KILLS = int(os.environ.get("DAYBOOK_KILLS", "3"))
MASK = "***MASKED***"

from daybook._masking import Masker  # noqa: E402 - after the path is set
from daybook._values import encode  # noqa: E402


class Desk:
    """A directory of books of its own, with its keys."""

    def __init__(self, settings=""):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="daybook-python-"))
        self.logs = self.home / "logs"
        self.logs.mkdir()
        if settings:
            (self.logs / "daybook.yaml").write_text(settings, encoding="utf-8")
        self.environment = {
            **os.environ, "DAYBOOK_KEYS": str(self.home / "keys"), "DAYBOOK_DIR": str(self.logs),
            "LOGS": str(self.logs), "PYTHONPATH": str(ROOT / "python"), "DAYBOOK_BINARY": BINARY}
        self.daemon = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.daemon is not None:
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def daybook(self, *arguments, check=True, data=None):
        made = subprocess.run([BINARY, *arguments], env=self.environment, input=data, capture_output=True,
                              text=True, timeout=120, check=False)
        if check and made.returncode != 0:
            raise AssertionError(f"daybook {' '.join(arguments)}: {made.returncode}\n{made.stderr}")
        return made.stdout

    def records(self, book="audit"):
        return [json.loads(line) for line in self.daybook("cat", "--book", book, *(["--open"] if book == "chat" else []))
                .splitlines()]

    def start(self):
        self.log = open(self.home / "daemon.log", "ab")
        self.daemon = subprocess.Popen([BINARY, "serve", "--dir", str(self.logs), "--listen", "127.0.0.1:0"],
                                       env=self.environment, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while not (self.logs / "daybook.sock").exists():
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("the daemon does not come up:\n" + (self.home / "daemon.log").read_text()[-3000:])
            time.sleep(0.05)

    def stop(self, kill=False):
        daemon, self.daemon = self.daemon, None
        daemon.kill() if kill else daemon.terminate()
        daemon.wait(60)
        self.log.close()

    def program(self, source, wait=True):
        process = subprocess.Popen([sys.executable, "-c", source], env=self.environment, cwd=self.home,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if not wait:
            return process
        out, errors = process.communicate(timeout=180)
        assert process.returncode == 0, errors
        return out


BOT = """
import os, sys, threading, time, logging, daybook
daybook.configure_logging(os.environ["LOGS"], log_to_console=False)
count, threads, pause = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT, 3, PAUSE
def work(k):
    log = daybook.get_logger("bot").bind(thread=k)
    for n in range(count):
        log.info("order_filled", n=n, order_id=f"order-{n:08}", fill_price="150.24", api_key="kJ8sLq2vXz91")
        if n % 100 == 0: logging.getLogger("ccxt").warning("GET https://x/api?signature=abcdef123 n=%d thread=%d", n, k)
        if pause: time.sleep(pause)
workers = [threading.Thread(target=work, args=(k,)) for k in range(threads)]
for worker in workers: worker.start()
for worker in workers: worker.join()
assert daybook.flush(60), daybook.pending()
deadline = time.monotonic() + WAIT
while daybook.pending().spooled_files and time.monotonic() < deadline: time.sleep(0.1)
print(daybook.pending())
"""


def bot(count, pause=0.0, wait=0.0):
    return BOT.replace("COUNT", str(count)).replace("PAUSE", str(pause)).replace("WAIT", str(wait))


def check_all(records, count, may_repeat=False):
    """Each record once, each thread's in its order. Returns how many were there again."""
    repeated = 0
    for thread in range(3):
        found = [r["n"] for r in records if r.get("thread") == thread and r["event"] == "order_filled"]
        if may_repeat:
            once = list(dict.fromkeys(found))
            repeated += len(found) - len(once)
            found = once
        assert found == list(range(count)), (
            f"thread {thread}: {len(found)} of {count}, {len(set(found))} different; first fault at "
            f"{next((i for i, n in enumerate(found) if i != n), None)}")
    assert all(r["api_key"] == MASK for r in records if "api_key" in r)
    return repeated


def to_the_daemon():
    with Desk() as desk:
        desk.start()
        out = desk.program(bot(2_000))
        assert "spooled_files=0" in out and "listening=True" in out, out
        check_all(desk.records(), 2_000)
        texts = [r["message"] for r in desk.records("chat") if r.get("logger") == "ccxt"]
        assert len(texts) == 60 and not any("abcdef123" in text for text in texts), texts[:2]
        # What a program left before, the command line takes in while the daemon holds the books.
        spool = desk.logs / "spool"
        spool.mkdir(mode=0o700, exist_ok=True)
        (spool / "host-1-aa.jsonl").write_text('{"event":"left_behind","event_type":"left_behind"}\n', encoding="utf-8")
        desk.daybook("spool", "drain")
        assert [r["source"] for r in desk.records() if r["event"] == "left_behind"] == ["spool:host-1-aa"]
        desk.stop()
        desk.daybook("verify")


def the_daemon_takes_what_programs_left():
    with Desk() as desk:
        desk.program(bot(500))
        assert list(desk.logs.glob("spool/*.jsonl"))
        desk.start()
        deadline = time.monotonic() + 60
        while list(desk.logs.glob("spool/*.jsonl")) and time.monotonic() < deadline:
            time.sleep(0.1)
        check_all(desk.records(), 500)
        assert not list(desk.logs.glob("spool/*.jsonl"))


def through_kills():
    with Desk() as desk:
        desk.start()
        process = desk.program(bot(1_500, pause=0.002, wait=60), wait=False)
        for _ in range(KILLS):
            time.sleep(random.uniform(0.3, 1.2))
            desk.stop(kill=True)
            time.sleep(random.uniform(0.0, 0.8))
            # A socket that a killed daemon left is in the way of nobody.
            try:
                (desk.logs / "daybook.sock").unlink()
            except FileNotFoundError:
                pass
            desk.start()
        out, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors
        assert "spooled_files=0" in out, out
        # A batch that a killed daemon had recorded and not answered comes again, under the same key. A batch
        # is what the program logged in a moment.
        repeated = check_all(desk.records(), 1_500, may_repeat=True)
        assert repeated <= KILLS * 300, repeated
        print(f"{KILLS} kills: nothing lost, {repeated} records recorded again")
        desk.stop()
        desk.daybook("verify")


def without_a_daemon():
    with Desk() as desk:
        out = desk.program(bot(1_000))
        assert "listening=False" in out, out
        text = "".join(p.read_text(encoding="utf-8") for p in desk.logs.glob("spool/*.jsonl"))
        assert "kJ8sLq2vXz91" not in text and "abcdef123" not in text
        desk.daybook("spool", "drain")
        desk.daybook("spool", "drain")
        check_all(desk.records(), 1_000)
        assert not list(desk.logs.glob("spool/*.jsonl"))
        # And by `daybook import`, for who does it so; the same files twice add nothing.
        with Desk() as other:
            other.program(bot(200))
            files = [str(path) for path in other.logs.glob("spool/*.jsonl")]
            other.daybook("import", *files)
            other.daybook("import", *files)
            check_all(other.records(), 200)


def a_run_takes_its_spool_in_by_itself():
    with Desk() as desk:
        desk.program("import os, daybook\nwith daybook.run(name='bot', log_dir=os.environ['LOGS'], log_to_console=False):\n"
                     "    daybook.record('order_filled', n=1)")
        events = [r["event"] for r in desk.records() if r["source"].startswith("spool:")]
        assert events == ["system_startup", "order_filled", "system_shutdown"], events
        assert not list(desk.logs.glob("spool/*.jsonl"))


RUSTYBT = """
import logging, os, structlog
from daybook import TimedRotatingFileHandler, mask_sensitive_data
handler = TimedRotatingFileHandler(filename=os.path.join(os.environ["LOGS"], "rustybt.log"), when="midnight", interval=1,
                                   backupCount=30, encoding="utf-8")
logging.basicConfig(format="%(message)s", level=logging.INFO, handlers=[handler], force=True)
structlog.configure(
    processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True), mask_sensitive_data,
                structlog.processors.JSONRenderer()],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO), context_class=dict,
    logger_factory=structlog.stdlib.LoggerFactory(), cache_logger_on_first_use=True)
log = structlog.get_logger("rustybt.live")
"""
OURS = """
import os, daybook
daybook.configure_logging(log_dir=os.environ["LOGS"], log_to_console=False)
import structlog
log = structlog.get_logger("rustybt.live")
"""
SESSION = """
for n, (asset, commission) in enumerate([("AAPL", "0.50"), ("MSFT", "1.25"), ("AAPL", "0.75")]):
    log.info("order_submitted", event_type="order_submitted", order_id=f"order-{n:08}", asset=asset, amount="100")
    log.info("order_filled", event_type="order_filled", order_id=f"order-{n:08}", asset=asset, fill_price="150.25",
             filled_amount="100", commission=commission)
log.error("order_rejected", event_type="order_rejected", order_id="order-00000009", asset="AAPL",
          rejection_reason="Insufficient funds", api_secret="x1")
"""


def recipes_of_the_guide():
    settings = "books: {audit: {file: rustybt.log}}\n"
    for name, setup in (("RustyBT's configuration", RUSTYBT), ("configure_logging", OURS)):
        with Desk(settings) as desk:
            desk.program(setup + SESSION)
            desk.daybook("spool", "drain")
            live = desk.logs / "rustybt.log"

            def jq(*arguments):
                return subprocess.run(["jq", *arguments, str(live)], capture_output=True, text=True, check=True).stdout

            assert jq("-c", 'select(.event_type == "order_filled")').count("\n") == 3, name
            commissions = jq("-r", 'select(.event_type == "order_filled") | .commission').split()
            assert sum(map(float, commissions)) == 2.5, (name, commissions)
            assert jq("-r", 'select(.level == "error") | .rejection_reason').strip() == "Insufficient funds"
            assert live.read_text(encoding="utf-8").count("order-00000001") == 2
            assert jq("-r", "select(.api_secret) | .api_secret").strip() == MASK


def both_languages_mask_alike():
    vectors = json.loads((ROOT / "Tests/Fixtures/masking/vectors.json").read_text(encoding="utf-8"))
    texts = [text.replace("§", "") for text in vectors["secret_texts"]] + vectors["look_alike_texts"]
    dice = random.Random(20261120)
    pieces = ["api_key=", "kJ8sLq2vXz91", " ", "\n", "'", '"', "\\", ": ", "password", "token", "Bearer ", "https://a:b@h/",
              "[", "]", "{", "}", "(", ")", ",", ";", "&", "%22", "\x1b[36m", "secret is ", "hunter2", "USDC", "key",
              "Authorization: ", "--password ", "8=FIX.4.4|35=A|554=", "|", "order-00000001", "0xA0b8", "=", "==", "ü",
              "seed phrase: ", "cookie: a=b", "sig=", "name", "value", "auth", "args=", "echo x > .cookie", "AKIAIOSFODNN7EXAMPLE"]
    texts += ["".join(dice.choice(pieces) for _ in range(dice.randint(2, 14))) for _ in range(4_000)]
    lines = [json.dumps({"event": "x", "note": text}, ensure_ascii=False) for text in texts]
    lines += [line for line, _ in vectors["secret_members"] if "password\":\"a" not in line] + vectors["look_alike_members"]
    with Desk() as desk:
        made = desk.daybook("mask", data="\n".join(lines) + "\n").splitlines()
        assert len(made) == len(lines), (len(made), len(lines))
        masker = Masker()
        suspects = [line for line, swift in zip(lines, made) if differences(masker, line, swift)]
        # What a session remembers of earlier lines may differ: those are asked about once more, alone.
        different = [one for line in suspects[:100] for one in differences(Masker(), line, desk.daybook("mask", data=line))]
    assert len(suspects) < len(lines) / 100 and not different, (
        f"{len(different)} of {len(lines)} differ, as:\n" + "\n".join(map(repr, different[:5])))


def differences(masker, line, swift):
    """Members that Python masks otherwise than Daybook did."""
    ours, theirs = json.loads(encode(masker.record(json.loads(line)))), json.loads(swift)
    return [(line, ours[name], theirs.get(name)) for name in ours
            if theirs.get(name) != ours[name] and name not in ("timestamp", "time")]


def main():
    import importlib.util
    steps = [both_languages_mask_alike, without_a_daemon, a_run_takes_its_spool_in_by_itself, to_the_daemon,
             the_daemon_takes_what_programs_left, through_kills]
    if importlib.util.find_spec("structlog") and shutil.which("jq"):
        steps.append(recipes_of_the_guide)
    for step in steps:
        if len(sys.argv) > 1 and step.__name__ not in sys.argv[1:]:
            continue
        began = time.monotonic()
        step()
        print(f"ok {step.__name__} ({time.monotonic() - began:.1f} s)", flush=True)


main()
