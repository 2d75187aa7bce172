# SPDX-License-Identifier: Apache-2.0
"""The daemon over its Unix socket: POST /v1/records, HTTP/1.1, one connection kept open.

Who asks, the daemon knows from the socket's credentials; there is no token to keep.
"""

import http.client
import os
import socket
from pathlib import Path
from typing import NamedTuple, Optional

SOCKET_NAME = "daybook.sock"
# Seconds for connecting, and for one answer: the daemon may wait for its disk.
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 10.0
# Seconds that a daemon's Retry-After can ask for.
RETRY_SECONDS_MAX = 5.0
# Bytes of a socket's path that the kernel takes (108 with the zero at its end).
_PATH_BYTES = 107
# Bytes of an answer that are read; what is of use in it is short.
_ANSWER_BYTES = 1 << 20


class NotListening(Exception):
    """Nobody listens, or not any more: nothing was taken, or nobody said that it was."""


class Refused(Exception):
    """The daemon will not take this batch, also not later. The text has no record content."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"the daemon answered {status} {reason}")
        self.status = status


class Busy(Exception):
    """The daemon asks to try again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the daemon asks to wait {seconds:g} s")
        self.seconds = seconds


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = connect(self._path)


def connect(path: Path) -> socket.socket:
    """A stream to the socket at `path`; raises OSError."""
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    folder = -1
    try:
        stream.settimeout(CONNECT_SECONDS)
        name = os.fsencode(path)
        if len(name) > _PATH_BYTES:
            # The kernel's limit is on the text, not on the place.
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            name = os.fsencode(f"/proc/self/fd/{folder}/{path.name}")
        stream.connect(name)
        stream.settimeout(ANSWER_SECONDS)
        return stream
    except BaseException:
        stream.close()
        raise
    finally:
        if folder >= 0:
            os.close(folder)


class Answer(NamedTuple):
    """What the daemon said of a batch that it took."""

    status: int
    body: bytes


class Daemon:
    """One connection to the daemon of a directory. Not for several threads at once."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / SOCKET_NAME
        self._connection: Optional[_Connection] = None

    def is_there(self) -> bool:
        """Whether a socket is there: says nothing about who listens, and costs one look."""
        return self.path.exists()

    def post(self, lines: bytes, key: str) -> Answer:
        """Hands over a batch of JSON lines; returns when it is as durable as the daemon was told to make it.

        `key`: the same batch under the same key is taken once.
        Raises NotListening, Busy or Refused.
        """
        was_open = self._connection is not None
        try:
            return self._post(lines, key)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if was_open:
                # A connection that idled may have been closed; the key makes a second try safe.
                try:
                    return self._post(lines, key)
                except (OSError, http.client.HTTPException) as second:
                    self.close()
                    error = second
            raise NotListening(f"{self.path}: {error}") from error

    def _post(self, lines: bytes, key: str) -> Answer:
        if self._connection is None:
            self._connection = _Connection(self.path)
        connection = self._connection
        connection.request("POST", "/v1/records", lines, {
            "Content-Type": "application/x-ndjson", "Idempotency-Key": key, "Accept": "application/json"})
        response = connection.getresponse()
        body = response.read(_ANSWER_BYTES)
        if response.will_close or not response.isclosed():
            self.close()
        if 200 <= response.status < 300:
            return Answer(response.status, body)
        if response.status in (429, 503):
            raise Busy(_seconds(response.getheader("Retry-After")))
        if response.status in (404, 405, 408, 500, 502, 504):
            # An older daemon, or one in trouble: the batch waits in the spool.
            raise NotListening(f"{self.path}: the daemon answered {response.status} {response.reason}")
        raise Refused(response.status, response.reason)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _seconds(text: Optional[str]) -> float:
    try:
        return min(max(float(text or 1), 0.05), RETRY_SECONDS_MAX)
    except ValueError:
        return 1.0
