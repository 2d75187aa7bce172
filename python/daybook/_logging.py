# SPDX-License-Identifier: Apache-2.0
"""configure_logging and get_logger, by the names of RustyBT's guide; and the logger for programs
without structlog."""

import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, Optional, Sequence, Union

from . import _fast, _masks
from ._console import Console
from ._pipe import Pending, Pipe
from ._pipes import all_pipes, close_all, console_pipe, pipe_to
from ._records import Event, exception_fields
from ._values import IMMUTABLE, snapshot
from .handlers import DaybookHandler

PathText = Union[str, "Path"]
VALID_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NUMBERS = {"debug": 10, "info": 20, "warning": 30, "warn": 30, "error": 40, "exception": 40, "critical": 50,
            "fatal": 50}
# Seconds that a critical event waits until it is out of this process.
CRITICAL_SECONDS = 1.0


class _Center:
    """What configure_logging chose last, for all loggers of the process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.level = logging.INFO
        self.pipe: Optional[Pipe] = None
        self.handler: Optional[DaybookHandler] = None


center = _Center()


def configure_logging(
    log_dir: Optional[PathText] = None,
    log_level: str = "INFO",
    log_to_console: bool = True,
    log_to_file: bool = True,
    *,
    when_full: str = "wait",
    fast: bool = False,
    mask_names: Sequence[str] = (),
    mask_patterns: Sequence[str] = (),
    mask_exceptions: Sequence[str] = (),
) -> None:
    """Makes Daybook the way that structlog, Python's logging and get_logger take.

    - log_dir: directory of the books (default: ./logs). A daemon that serves it takes the records; until
      one does, they wait in log_dir/spool.
    - log_level: DEBUG, INFO, WARNING, ERROR or CRITICAL, for all three.
    - log_to_console: show what is recorded on standard error, masked: readable on a terminal, else JSON.
    - log_to_file: record it.
    - when_full: when 65,536 records wait in memory, a call waits ("wait") or raises QueueFull ("raise").
    - fast: Python's logging no longer looks up file, line, thread and process of a call, for other handlers
      neither. Messages that only Daybook sees go a short way without them in any case.
    - mask_names, mask_patterns, mask_exceptions: as under `masking:` of daybook.yaml.

    Raises ValueError for a level or rule that is none, OSError if the directory cannot be made.
    """
    if log_level.upper() not in VALID_LEVELS:
        raise ValueError(f"Invalid log level: {log_level}. Must be one of {list(VALID_LEVELS)}")
    _masks.use_rules(mask_names, mask_patterns, mask_exceptions)
    directory = Path(log_dir if log_dir is not None else "logs")
    if log_to_file:
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OSError(f"Failed to create log directory '{directory}': {error}") from error
    level = int(getattr(logging, log_level.upper()))
    pipe = pipe_to(directory, when_full)
    with center.lock:
        before = center.pipe
        pipe.records_to_file = log_to_file
        pipe.console = Console(sys.stderr) if log_to_console else None
        pipe.reopen()
        center.level, center.pipe = level, pipe
    if before is not None and before is not pipe:
        before.close()
    center.handler = DaybookHandler(directory, when_full=when_full)
    logging.basicConfig(format="%(message)s", level=level, handlers=[center.handler], force=True)
    _fast.spare(fast)
    if _has_structlog():
        from . import _structlog

        _structlog.configure(level)


def _has_structlog() -> bool:
    try:
        import structlog  # noqa: F401
    except ImportError:
        return False
    return True


def get_logger(name: Optional[str] = None, **initial_values: Any) -> Any:
    """A logger whose calls are events: log.info("order_submitted", order_id="order-00000001", price="150.25").

    structlog's, where structlog is installed and configure_logging was called; else one of ours with the
    same methods. `name` is recorded as `logger`.
    """
    if "structlog" in sys.modules and center.pipe is not None:
        import structlog

        return structlog.get_logger(*(() if name is None else (name,)), **initial_values)
    return BoundLogger(name or "", initial_values)


class BoundLogger:
    """Loggers of programs without structlog. Copies are cheap; none changes."""

    __slots__ = ("_name", "_context")

    def __init__(self, name: str = "", context: Optional[Dict[str, Any]] = None) -> None:
        self._name = name
        self._context = context or {}

    @property
    def name(self) -> str:
        return self._name

    def bind(self, **values: Any) -> "BoundLogger":
        """A logger that adds these fields to each event."""
        return BoundLogger(self._name, {**self._context, **values})

    def new(self, **values: Any) -> "BoundLogger":
        """A logger with these fields only."""
        return BoundLogger(self._name, values)

    def unbind(self, *names: str) -> "BoundLogger":
        """A logger without these fields; raises KeyError for one that is not bound."""
        context = dict(self._context)
        for name in names:
            del context[name]
        return BoundLogger(self._name, context)

    def try_unbind(self, *names: str) -> "BoundLogger":
        return BoundLogger(self._name, {name: value for name, value in self._context.items() if name not in names})

    def debug(self, event: Any = None, *args: Any, **fields: Any) -> None:
        if center.level <= 10:
            self._log("debug", event, args, fields)

    def info(self, event: Any = None, *args: Any, **fields: Any) -> None:
        if center.level <= 20:
            self._log("info", event, args, fields)

    def warning(self, event: Any = None, *args: Any, **fields: Any) -> None:
        if center.level <= 30:
            self._log("warning", event, args, fields)

    warn = warning

    def error(self, event: Any = None, *args: Any, **fields: Any) -> None:
        if center.level <= 40:
            self._log("error", event, args, fields)

    def critical(self, event: Any = None, *args: Any, **fields: Any) -> None:
        self._log("critical", event, args, fields)

    fatal = critical
    msg = info

    def exception(self, event: Any = None, *args: Any, **fields: Any) -> None:
        if center.level <= 40:
            fields.setdefault("exc_info", True)
            self._log("error", event, args, fields)

    def log(self, level: Union[int, str], event: Any = None, *args: Any, **fields: Any) -> None:
        number = level if isinstance(level, int) else _NUMBERS.get(level.lower(), 20)
        if center.level <= number:
            text = logging.getLevelName(number).lower() if isinstance(level, int) else level.lower()
            self._log(text, event, args, fields)

    def _log(self, level: str, event: Any, args: Any, fields: Dict[str, Any]) -> None:
        if args:
            event = event % args
        context = self._context
        if context:
            fields = {**context, **fields}
        emit(level, event, fields, self._name)


def emit(level: str, event: Any, fields: Dict[str, Any], logger: str, pipe: Optional[Pipe] = None) -> None:
    """Hands an event over; `fields` belongs to it from here on."""
    for name, value in fields.items():
        if type(value) not in IMMUTABLE:
            if name == "exc_info" or name == "stack_info":
                continue
            fields[name] = snapshot(value)
    if "exc_info" in fields:
        info = fields.pop("exc_info")
        fields.update(exception_fields(sys.exc_info() if info is True else info) or {})
    if pipe is None:
        pipe = center.pipe or _unconfigured()
    pipe.append(Event(time.time_ns(), level, event, fields, logger))
    if level == "critical":
        pipe.flush(CRITICAL_SECONDS)


def _unconfigured() -> Pipe:
    """Before anybody configures, events are shown, masked, and recorded nowhere."""
    pipe = console_pipe()
    if pipe.console is None:
        pipe.console = Console(sys.stderr)
    return pipe


def record(event: str, level: str = "info", **fields: Any) -> None:
    """Records one event: daybook.record("order_filled", order_id="order-00000001", fill_price="150.24")."""
    emit(level, event, fields, "")


def flush(seconds: Optional[float] = None) -> bool:
    """Waits until all that was logged is out of this process: with the daemon, or in the spool.

    Returns whether it is; False when `seconds` were over before.
    """
    until = None if seconds is None else time.monotonic() + seconds
    done = True
    for pipe in all_pipes():
        rest = None if until is None else max(0.0, until - time.monotonic())
        done = pipe.flush(rest) and done
    return done


def pending() -> Pending:
    """What was logged and is not with a daemon yet, over all directories."""
    result = Pending(0, 0, 0, 0, True, "")
    pipes = all_pipes()
    for pipe in pipes:
        one = pipe.pending()
        result = Pending(result.queued + one.queued, result.spooled_files + one.spooled_files,
                         result.spooled_bytes + one.spooled_bytes, result.refused_files + one.refused_files,
                         result.listening and one.listening, result.trouble or one.trouble)
    return result if pipes else result._replace(listening=False)


def close_logging() -> None:
    """Hands over what waits and syncs the spool. Happens by itself when the interpreter ends."""
    close_all()
