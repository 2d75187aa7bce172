# SPDX-License-Identifier: Apache-2.0
"""Handlers for Python's logging."""

import datetime
import logging
import os
from typing import Any, Dict, Mapping, Optional

from . import _fast
from ._pipe import Pipe
from ._pipes import pipe_to
from ._records import Text, exception_fields, extra_of, frozen_args
from ._values import IMMUTABLE, snapshot

# Seconds that a critical message waits until it is out of this process.
_CRITICAL_SECONDS = 1.0


class DaybookHandler(logging.Handler):
    """Records what Python's logging logs, in the books of a directory.

    A message that is a JSON object is that record; a message of one word with `extra` is an event with those
    fields; anything else is text, with level, logger and traceback.

    A message that no other handler, filter or formatter would see goes a short way, past logging's look at the
    caller's file and line, which are not recorded: for that, the loggers of logging's own class get one made of it.

    - directory: of the books (default: ./logs).
    - when_full: when 65,536 records wait in memory, a call waits ("wait") or raises QueueFull ("raise"),
      which logging reports as for any handler.
    """

    def __init__(self, directory: "str | os.PathLike[str]" = "logs", level: int = logging.NOTSET, *,
                 when_full: Optional[str] = None) -> None:
        super().__init__(level)
        self._pipe: Pipe = pipe_to(directory, when_full)
        # The queue has no need of one, and a fork copies none that is held.
        self.lock = None
        _fast.install()

    def createLock(self) -> None:
        self.lock = None

    def setFormatter(self, fmt: Optional[logging.Formatter]) -> None:
        """Takes a formatter of a class of its own, whose output is then the message. A plain one is left
        out: what it would put into the text (time, level, name) are fields here."""
        self.formatter = None if type(fmt) is logging.Formatter else fmt

    def handle(self, record: logging.LogRecord) -> bool:
        """Takes a record unless a filter says no. Without the lock that other handlers need."""
        kept = self.filter(record)
        if kept:
            self.emit(kept if isinstance(kept, logging.LogRecord) else record)
        return bool(kept)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._emit(record)
        except Exception:  # noqa: BLE001 - as logging wants it: a log call does not raise
            self.handleError(record)

    def _emit(self, record: logging.LogRecord) -> None:
        message: Any = record.msg
        args: Any = record.args
        if self.formatter is not None:
            message, args = self.format(record), None
        elif type(message) is not str or not frozen_args(args):
            # What could change before it is written is written now.
            message, args = (snapshot(message), None) if isinstance(message, dict) else (record.getMessage(), None)
        exception = exception_fields(record.exc_info) if record.exc_info and self.formatter is None else None
        if record.stack_info and self.formatter is None:
            exception = {**(exception or {}), "stack": record.stack_info}
        self._append(int(record.created * 1e9), record.levelno, record.levelname, record.name, message, args,
                     extra_of(record), exception)

    def take(self, nanoseconds: int, level: int, name: str, message: Any, args: Any,
             extra: Optional[Dict[str, Any]]) -> None:
        """Takes a message of which no LogRecord was made."""
        if args and len(args) == 1 and isinstance(args[0], Mapping) and args[0]:
            args = args[0]  # as LogRecord does: a mapping serves %(name)s
        if type(message) is not str or not frozen_args(args):
            if isinstance(message, dict):
                message, args = snapshot(message), None
            else:
                message, args = (str(message) % args if args else str(message)), None
        self._append(nanoseconds, level, logging.getLevelName(level), name, message, args, extra, None)

    def _append(self, nanoseconds: int, number: int, level: str, name: str, message: Any, args: Any,
                extra: Optional[Dict[str, Any]], exception: Optional[Dict[str, Any]]) -> None:
        if extra:
            for key, value in extra.items():
                if type(value) not in IMMUTABLE:
                    extra[key] = snapshot(value)
        if isinstance(message, dict):
            # structlog's wrap_for_formatter hands over the event itself.
            extra, message = {**message, **(extra or {})}, str(message.get("event", ""))
        self._pipe.append(Text(nanoseconds, level, name, message, args, extra, exception))
        if number >= logging.CRITICAL:
            self._pipe.flush(_CRITICAL_SECONDS)

    def flush(self) -> None:
        """Waits until what was logged is out of this process. Called by logging.shutdown, not per record."""
        self._pipe.flush(_CRITICAL_SECONDS)

    @property
    def directory(self) -> str:
        return str(self._pipe.directory)


class TimedRotatingFileHandler(DaybookHandler):
    """Stands in for logging.handlers.TimedRotatingFileHandler: the same arguments, another keeping.

    The file's directory is that of the books. The book rotates by itself, at midnight or as daybook.yaml
    says, for all processes at once; what is kept how long is a policy, not a count of files. So `when`,
    `interval`, `backupCount` and the rest are accepted and kept as attributes, and rule nothing.
    """

    def __init__(self, filename: "str | os.PathLike[str]", when: str = "h", interval: int = 1, backupCount: int = 0,
                 encoding: Optional[str] = None, delay: bool = False, utc: bool = False,
                 atTime: Optional[datetime.time] = None, errors: Optional[str] = None, *,
                 when_full: Optional[str] = None) -> None:
        self.baseFilename = os.path.abspath(os.fspath(filename))
        super().__init__(os.path.dirname(self.baseFilename), when_full=when_full)
        os.makedirs(self.directory, exist_ok=True)
        self.when = when.upper()
        self.interval = interval
        self.backupCount = backupCount
        self.encoding = encoding
        self.delay = delay
        self.utc = utc
        self.atTime = atTime
        self.errors = errors

    def shouldRollover(self, record: logging.LogRecord) -> bool:
        """Never: the book rotates by itself."""
        return False

    def doRollover(self) -> None:
        """Nothing: `daybook rotate` closes the day now."""


_fast.takers.update((DaybookHandler, TimedRotatingFileHandler))
