# SPDX-License-Identifier: Apache-2.0
"""The way from a program's threads to the daemon: a queue, one thread behind it, and a spool.

A caller appends to the queue and goes on. The thread makes records, masks them, gathers them into
batches, and hands a batch to the daemon; when nobody listens, to the spool, until somebody does.
"""

import os
import select
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, Callable, Deque, Dict, List, NamedTuple, Optional, Tuple

from . import _masks, _spool
from ._http import Busy, Daemon, NotListening, Refused
from ._masking import Masker
from ._records import make
from ._values import encode

# Records that wait in memory before callers wait, too.
CAPACITY = 65_536
# Seconds between two looks at the queue: so long a record waits before it is handed over.
LINGER = 0.02
# Seconds without a record after which the thread rests; and how long it rests before it looks whether a
# daemon has come.
QUIET_SECONDS = 0.5
REST_SECONDS = 1.0
# Records, and bytes of lines, of a batch.
BATCH_RECORDS = 2_000
BATCH_BYTES = 1 << 20
# Seconds between two tries to reach a daemon: from the first to the last.
RETRY_FIRST, RETRY_LAST = 0.5, 10.0
# Seconds that a daemon may ask to wait, all in all, before a batch goes to the spool.
BUSY_SECONDS = 5.0
# Seconds of emptying the spool before new records have their turn.
TURN_SECONDS = 0.2
# Seconds that an exit waits for a daemon that is busy; then what is left goes to the spool.
EXIT_SECONDS = 5.0

_REFUSED_STATUS = (400, 409, 413, 415, 422)


class QueueFull(Exception):
    """The queue is full, and `when_full` is "raise". Nothing of the call was kept."""


class Pending(NamedTuple):
    """What was logged and is not with the daemon yet."""

    queued: int  # records in memory: a kill -9 would lose these
    spooled_files: int
    spooled_bytes: int  # safe on disk, waiting for a daemon or `daybook spool drain`
    refused_files: int  # the daemon would not take these: look at them
    listening: bool  # whether a daemon took the last batch
    trouble: str  # why records wait, in words; empty when they do not


