#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Follow the log directory of programs that we did not write, while their logs rotate.

    DAYBOOK_BINARY=… check_follow.py

A process configures structlog as RustyBT's guide does (JSON lines through the standard library into a
TimedRotatingFileHandler) and logs while `daybook follow` is killed and started again; then logrotate
rotates a log by renaming and by copytruncate, where it is installed. Each line has to be in the books
once, in its order, with its secrets masked. Ends with 0 if so, with 1 and a reason if not.
"""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BINARY = os.environ.get("DAYBOOK_BINARY")
EVENTS = int(os.environ.get("DAYBOOK_EVENTS", "6000"))
SECRET = "sk_" + "live_" + "9Q2w7Er5Ty1Ui8Op"

BOT = """
import logging, pathlib, sys, time
from logging.handlers import TimedRotatingFileHandler
import structlog

def mask(logger, method, event):
    for key in ("api_key", "password", "token"):
        if key in event:
            event[key] = "***MASKED***"
    return event

directory, first, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
directory.mkdir(parents=True, exist_ok=True)
# Every second instead of every midnight: a test has no day to wait.
handler = TimedRotatingFileHandler(
    filename=directory / "rustybt.log", when="S", interval=1, backupCount=30, encoding="utf-8")
logging.basicConfig(format="%(message)s", level=logging.INFO, handlers=[handler], force=True)
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask,
        structlog.processors.JSONRenderer(),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
log = structlog.get_logger("bot")
for number in range(first, first + count):
    log.info("order_submitted", event_type="order_submitted", order_id=f"#{number};", asset="AAPL",
             quantity="100", limit_price="150.25", broker_reply="key SECRET taken")
    if number % 1000 == 0:
        try:
            raise ValueError("no price")
        except ValueError:
            logging.getLogger("lib").exception("text #%d; fails", number)
    if number % 100 == 0:
        time.sleep(0.08)
""".replace("SECRET", SECRET)


class Refused(Exception):
    """Something is not as it has to be."""


def need(condition, reason):
    if not condition:
        raise Refused(reason)


class Desk:
    """A directory with books, and logs of others beside."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.environment = dict(os.environ, DAYBOOK_KEYS=str(self.root / "keys"), TZ="UTC")
        self.environment.pop("DAYBOOK_DIR", None)

    def daybook(self, *arguments):
        result = subprocess.run(
            [BINARY, *arguments], cwd=self.root, env=self.environment, capture_output=True, text=True)
        need(result.returncode == 0, f"daybook {' '.join(arguments)}: {result.stderr}")
        return result.stdout

    def follow(self, *patterns):
        return subprocess.Popen(
            [BINARY, "follow", *patterns], cwd=self.root, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def numbers(self, book, stream):
        """The numbers of the lines of a stream, in the order of the book."""
        found = []
        for line in self.daybook("cat", "--book", book, "--open").splitlines():
            if f'"source":"{stream}"' in line:
                found += [int(number) for number in re.findall(r"#(\d+);", line)]
        return found


def structlog_directory(desk):
    """RustyBT's log directory, whose follower is killed again and again."""
    bot = desk.root / "bot.py"
    bot.write_text(BOT)
    writer = subprocess.Popen([sys.executable, bot, desk.root / "rustybt", "1", str(EVENTS)])
    kills = 0
    while writer.poll() is None:
        follower = desk.follow("rustybt/*.log")
        time.sleep(random.uniform(0.3, 1.2))
        follower.send_signal(random.choice([signal.SIGKILL, signal.SIGTERM]))
        follower.wait()
        kills += 1
    need(writer.returncode == 0, "the bot failed")
    rotations = len(list((desk.root / "rustybt").iterdir())) - 1
    need(rotations > 1, "the bot's log was not rotated")
    desk.daybook("follow", "--once", "rustybt/*.log")
    audit = desk.numbers("audit", "follow:rustybt.log")
    need(audit == list(range(1, EVENTS + 1)), describe("audit", audit, EVENTS))
    chat = desk.numbers("chat", "follow:rustybt.log")
    need(chat == list(range(1000, EVENTS + 1, 1000)), f"tracebacks: {chat}")
    for path in (desk.root / "logs").rglob("*"):
        if path.is_file():
            need(SECRET.encode() not in path.read_bytes(), f"{path} has a secret in it")
    print(f"structlog: {EVENTS} events once and in order, {rotations} rotations, {kills} kills")


def describe(book, found, count):
    seen = set(found)
    missing = [number for number in range(1, count + 1) if number not in seen]
    return (f"{book}: {len(found)} of {count}; missing {missing[:5]} ({len(missing)}), "
            f"twice {len(found) - len(seen)}, in order: {found == sorted(found)}")


def logrotate(desk, scheme):
    """A log that logrotate rotates while it is written to and followed."""
    program = shutil.which("logrotate") or shutil.which("/usr/sbin/logrotate")
    if program is None:
        print("logrotate is not installed: left out")
        return
    directory = desk.root / scheme
    directory.mkdir()
    os.chmod(directory, 0o755)
    log = directory / "bot.log"
    settings = directory.parent / f"{scheme}.conf"
    settings.write_text(
        f"{log} {{\n  rotate 50\n  size 1\n  {scheme}\n  delaycompress\n  compress\n}}\n")
    os.chmod(settings, 0o644)
    state = directory.parent / f"{scheme}.state"
    follower = desk.follow("--name", scheme, f"{scheme}/*.log")
    time.sleep(0.5)
    number = 0
    for _ in range(8):
        with open(log, "ab", buffering=0) as file:
            for _ in range(300):
                number += 1
                file.write(f"plain #{number};\n".encode())
        # It compresses the file before the last one: that one must have been read by then.
        time.sleep(0.3)
        subprocess.run([program, "--state", state, settings], check=True)
        if random.random() < 0.4:
            follower.kill()
            follower.wait()
            follower = desk.follow("--name", scheme, f"{scheme}/*.log")
            time.sleep(0.5)
    time.sleep(0.5)
    follower.terminate()
    follower.wait()
    desk.daybook("follow", "--once", "--name", scheme, f"{scheme}/*.log")
    found = desk.numbers("chat", f"{scheme}:bot.log")
    need(found == list(range(1, number + 1)), describe(scheme, found, number))
    print(f"logrotate {scheme}: {number} lines once and in order")


def main():
    if BINARY is None:
        print("DAYBOOK_BINARY is not set: nothing to check")
        return 0
    with tempfile.TemporaryDirectory() as root:
        desk = Desk(root)
        try:
            structlog_directory(desk)
            logrotate(desk, "create")
            logrotate(desk, "copytruncate")
            verdicts = [json.loads(line) for line in desk.daybook("verify", "--json").splitlines()]
            need(verdicts, "verify says nothing")
        except Refused as reason:
            print(f"check_follow: {reason}")
            return 1
    return 0


sys.exit(main())
