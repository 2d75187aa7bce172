# SPDX-License-Identifier: Apache-2.0
"""The way out: to a daemon, to the spool, over forks, kills and full queues. Nothing is lost, nothing twice."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
import unittest

import daybook
from daybook import _pipe, _spool
from daybook._pipe import Pipe
from daybook._pipes import pipe_to

from .standin import StandIn
from .support import PACKAGE, LogsTest


def numbers(records):
    return [record["n"] for record in records if "n" in record]


class ToTheDaemon(LogsTest):
    def setUp(self):
        super().setUp()
        self.daemon = StandIn(self.logs)
        self.addCleanup(lambda: self.daemon and self.daemon.stop())
        daybook.configure_logging(self.logs, log_to_console=False)
        self.log = daybook.get_logger("desk")

    def test_every_record_arrives_once_and_in_order(self):
        for n in range(5_000):
            self.log.info("tick", n=n)
        self.assertTrue(daybook.flush(20))
        self.assertEqual(numbers(self.daemon.records), list(range(5_000)))
        self.assertEqual(daybook.pending(), (0, 0, 0, 0, True, ""))
        self.assertEqual(self.spooled(), [])

    def test_a_busy_daemon_is_asked_again_with_the_same_key(self):
        self.daemon.trouble = lambda number, lines: (429, {"Retry-After": "0.05"}) if number < 4 else None
        self.log.info("tick", n=1)
        self.assertTrue(daybook.flush(20))
        self.assertEqual(numbers(self.daemon.records), [1])
        self.assertGreaterEqual(self.daemon.requests, 4)

    def test_an_answer_that_never_came_does_not_make_a_record_twice(self):
        self.daemon.trouble = lambda number, lines: "take and hang up" if number <= 2 else None
        self.log.info("tick", n=1)
        self.log.info("tick", n=2)
        self.assertTrue(daybook.flush(20))
        deadline = time.monotonic() + 15
        while daybook.pending().spooled_files and time.monotonic() < deadline:
            time.sleep(0.05)
        self.log.info("tick", n=3)
        self.assertTrue(daybook.flush(20))
        while daybook.pending().spooled_files and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(numbers(self.daemon.records), [1, 2, 3])

    def test_what_the_daemon_refuses_for_good_is_kept_and_reported(self):
        self.daemon.trouble = lambda number, lines: (422, {})
        self.log.info("tick", n=1)
        self.assertTrue(daybook.flush(20))
        self.assertEqual(daybook.pending().refused_files, 1)
        self.daemon.trouble = lambda number, lines: None
        self.log.info("tick", n=2)
        self.assertTrue(daybook.flush(20))
        self.assertEqual(numbers(self.daemon.records), [2])

    def test_a_batch_that_is_too_large_goes_in_halves(self):
        self.daemon.trouble = lambda number, lines: (413, {}) if lines > 3 else None
        for n in range(10):
            self.log.info("tick", n=n)
        self.assertTrue(daybook.flush(20))
        self.assertEqual(numbers(self.daemon.records), list(range(10)))

    def test_while_the_daemon_is_away_records_wait_and_the_order_stays(self):
        self.log.info("tick", n=0)
        self.assertTrue(daybook.flush(20))
        self.daemon.stop()
        for n in range(1, 200):
            self.log.info("tick", n=n)
            if n % 50 == 0:
                time.sleep(0.05)
        self.assertTrue(daybook.flush(20))
        waiting = daybook.pending()
        self.assertFalse(waiting.listening)
        self.assertGreater(waiting.spooled_bytes, 0)
        self.assertIn("no daemon", waiting.trouble)
        first = self.daemon
        self.daemon = StandIn(self.logs)
        deadline = time.monotonic() + 20
        n = 200
        while daybook.pending().spooled_files or not daybook.pending().listening:
            self.log.info("tick", n=n)
            n += 1
            time.sleep(0.02)
            self.assertLess(time.monotonic(), deadline)
        self.assertTrue(daybook.flush(20))
        self.assertEqual(numbers(first.records + self.daemon.records), list(range(n)))


class ToTheSpool(LogsTest):
    def test_nobody_listens_and_everything_is_on_disk_masked_and_private(self):
        daybook.configure_logging(self.logs, log_to_console=False)
        daybook.get_logger("desk").info("broker_connected", api_key="kJ8sLq2vXz91", note="password=hunter2")
        daybook.close_logging()
        files = list(self.logs.glob("spool/*.jsonl"))
        self.assertEqual(len(files), 1)
        text = files[0].read_text(encoding="utf-8")
        self.assertNotIn("kJ8sLq2vXz91", text)
        self.assertNotIn("hunter2", text)
        self.assertEqual(stat.S_IMODE(files[0].stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(files[0].parent.stat().st_mode), 0o700)
        self.assertRegex(files[0].name, rf"^[A-Za-z0-9-]+-{os.getpid()}-[0-9a-f]{{16}}\.jsonl$")

    def test_files_of_programs_that_ended_go_to_a_daemon_that_came_later(self):
        self.program("import os, daybook\ndaybook.configure_logging(os.environ['LOGS'], log_to_console=False)\n"
                     "for n in range(100): daybook.record('tick', n=n)")
        self.assertEqual(numbers(self.spooled()), list(range(100)))
        daemon = StandIn(self.logs)
        self.addCleanup(daemon.stop)
        daybook.configure_logging(self.logs, log_to_console=False)
        daybook.record("tick", n=100)
        deadline = time.monotonic() + 15
        while daybook.pending().spooled_files and time.monotonic() < deadline:
            time.sleep(0.05)
        daybook.flush(5)
        self.assertEqual(sorted(numbers(daemon.records)), list(range(101)))
        self.assertEqual(self.spooled(), [])

    def test_a_file_that_somebody_writes_is_left_alone(self):
        spool = _spool.Spool(self.logs)
        spool.append(b'{"event":"x"}\n', _spool.new_key())
        (path,) = spool.mine()
        self.assertIsNone(_spool.take(path))
        spool.close()
        taken = _spool.take(path)
        self.assertIsNotNone(taken)
        self.assertIsNone(_spool.take(path), "and neither is one that somebody empties")
        taken.remove()
        self.assertIsNone(_spool.take(path))

    def test_a_file_is_closed_at_its_size_and_the_next_begins(self):
        spool = _spool.Spool(self.logs)
        for _ in range(5):
            spool.append(b"x" * (_spool.FILE_BYTES // 2 + 1) + b"\n", _spool.new_key())
        self.assertEqual(len(spool.mine()), 3)
        spool.close()

    def test_a_full_disk_leaves_no_half_line(self):
        spool = _spool.Spool(self.logs)
        spool.append(b'{"n":1}\n', _spool.new_key())
        real = os.write
        try:
            def full(descriptor, data):
                real(descriptor, bytes(data)[:3])
                raise OSError(28, "No space left on device")
            _spool.os.write = full
            with self.assertRaises(OSError):
                spool.append(b'{"n":2}\n', "k")
        finally:
            _spool.os.write = real
        spool.append(b'{"n":3}\n', "k")
        spool.close()
        self.assertEqual(numbers(self.spooled()), [1, 3])


class Exits(LogsTest):
    begin = "import os, sys, time, daybook\ndaybook.configure_logging(os.environ['LOGS'], log_to_console=False)\n"

    def test_a_normal_exit_loses_nothing(self):
        result = self.program(self.begin + "for n in range(3000): daybook.record('tick', n=n)")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(numbers(self.spooled()), list(range(3000)))

    def test_an_exception_and_sys_exit_lose_nothing(self):
        for end in ("raise RuntimeError('x')", "sys.exit(3)"):
            self.program(self.begin + f"for n in range(500): daybook.record('tick', n=n)\n{end}")
        self.assertEqual(numbers(self.spooled()), list(range(500)) * 2)

    def test_what_other_exit_handlers_log_is_kept_too(self):
        result = self.program("import atexit, logging, os\nlogging.raiseExceptions = True\n"
                              "atexit.register(lambda: logging.getLogger('x').warning('the last word'))\n"
                              + self.begin + "atexit.register(lambda: daybook.record('tick', n=1))\n"
                              "daybook.record('tick', n=0)")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(numbers(self.spooled()), [0, 1])
        self.assertEqual([r["message"] for r in self.spooled() if "message" in r], ["the last word"])

    def test_a_forked_child_records_its_own_and_not_its_parents(self):
        result = self.program(self.begin + """
