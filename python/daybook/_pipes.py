# SPDX-License-Identifier: Apache-2.0
"""The pipes of a process, one a directory; its exit and its forks."""

import atexit
import os
import threading
from multiprocessing import util
from pathlib import Path
from typing import Any, Dict, List, Optional, Union

from ._pipe import Pipe

_pipes: Dict[str, Pipe] = {}
_pipes_lock = threading.Lock()


def pipe_to(directory: "Union[str, os.PathLike[str]]", when_full: Optional[str] = None) -> Pipe:
    """The pipe into a directory; one a process."""
    place = Path(os.path.abspath(os.fspath(directory)))
    with _pipes_lock:
        pipe = _pipes.get(str(place))
        if pipe is None:
            pipe = _pipes[str(place)] = Pipe(place, when_full or "wait")
        elif when_full is not None:
            if when_full not in ("wait", "raise"):
                raise ValueError(f"when_full is {when_full!r}; it is 'wait' or 'raise'")
            pipe.when_full = when_full
        return pipe


def console_pipe() -> Pipe:
    """A pipe that only shows: for what is logged before anybody configured."""
    with _pipes_lock:
        pipe = _pipes.get("")
        if pipe is None:
            pipe = _pipes[""] = Pipe(Path("logs"))
            pipe.records_to_file = False
        return pipe


def all_pipes() -> List[Pipe]:
    with _pipes_lock:
        return list(_pipes.values())


def close_all() -> None:
    """Hands over what waits in every pipe: at the interpreter's exit."""
    for pipe in all_pipes():
        pipe.close()


def _after_in_child() -> None:
    global _pipes_lock
    _pipes_lock = threading.Lock()
    for pipe in _pipes.values():
        pipe.after_fork_in_child()


def _at_exit_of_child(_: Any) -> None:
    # A child of multiprocessing leaves without atexit, but through its own finalizers.
    util.Finalize(None, close_all, exitpriority=-100)


class _Anchor:
    """What multiprocessing runs its hook after a fork for."""


_anchor = _Anchor()


def install() -> None:
    """Hooks into the interpreter's exit and forks: once, when the package is imported."""
    atexit.register(close_all)
    os.register_at_fork(after_in_child=_after_in_child)
    util.register_after_fork(_anchor, _at_exit_of_child)


install()
