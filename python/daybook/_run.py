# SPDX-License-Identifier: Apache-2.0
"""`with daybook.run():` around a program: from its start to its end on record, and nothing left behind."""

import os
import platform
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NamedTuple, Optional, Type

from ._logging import PathText, center, close_logging, configure_logging, emit
from ._pipe import Pending
from ._pipes import pipe_to
from ._spool import FOLDER, waiting

# Seconds that `daybook spool drain` may take for what a run left in the spool.
DRAIN_SECONDS = 600


class Drained(NamedTuple):
    """What emptying a spool came to."""

    files: int  # that went over
    left: int  # that are still there
    by: str  # "daemon", "program", or "" when there was nothing to do or nobody to do it
    message: str  # what went wrong, in words; else empty


class run:  # noqa: N801 - a context manager, used as a function
    """Configures logging, records the start of the program and its end (with the exception that ended it, if
    one did), and hands everything over on the way out, also on SIGTERM.

    - name: of the program in the records (default: its file's name).
    - drain: what is left in the spool at the end, because no daemon runs, goes into the books by
      `daybook spool drain`, where that program is installed.
    - the others: as in configure_logging.
    """

    def __init__(self, name: Optional[str] = None, log_dir: Optional[PathText] = None, log_level: str = "INFO",
                 log_to_console: bool = True, log_to_file: bool = True, *, drain: bool = True,
                 **options: Any) -> None:
        self._name = name or os.path.basename(sys.argv[0] or "python")
        self._directory = Path(log_dir if log_dir is not None else "logs")
        self._arguments = (log_dir, log_level, log_to_console, log_to_file)
        self._options = options
        self._drain = drain and log_to_file
        self._began = 0.0
        self._before: Any = None
        self._signalled = False

    def __enter__(self) -> "run":
        configure_logging(*self._arguments, **self._options)
        self._began = time.monotonic()
        emit("info", "system_startup", {
            "program": self._name, "pid": os.getpid(), "python": platform.python_version()}, "")
        # A handler of the program's own stays.
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
            self._before = signal.signal(signal.SIGTERM, self._terminate)
            self._signalled = True
        return self

    def _terminate(self, number: int, frame: Optional[FrameType]) -> None:
        raise SystemExit(128 + number)

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        if self._signalled:
            signal.signal(signal.SIGTERM, self._before)
        fields: "dict[str, Any]" = {"program": self._name, "uptime_seconds": int(time.monotonic() - self._began)}
        level = "info"
        if isinstance(error, SystemExit):
            code = error.code
            fields["reason"] = "exit" if code in (None, 0) else f"exit code {code}" if isinstance(code, int) else "exit"
        elif isinstance(error, KeyboardInterrupt):
            fields["reason"] = "interrupted"
        elif error is not None:
            level = "critical"
            emit("critical", "system_error", {
                "program": self._name, "exc_info": (kind, error, trace),
                "error_message": str(error)}, "")
            fields["reason"] = getattr(kind, "__name__", "exception")
        else:
            fields["reason"] = "end"
        emit("info" if level == "info" else "error", "system_shutdown", fields, "")
        close_logging()
        if self._drain and waiting(self._directory / FOLDER).files:
            drained = drain(self._directory, use_daemon=False)
            if drained.message:
                sys.stderr.write(f"daybook: {drained.message}\n")

    @property
    def pending(self) -> Pending:
        """What was logged and is not with a daemon yet."""
        return (center.pipe or pipe_to(self._directory)).pending()


def drain(log_dir: PathText = "logs", use_daemon: bool = True) -> Drained:
    """Empties the spool of a directory now: to the daemon where one listens, else by `daybook spool drain`.

    Each file goes over once. Files that a running program still writes stay with it.
    """
    directory = Path(log_dir)
    before = waiting(directory / FOLDER).files
    if before == 0:
        return Drained(0, 0, "", "")
    if use_daemon:
        pipe = pipe_to(directory)
        pipe.empty_all()
        left = waiting(directory / FOLDER).files
        if left < before:
            return Drained(before - left, left, "daemon", "")
    program = os.environ.get("DAYBOOK_BINARY") or shutil.which("daybook")
    if program is None:
        return Drained(0, before, "", f"{before} files wait in {directory / FOLDER}: start `daybook serve`, or run "
                       "`daybook spool drain`")
    try:
        result = subprocess.run([program, "spool", "drain", "--dir", str(directory)], stdin=subprocess.DEVNULL,
                                capture_output=True, timeout=DRAIN_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return Drained(0, before, "program", f"{program} spool drain: {type(error).__name__}")
    left = waiting(directory / FOLDER).files
    message = ""
    if result.returncode != 0:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines()
        message = f"{program} spool drain: {lines[-1] if lines else f'exit code {result.returncode}'}"
    return Drained(before - left, left, "program", message)