for n in range(500): daybook.record('tick', n=n)
pid = os.fork()
if pid == 0:
    for n in range(1000, 1500): daybook.record('tick', n=n)
    sys.exit(0)
assert os.waitpid(pid, 0)[1] == 0
for n in range(500, 700): daybook.record('tick', n=n)
""")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sorted(numbers(self.spooled())), list(range(700)) + list(range(1000, 1500)))

    def test_children_of_multiprocessing_lose_nothing(self):
        result = self.program(self.begin + """
import multiprocessing
def work(k):
    for n in range(k, k + 300): daybook.record('tick', n=n)
daybook.record('tick', n=0)
context = multiprocessing.get_context('fork')
children = [context.Process(target=work, args=(k,)) for k in (1000, 2000, 3000)]
for child in children: child.start()
for child in children: child.join()
""")
        self.assertEqual(result.returncode, 0, result.stderr)
        wanted = [0] + [n for k in (1000, 2000, 3000) for n in range(k, k + 300)]
        self.assertEqual(sorted(numbers(self.spooled())), wanted)

    def test_a_kill_loses_only_what_had_not_left_memory_yet(self):
        script = self.begin + """
for n in range(200):
    daybook.record('tick', n=n)
daybook.flush()
print('flushed', flush=True)
n = 200
while True:
    daybook.record('tick', n=n); n += 1; time.sleep(0.001)
