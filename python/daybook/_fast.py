# SPDX-License-Identifier: Apache-2.0
"""A short way through Python's logging for messages that only Daybook sees.

Most of a call through logging is logging's own: it looks up the caller's file and line and makes a LogRecord, of which
Daybook records neither. Where a Daybook handler is the only one that a message can reach, the record is the same
without both, so whoever makes such a handler gives loggers this class. Anything that could see a difference (another
handler, a filter, a formatter, a factory of records, a traceback, a program that put functions of its own into
logging.Logger) goes logging's way, asked anew at each call.
"""

import logging
from time import time_ns
from types import FunctionType
from typing import Any, Mapping, Optional, Set

# Handlers that may be given a message of which no LogRecord was made; not classes made of them, which may see more.
takers: Set[type] = set()
_spares = False
_SOURCE = logging.addLevelName.__code__.co_filename


def _own(name: str) -> Any:
    """A function of logging's own Logger; nothing where somebody took its place before."""
    function = logging.Logger.__dict__.get(name)
    is_own = type(function) is FunctionType and function.__code__.co_filename == _SOURCE
    return function if is_own else None


_LOG, _MAKE, _HANDLE, _CALL = _own("_log"), _own("makeRecord"), _own("handle"), _own("callHandlers")


class FastLogger(logging.Logger):
    """A Logger that hands a message over by itself where nothing else would see it."""

    def _log(self, level: int, msg: object, args: Any, exc_info: Any = None,
             extra: Optional[Mapping[str, object]] = None, stack_info: bool = False, stacklevel: int = 1) -> None:
        if not exc_info and not stack_info:
            handler = self._only_taker()
            if handler is not None:
                if level < handler.level:
                    return None
                try:
                    handler.take(time_ns(), level, self.name, msg, args, dict(extra) if extra else None)
                    return None
                except Exception:  # noqa: BLE001 - a log call does not raise: logging's way reports it
                    pass
        return super()._log(level, msg, args, exc_info, extra, stack_info, stacklevel + 1)

    def _only_taker(self) -> Any:
        """The Daybook handler that alone would see a message as it is."""
        found: Any = None
        node: Optional[logging.Logger] = self
        while node is not None:
            handlers = node.handlers
            if handlers:
                if found is not None or len(handlers) != 1:
                    return None
                found = handlers[0]
            node = node.parent if node.propagate else None
        if type(found) not in takers or found.filters or found.formatter is not None or self.filters:
            return None
        its = logging.Logger
        if (its.callHandlers is not _CALL or its.handle is not _HANDLE or its.makeRecord is not _MAKE
                or its._log is not _LOG or logging.getLogRecordFactory() is not logging.LogRecord):
            return None
        return found


def install() -> None:
    """The short way for all loggers of logging's own class: those that are there and those made from here on."""
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
    logging._srcfile = None if wanted else _SOURCE
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = not wanted


def uninstall() -> None:
    """Loggers take logging's way again."""
    spare(False)
    if logging.getLoggerClass() is FastLogger:
        logging.setLoggerClass(logging.Logger)
    _turn(FastLogger, logging.Logger)


def _turn(old: type, new: type) -> None:
    """Modules make their loggers when they are imported, most often before anybody configures logging."""
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if type(logger) is old:
            logger.__class__ = new
