# SPDX-License-Identifier: Apache-2.0
"""Where records wait while nobody listens: DIRECTORY/spool/<host>-<pid>-<random>.jsonl, mode 0600.

One JSON object a line, masked before it came here. Whoever writes or empties a file holds a lock on it
(flock), so that no two processes hand over the same one. A file goes over as one batch whose
Idempotency-Key is the file's name: the same file twice is recorded once.
"""

import fcntl
import os
import re
import socket
import time
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Tuple

FOLDER = "spool"
SUFFIX = ".jsonl"
# A batch that the daemon would not take, also not later: kept for people to look at.
REFUSED = ".refused"
# A file that `daybook spool drain` has begun with: left to it.
BEGUN = ".draining"
# Bytes of a file before the next one begins: it goes over as one request.
FILE_BYTES = 4 << 20
# Seconds between two syncs while records are written.
SYNC_SECONDS = 1.0

_HOST = re.compile(r"[^A-Za-z0-9]+")


def new_key() -> str:
    """A name for a batch that no other batch has: of its request, and of its file if it becomes one."""
    host = _HOST.sub("-", socket.gethostname())[:40].strip("-") or "host"
    return f"{host}-{os.getpid()}-{os.urandom(8).hex()}"


class Waiting(NamedTuple):
    """What lies in a spool."""

    files: int
    bytes: int
    refused: int


class SpoolFile:
    """A file that this process appends to."""

    def __init__(self, folder: Path, key: str) -> None:
        self.path = folder / (key + SUFFIX)
        self.key = key
        self.size = 0
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        self._synced_at = time.monotonic()

    def append(self, lines: bytes) -> None:
        """Appends whole lines, or none of them: raises OSError on a full disk."""
        view = memoryview(lines)
        done = 0
        try:
            while done < len(view):
                done += os.write(self._descriptor, view[done:])
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            raise
        self.size += done
        if time.monotonic() - self._synced_at >= SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        os.fdatasync(self._descriptor)
        self._synced_at = time.monotonic()

    def close(self, sync: bool = True) -> None:
        """Syncs, and lets others empty it."""
        if self._descriptor < 0:
            return
        try:
            if sync:
                os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)
            self._descriptor = -1

    def forget(self) -> None:
        """In a forked child: closes the descriptor. The parent's lock stays, it goes with the last one."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Spool:
    """The spool of a directory, as one process sees it. Not for several threads at once."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory / FOLDER
        self._open: Optional[SpoolFile] = None
        self._mine: List[str] = []  # files of this process, oldest first

    @property
    def has_mine(self) -> bool:
        return bool(self._mine)

    def append(self, lines: bytes, key: str) -> None:
        """Keeps a batch. `key`: its request's, which a file of its own takes over."""
        if self._open is not None and self._open.size >= FILE_BYTES:
            self.close()
        if self._open is None:
            is_new = not self.folder.exists()
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._open = SpoolFile(self.folder, key)
            self._mine.append(self._open.path.name)
            sync_folder(self.folder)
            if is_new:
                sync_folder(self.folder.parent)
        self._open.append(lines)

    def append_alone(self, lines: bytes, key: str) -> None:
        """Keeps a batch of which nobody knows whether it was taken, under its own key."""
        self.close()
        self.append(lines, key)
        self.close()

    def close(self) -> None:
        """Syncs the open file and lets it be emptied."""
        if self._open is not None:
            opened, self._open = self._open, None
            opened.close()

    def forget(self) -> None:
        """In a forked child: the files are the parent's."""
        if self._open is not None:
            self._open.forget()
            self._open = None
        self._mine = []

    def mine(self) -> List[Path]:
        return [self.folder / name for name in self._mine]

    def done(self, path: Path) -> None:
        if path.name in self._mine:
            self._mine.remove(path.name)

    def others(self) -> List[Path]:
        """Files of other processes, oldest first; those still written are locked."""
        found: List[Tuple[float, str]] = []
        for entry in _entries(self.folder):
            name = entry.name
            if name.endswith(SUFFIX) and not name.endswith((REFUSED + SUFFIX, BEGUN + SUFFIX)) and name not in self._mine:
                try:
                    found.append((entry.stat().st_mtime, name))
                except FileNotFoundError:
                    continue
        return [self.folder / name for _, name in sorted(found)]


def _entries(folder: Path) -> "Iterator[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            yield from list(entries)
    except OSError:
        return


def waiting(folder: Path) -> Waiting:
    """What lies in a spool's folder."""
    files = size = refused = 0
    for entry in _entries(folder):
        if not entry.name.endswith(SUFFIX):
            continue
        try:
            count = entry.stat().st_size
        except FileNotFoundError:
            continue
        if entry.name.endswith(REFUSED + SUFFIX):
            refused += 1
        elif count:
            files += 1
            size += count
    return Waiting(files, size, refused)


class Taken:
    """A file that is being emptied: locked, read whole."""

    def __init__(self, path: Path, descriptor: int, lines: bytes) -> None:
        self.path = path
        self.lines = lines
        self.key = path.name[:-len(SUFFIX)]
        self._descriptor = descriptor

    def remove(self) -> None:
        """Its records are safe elsewhere."""
        os.unlink(self.path)
        self.release()

    def refuse(self) -> None:
        """Puts it aside, for people to look at."""
        os.rename(self.path, self.path.with_name(self.key + REFUSED + SUFFIX))
        self.release()

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def take(path: Path) -> Optional[Taken]:
    """Opens a file to empty it; None where it is gone, or somebody else has it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        here, there = os.fstat(descriptor), os.stat(path)
        if (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino):
            raise FileNotFoundError(path)
        parts = []
        while True:
            part = os.read(descriptor, 1 << 20)
            if not part:
                break
            parts.append(part)
    except OSError:
        os.close(descriptor)
        return None
    return Taken(path, descriptor, b"".join(parts))


def sync_folder(folder: Path) -> None:
    """Makes new and removed names of a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