"""
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=self.home,
                                   env={**os.environ, "PYTHONPATH": str(PACKAGE), "LOGS": str(self.logs)})
        self.assertEqual(process.stdout.readline(), "flushed\n")
        time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found = numbers(self.spooled())
        self.assertEqual(found, list(range(len(found))), "whole lines, from the first on")
        self.assertGreaterEqual(len(found), 200)

    def test_sigterm_inside_run_loses_nothing_and_is_on_record(self):
        script = ("import os, time, daybook\nwith daybook.run(name='bot', log_dir=os.environ['LOGS'], log_to_console=False,"
                  " drain=False):\n  for n in range(100): daybook.record('tick', n=n)\n  print('up', flush=True)\n"
                  "  time.sleep(30)")
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=self.home,
                                   env={**os.environ, "PYTHONPATH": str(PACKAGE), "LOGS": str(self.logs)})
        process.stdout.readline()
        process.terminate()
        self.assertEqual(process.wait(20), 128 + signal.SIGTERM)
        process.stdout.close()
        records = self.spooled()
        self.assertEqual(numbers(records), list(range(100)))
        self.assertEqual([records[0]["event"], records[-1]["event"]], ["system_startup", "system_shutdown"])
        self.assertEqual(records[-1]["reason"], "exit code 143")


class FullQueue(LogsTest):
    def test_a_full_queue_raises_where_that_was_asked_for(self):
        pipe = Pipe(self.logs, "raise", capacity=3)
        pipe._start = lambda: None
        from daybook._records import Event
        for n in range(3):
            pipe.append(Event(0, "info", "tick", {"n": n}))
        with self.assertRaises(daybook.QueueFull):
            pipe.append(Event(0, "info", "tick", {"n": 3}))
        self.assertEqual(pipe.pending().queued, 3)
        pipe._queue.clear()

    def test_a_full_queue_waits_and_loses_nothing(self):
        self.logs.mkdir()
        pipe = pipe_to(self.logs)
        pipe.capacity = 50
        from daybook._records import Event

        def work(k):
            for n in range(k, k + 400):
                pipe.append(Event(0, "info", "tick", {"n": n}))

        threads = [threading.Thread(target=work, args=(k,)) for k in (0, 1000, 2000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertTrue(pipe.flush(20))
        found = numbers(self.spooled())
        for k in (0, 1000, 2000):
            self.assertEqual([n for n in found if k <= n < k + 400], list(range(k, k + 400)), "order of a thread")

    def test_a_wrong_word_is_said_at_once(self):
        with self.assertRaises(ValueError):
            pipe_to(self.logs, "drop")


class Parts(unittest.TestCase):
    def test_halves_cut_at_a_line(self):
        for lines in (b"a\nb\n", b"a\nbbbbbbbbbb\n", b"aaaaaaaaaaaa\nb\n", b"a\nb\nc\n"):
            first, second = _pipe.halves(lines)
            self.assertEqual(first + second, lines)
            self.assertTrue(first.endswith(b"\n") and second.endswith(b"\n") and first and second)


if __name__ == "__main__":
    unittest.main()
