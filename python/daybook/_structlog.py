# SPDX-License-Identifier: Apache-2.0
"""structlog: a processor that records, a renderer that ends a chain, and our way of configuring it."""

import sys
import time
from typing import Any, Dict, MutableMapping, Optional

from ._logging import CRITICAL_SECONDS, _unconfigured, center, emit
from ._pipe import Pipe
from ._pipes import pipe_to
from ._records import Event, exception_fields
from ._values import IMMUTABLE, snapshot

# structlog's own notes in an event.
_NOTES = frozenset(("exc_info", "_record", "_from_structlog", "_logger", "_name"))


def _append(logger: Any, method_name: str, event_dict: MutableMapping[str, Any], pipe: Optional[Pipe]) -> None:
    fields: Dict[str, Any] = {}
    for name, value in event_dict.items():
        if name not in _NOTES:
            fields[name] = value if type(value) in IMMUTABLE else snapshot(value)
    event = fields.pop("event", None)
    info = event_dict.get("exc_info")
    if info or method_name == "exception":
        fields.update(exception_fields(sys.exc_info() if info is True or info is None else info) or {})
    name = getattr(logger, "name", "")
    level = "error" if method_name == "exception" else method_name
    pipe = pipe or center.pipe or _unconfigured()
    pipe.append(Event(time.time_ns(), level, event, fields, name if type(name) is str and name != "root" else ""))
    if level == "critical":
        pipe.flush(CRITICAL_SECONDS)


class DaybookProcessor:
    """Records each event and passes it on: one line in a chain that otherwise stays as it is.

    - directory: of the books; None: the one that configure_logging chose.
    """

    def __init__(self, directory: Any = None, when_full: Optional[str] = None) -> None:
        self._pipe = None if directory is None else pipe_to(directory, when_full)

    def __call__(self, logger: Any, method_name: str, event_dict: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        _append(logger, method_name, event_dict, self._pipe)
        return event_dict


class DaybookRenderer(DaybookProcessor):
    """The last of a chain, in the place of JSONRenderer: records the event and ends there."""

    def __call__(self, logger: Any, method_name: str, event_dict: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        import structlog

        _append(logger, method_name, event_dict, self._pipe)
        raise structlog.DropEvent


class _Named:
    """What a logger of structlog wraps: its name, and nothing that writes."""

    __slots__ = ("name",)

    def __init__(self, name: str = "") -> None:
        self.name = name

    def _ignore(self, *args: Any, **fields: Any) -> None:
        """Nothing: the renderer took the event."""

    debug = info = warning = warn = error = critical = fatal = exception = msg = log = _ignore


def _factory(*args: Any) -> _Named:
    return _Named(str(args[0]) if args and args[0] is not None else "")


def _wrapper(level: int, renderer: DaybookRenderer) -> Any:
    """structlog's filtering logger, with a short way for what the chain that we configure would do."""
    import structlog

    base = structlog.make_filtering_bound_logger(level)
    contextvars = structlog.contextvars
    # Without any context variable there is nothing to merge, and looking costs a microsecond.
    known: Any = getattr(contextvars, "_CONTEXT_VARS", None)

    def method(name: str, shown: str) -> Any:
        slow = getattr(base, name)

        def call(self: Any, event: Any = None, *args: Any, **fields: Any) -> Any:
            if args or self._processors[-1] is not renderer:
                return slow(self, event, *args, **fields)
            context = self._context
            if known is None or known:
                context = {**contextvars.get_contextvars(), **context}
            if context:
                fields = {**context, **fields}
            if name == "exception":
                fields.setdefault("exc_info", True)
            emit(shown, event, fields, self._logger.name)
            return None

        call.__name__ = name
        return call

    members = {name: method(name, shown) for name, shown, number in (
        ("debug", "debug", 10), ("info", "info", 20), ("msg", "info", 20), ("warning", "warning", 30),
        ("warn", "warning", 30), ("error", "error", 40), ("exception", "error", 40), ("critical", "critical", 50),
        ("fatal", "critical", 50)) if number >= level and hasattr(base, name)}
    return type("DaybookFilteringLogger", (base,), members)


def configure(level: int) -> None:
    """structlog, all of it, into Daybook."""
    import structlog

    renderer = DaybookRenderer()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, renderer], wrapper_class=_wrapper(level, renderer),
        context_class=dict, logger_factory=_factory, cache_logger_on_first_use=True)
