# SPDX-License-Identifier: Apache-2.0
"""What the tests share: a fresh directory, fresh pipes, programs of their own."""

import json
import logging
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import daybook
from daybook import _pipes
from daybook._logging import center

PACKAGE = pathlib.Path(daybook.__file__).resolve().parents[1]


class LogsTest(unittest.TestCase):
    """A directory `self.logs`, and nothing left of the test before."""

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="daybook-"))
        self.logs = self.home / "logs"
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.addCleanup(self._forget)

    def _forget(self):
        for pipe in _pipes.all_pipes():
            pipe.close()
        _pipes._pipes.clear()
        center.pipe = center.handler = None
        center.level = logging.INFO
        root = logging.getLogger()
        for handler in list(root.handlers):
            root.removeHandler(handler)
        root.setLevel(logging.WARNING)
        if "structlog" in sys.modules:
            sys.modules["structlog"].reset_defaults()

    def spooled(self):
        """The records in the spool, file by file in the order of their making."""
        files = sorted(self.logs.glob("spool/*.jsonl"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]

    def program(self, source, **options):
        """Runs a program with the package in its path, in a directory of its own."""
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "LOGS": str(self.logs), **options.pop("env", {})}
        return subprocess.run([sys.executable, "-c", source], cwd=self.home, env=environment, timeout=60,
                              capture_output=True, text=True, check=False, **options)
