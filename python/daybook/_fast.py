# SPDX-License-Identifier: Apache-2.0
"""A short way through Python's logging for messages that only Daybook sees.

Most of a call through logging is logging's own: it looks up the caller's file and line and makes a LogRecord, of which
Daybook records neither. Where the root's Daybook handler is the only one that a message can reach, the record is the
same without both, so configure_logging gives loggers this class. Anything that could see a difference (another
handler, a filter, a formatter, a factory of records, a traceback) goes logging's way, asked anew at each call.
"""

import logging
from time import time_ns
from typing import Any, Mapping, Optional

from .handlers import DaybookHandler

_handler: Optional[DaybookHandler] = None
_spares = False


class FastLogger(logging.Logger):
    """A Logger that hands a message over by itself where nothing else would see it."""

    def _log(self, level: int, msg: object, args: Any, exc_info: Any = None,
             extra: Optional[Mapping[str, object]] = None, stack_info: bool = False, stacklevel: int = 1) -> None:
        handler = _handler
        if handler is not None and not exc_info and not stack_info and self._goes_only_to(handler):
            if level < handler.level:
                return None
            try:
                return handler.take(time_ns(), level, self.name, msg, args, dict(extra) if extra else None)
            except Exception:  # noqa: BLE001 - a log call does not raise: logging's way reports it
                pass
        return super()._log(level, msg, args, exc_info, extra, stack_info, stacklevel + 1)

    def _goes_only_to(self, handler: DaybookHandler) -> bool:
        if (self.filters or handler.filters or handler.formatter is not None
                or logging.getLogRecordFactory() is not logging.LogRecord):
            return False
        node: Optional[logging.Logger] = self
        while node is not None:
            if node.handlers:
                return len(node.handlers) == 1 and node.handlers[0] is handler and (
                    node.parent is None or not node.propagate)
            node = node.parent if node.propagate else None
        return False


def install(handler: DaybookHandler) -> None:
    """The short way for all loggers of logging's own class: those that are there and those made from here on."""
    global _handler
    _handler = handler
    if logging.getLoggerClass() is logging.Logger:
        logging.setLoggerClass(FastLogger)
    _turn(logging.Logger, FastLogger)


def spare(wanted: bool) -> None:
    """Whether logging leaves out what Daybook does not record, for messages that go the long way too."""
    global _spares
    if wanted == _spares:
        return
    _spares = wanted
    # logging's own advice on speed (its HOWTO, "Optimization"): what no format shows need not be looked up.
    logging._srcfile = None if wanted else logging.addLevelName.__code__.co_filename
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = not wanted


def uninstall() -> None:
    """Loggers take logging's way again."""
    global _handler
    _handler = None
    spare(False)
    if logging.getLoggerClass() is FastLogger:
        logging.setLoggerClass(logging.Logger)
    _turn(FastLogger, logging.Logger)


def _turn(old: type, new: type) -> None:
    """Modules make their loggers when they are imported, most often before anybody configures logging."""
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if type(logger) is old:
            logger.__class__ = new