class Pipe:
    """The way out of a process into one directory of books."""

    def __init__(self, directory: Path, when_full: str = "wait", capacity: int = CAPACITY) -> None:
        if when_full not in ("wait", "raise"):
            raise ValueError(f"when_full is {when_full!r}; it is 'wait' or 'raise'")
        self.directory = directory
        self.when_full = when_full
        self.capacity = capacity
        self.console: Optional[Callable[[Dict[str, Any], bytes], None]] = None
        self.records_to_file = True
        self._queue: Deque[Any] = deque()
        self._begin()

    def _begin(self) -> None:
        """What a process has of its own: also what a forked child begins with."""
        self._thread: Optional[threading.Thread] = None
        self._lock = threading.RLock()  # held by whoever works the queue off
        self._start_lock = threading.Lock()
        self._wake = threading.Event()
        self._idle = threading.Condition(threading.Lock())
        self._closing = False
        self._inline = False
        self._resting = True  # whether the thread has to be woken; callers look at it
        self._empty_turns = 0
        self._taken = 0  # records taken from the queue and not yet handed over
        # Gives the interpreter's lock away for a moment. A sleep of nothing would do so too, and would take
        # the kernel's timer slack of 50 µs. One a process and pipe: it cannot be used twice at once.
        self._let_others_run = select.poll().poll
        self._daemon = Daemon(self.directory)
        self._spool = _spool.Spool(self.directory)
        self._rules = _masks.current_rules()
        self._masker = Masker(self._rules)
        self._listening = False
        self._trouble = ""
        self._told = ""
        self._retry_at = 0.0
        self._retry_seconds = RETRY_FIRST
        self._looked_at_others = False

    # MARK: Callers

    def append(self, item: Any) -> None:
        """Takes an item; raises QueueFull where that was asked for, else waits while the queue is full."""
        queue = self._queue
        if len(queue) >= self.capacity:
            self._wait_for_room()
        queue.append(item)
        if self._resting:
            self._attend()

    def _attend(self) -> None:
        """Nobody looks at the queue by itself: there is no thread yet, or any more, or it rests."""
        if self._thread is None:
            self._start()
        else:
            self._wake.set()

    def _wait_for_room(self) -> None:
        if self.when_full == "raise":
            raise QueueFull(f"{len(self._queue)} records wait in memory: {self._trouble or 'the writer is behind'}")
        if threading.current_thread() is self._thread:
            return  # the sender's own words, as from a handler of warnings: it cannot wait for itself
        if self._thread is None:
            self._start()
        while len(self._queue) >= self.capacity and not self._inline:
            self._wake.set()
            with self._idle:
                self._idle.wait(0.05)

    def _start(self) -> None:
        with self._start_lock:
            if self._inline:
                # After the end: there is no thread any more, so the caller does the work.
                self._work_off(self._deadline())
                return
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="daybook", daemon=True)
                try:
                    thread.start()
                except RuntimeError:  # the interpreter is ending
                    self._inline = True
                    self._work_off(self._deadline())
                    return
                self._thread = thread
                self._resting = False

    @staticmethod
    def _deadline() -> float:
        return time.monotonic() + EXIT_SECONDS

    def flush(self, seconds: Optional[float] = None) -> bool:
        """Waits until all that was logged is with the daemon or in the spool, on disk as the kernel has it.

        Returns whether it is; False when `seconds` were over before.
        """
        if threading.current_thread() is self._thread:
            return False
        until = None if seconds is None else time.monotonic() + seconds
        while self._queue or self._taken:
            if self._thread is None:
                self._start()
                continue
            self._wake.set()
            with self._idle:
                self._idle.wait(0.02)
            if until is not None and time.monotonic() >= until:
                return not (self._queue or self._taken)
        return True

    def empty_all(self) -> None:
        """Hands over what is spooled, by this process and by those that ended; returns where the daemon
        does not take it."""
        with self._lock:
            if self._daemon.is_there():
                self._empty_mine(None)
                for path in [] if self._spool.has_mine else self._spool.others():
                    if not self._empty(path, None):
                        return

    def close(self) -> None:
        """Hands over all that waits, syncs the spool, and ends the thread. What is logged afterwards is
        handed over by the caller itself."""
        with self._start_lock:
            self._closing = True
            thread, self._thread = self._thread, None
            self._inline = self._resting = True
        self._wake.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(EXIT_SECONDS + 5)
        self._work_off(self._deadline())
        with self._lock:
            self._spool.close()
            self._daemon.close()

    def reopen(self) -> None:
        """Goes on after `close`, with a thread."""
        with self._start_lock:
            self._inline = False
            self._closing = False

    def pending(self) -> Pending:
        waiting = _spool.waiting(self._spool.folder)
        return Pending(len(self._queue) + self._taken, waiting.files, waiting.bytes, waiting.refused,
                       self._listening, self._trouble)

    def after_fork_in_child(self) -> None:
        """The parent delivers what was in the queue; the child begins with nothing."""
        self._queue = deque()
        self._spool.forget()
        self._daemon.close()
        self._begin()

    # MARK: Behind

    def _run(self) -> None:
        while not self._closing:
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 - a thread that ended would end recording
                self._tell(f"{self.directory}: {type(error).__name__} while handing over; trying again")
                time.sleep(RETRY_FIRST)

    def _turn(self) -> None:
        if not self._queue:
            with self._idle:
                self._idle.notify_all()
            self._wait()
            if not self._queue:
                self._rest()
                return
        self._empty_turns = 0
        self._work_off(None)

    def _wait(self) -> None:
        """Until there may be something to do: a moment, or, where it was quiet for long, until woken."""
        self._empty_turns += 1
        if self._empty_turns * LINGER < QUIET_SECONDS:
            self._wake.wait(LINGER)
        else:
            self._resting = True
            # A caller appends, then looks whether we rest; we rest, then look at what was appended.
            if not self._queue and not self._closing:
                self._wake.wait(REST_SECONDS)
            self._resting = self._closing
        self._wake.clear()

    def _rest(self) -> None:
        """Nothing to do: look whether a daemon is there for what was spooled, by whomever."""
        if self._closing or not self.records_to_file or time.monotonic() < self._retry_at:
            return
        if self._looked_at_others and not self._spool.has_mine:
            return
        with self._lock:
            if not self._daemon.is_there():
                self._later()
                return
            self._empty_mine(None)
            if self._spool.has_mine or self._queue:
                return
            for path in self._spool.others():
                if not self._empty(path, None) or self._queue:
                    return
            self._looked_at_others = True

    def _work_off(self, deadline: Optional[float]) -> None:
        """Hands over what is in the queue now; with a deadline, everything, to the spool if need be."""
        while self._queue:
            with self._lock:
                shown, lines, count = self._gather()
                try:
                    self._show(shown)
                    if lines and self.records_to_file:
                        self._deliver(lines, deadline)
                finally:
                    self._taken -= count
            with self._idle:
                self._idle.notify_all()
            if deadline is None and self._closing:
                return  # whoever closes goes on

    def _gather(self) -> "Tuple[List[Tuple[Dict[str, Any], bytes]], bytes, int]":
        if self._rules is not _masks.current_rules():
            self._rules = _masks.current_rules()
            self._masker = Masker(self._rules)
        queue, masker, console = self._queue, self._masker, self.console
        shown: List[Tuple[Dict[str, Any], bytes]] = []
        parts: List[bytes] = []
        size = count = 0
        while queue and count < BATCH_RECORDS and size < BATCH_BYTES:
            # Counted before it leaves the queue: a flush must not see neither.
            self._taken += 1
            count += 1
            item = queue.popleft()
            try:
                made = make(item, masker)
            except Exception as error:  # noqa: BLE001 - a record that cannot be made must not cost the others
                made = make_failure(error, masker)
            parts.append(made.line)
            size += len(made.line) + 1
            if console is not None:
                shown.append((made.record, made.line))
            # Lets a caller that waits for the interpreter have it now, not in five milliseconds.
            self._let_others_run(0)
        parts.append(b"")
        return shown, b"\n".join(parts), count

    def _show(self, shown: "List[Tuple[Dict[str, Any], bytes]]") -> None:
        console = self.console
        if console is None:
            return
        for record, line in shown:
            try:
                console(record, line)
            except Exception:  # noqa: BLE001 - a closed terminal must not stop recording
                return

    def _deliver(self, lines: bytes, deadline: Optional[float]) -> None:
        """To the daemon, or to the spool. Returns when one of them has it."""
        key = _spool.new_key()
        try:
            self._hand_over(lines, key, deadline)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the batch must not be lost
            self._tell(f"{self.directory}: {type(error).__name__} while handing over; records wait in the spool")
            self._keep(lines, key, deadline, alone=True)

    def _hand_over(self, lines: bytes, key: str, deadline: Optional[float]) -> None:
        may_try = time.monotonic() >= self._retry_at
        if may_try and not self._daemon.is_there():
            self._later()
            may_try = False
        if self._spool.has_mine or not may_try:
            # Behind what is there already, so that the order stays.
            self._keep(lines, key, deadline)
            if may_try:
                self._empty_mine(time.monotonic() + TURN_SECONDS)
            return
        outcome = self._post(lines, key, deadline)
        if outcome == "taken":
            return
        if outcome == "refused" and lines.count(b"\n") > 1:
            for half in halves(lines):
                self._deliver(half, deadline)
            return
        self._keep(lines, key, deadline, alone=True, refused=outcome == "refused")

    def _post(self, lines: bytes, key: str, deadline: Optional[float]) -> str:
        """`taken`, `refused` (for good), or `later`."""
        patience = min(deadline or (time.monotonic() + BUSY_SECONDS), time.monotonic() + BUSY_SECONDS)
        while True:
            try:
                self._daemon.post(lines, key)
            except Busy as busy:
                self._trouble = str(busy)
                if time.monotonic() + busy.seconds > patience:
                    self._later()
                    return "later"
                time.sleep(busy.seconds)
                continue
            except Refused as refused:
                self._listening = False
                self._tell(f"{self.directory}: {refused}")
                if refused.status in _REFUSED_STATUS:
                    return "refused"
                self._later()
                return "later"
            except NotListening as error:
                self._listening = False
                self._trouble = f"no daemon takes records: {error}"
                self._later()
                return "later"
            self._listening = True
            self._trouble = self._told = ""
            self._retry_seconds = RETRY_FIRST
            return "taken"

    def _keep(self, lines: bytes, key: str, deadline: Optional[float], alone: bool = False,
              refused: bool = False) -> None:
        """Into the spool; a disk that is full is waited for, since there is nowhere else."""
        self._trouble = self._trouble or f"no daemon listens at {self._daemon.path}; records wait in the spool"
        while True:
            try:
                if alone:
                    self._spool.append_alone(lines, key)
                else:
                    self._spool.append(lines, key)
                break
            except OSError as error:
                self._trouble = f"{self._spool.folder}: {error.strerror}; records wait in memory"
                self._tell(self._trouble)
                if deadline is not None and time.monotonic() > deadline:
                    count = lines.count(b"\n")
                    self._tell(f"{count} records were lost at exit: {self._trouble}")
                    return
                time.sleep(0.5)
        if refused:
            path = self._spool.folder / (key + _spool.SUFFIX)
            taken = _spool.take(path)
            if taken is not None:
                taken.refuse()
            self._spool.done(path)

    def _empty_mine(self, until: Optional[float]) -> None:
        """Hands over what this process spooled, in its order, until it is time for something else."""
        self._spool.close()
        for path in self._spool.mine():
            if not self._empty(path, until):
                return
            self._spool.done(path)
            if until is not None and time.monotonic() > until:
                return

    def _empty(self, path: Path, deadline: Optional[float]) -> bool:
        """Hands over one file; whether the next can be tried."""
        taken = _spool.take(path)
        if taken is None:
            return True  # somebody else has it, or had it
        try:
            outcome = self._post(taken.lines, taken.key, deadline) if taken.lines else "taken"
            if outcome == "taken":
                taken.remove()
            elif outcome == "refused":
                taken.refuse()
            return outcome != "later"
        finally:
            taken.release()

    def _later(self) -> None:
        self._listening = False
        self._retry_at = time.monotonic() + self._retry_seconds
        self._retry_seconds = min(self._retry_seconds * 2, RETRY_LAST)

    def _tell(self, text: str) -> None:
        """Says a trouble once, where people look: standard error."""
        if text != self._told:
            self._told = text
            try:
                os.write(2, f"daybook: {text}\n".encode("utf-8", "replace"))
            except OSError:
                pass


def halves(lines: bytes) -> "Tuple[bytes, bytes]":
    """Two batches of about the same number of bytes."""
    cut = lines.find(b"\n", len(lines) // 2)
    if cut < 0 or cut == len(lines) - 1:
        cut = lines.rfind(b"\n", 0, len(lines) - 1)
    return lines[:cut + 1], lines[cut + 1:]


def make_failure(error: Exception, masker: Masker) -> Any:
    """The record that stands for one that could not be made."""
    from ._records import Made

    record = masker.record({"event": "record_failed", "event_type": "record_failed", "level": "error",
                            "exception_type": type(error).__name__})
    return Made(record, encode(record))
