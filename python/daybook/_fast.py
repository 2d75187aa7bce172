# SPDX-License-Identifier: Apache-2.0
"""A short way through Python's logging, for those who ask for it (configure_logging's `fast`).

Most of a call through logging is logging's own: it looks up the caller's file and line and makes a LogRecord. Where
the root's Daybook handler is the only one that a message can reach, it needs neither.
"""

import logging
import time
from typing import Any, Mapping, Optional

from .handlers import DaybookHandler

_handler: Optional[DaybookHandler] = None


class FastLogger(logging.Logger):
    """A Logger that hands a message over by itself where nothing else would see it."""

    def _log(self, level: int, msg: object, args: Any, exc_info: Any = None,
             extra: Optional[Mapping[str, object]] = None, stack_info: bool = False, stacklevel: int = 1) -> None:
        handler = _handler
        if handler is None or exc_info or stack_info or not self._goes_only_to(handler):
            return super()._log(level, msg, args, exc_info, extra, stack_info, stacklevel + 1)
        if level >= handler.level:
            handler.take(time.time_ns(), level, self.name, msg, args, dict(extra) if extra else None)
        return None

    def _goes_only_to(self, handler: DaybookHandler) -> bool:
        if self.filters or handler.filters or handler.formatter is not None:
            return False
        node: Optional[logging.Logger] = self
        while node is not None:
            if node.handlers:
                return len(node.handlers) == 1 and node.handlers[0] is handler and (
                    node.parent is None or not node.propagate)
            node = node.parent if node.propagate else None
        return False


def install(handler: DaybookHandler) -> None:
    """For loggers that are made from here on; those that are there keep their class, and only look up less."""
    global _handler
    _handler = handler
    # logging's own advice on speed (its HOWTO, "Optimization"): what no format shows need not be looked up.
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    if logging.getLoggerClass() is logging.Logger and logging.getLogRecordFactory() is logging.LogRecord:
        logging.setLoggerClass(FastLogger)


def uninstall() -> None:
    """Loggers take logging's way again."""
    global _handler
    if _handler is not None:
        _handler = None
        logging._srcfile = logging.addLevelName.__code__.co_filename
        logging.logThreads = logging.logProcesses = logging.logMultiprocessing = True
        if logging.getLoggerClass() is FastLogger:
            logging.setLoggerClass(logging.Logger)
