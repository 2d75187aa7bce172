# SPDX-License-Identifier: Apache-2.0
"""configure_logging, get_logger, and the handlers: what a call becomes."""

import datetime
import enum
import inspect
import json
import logging
import math
import pathlib
import unittest
import uuid
from decimal import Decimal

import daybook
from daybook._logging import BoundLogger

from .support import LogsTest


class Guide(LogsTest):
    def test_signatures_are_those_of_the_guide(self):
        names = list(inspect.signature(daybook.configure_logging).parameters)
        self.assertEqual(names[:4], ["log_dir", "log_level", "log_to_console", "log_to_file"])
        defaults = [p.default for p in inspect.signature(daybook.configure_logging).parameters.values()][:4]
        self.assertEqual(defaults, [None, "INFO", True, True])
        self.assertEqual(list(inspect.signature(daybook.get_logger).parameters)[0], "name")
        self.assertEqual(list(inspect.signature(daybook.mask_sensitive_data).parameters),
                         ["logger", "method_name", "event_dict"])

    def test_a_level_that_is_none_is_refused(self):
        with self.assertRaisesRegex(ValueError, "Invalid log level: LOUD"):
            daybook.configure_logging(self.logs, log_level="LOUD")

    def test_the_directory_is_made_and_a_wrong_one_is_said(self):
        daybook.configure_logging(self.home / "a/b", log_to_console=False)
        self.assertTrue((self.home / "a/b").is_dir())
        (self.home / "file").write_text("")
        with self.assertRaisesRegex(OSError, "Failed to create log directory"):
            daybook.configure_logging(self.home / "file/logs")

    def test_levels_hold_for_loggers_and_for_logging(self):
        daybook.configure_logging(self.logs, log_level="warning", log_to_console=False)
        for log in (daybook.get_logger("a"), BoundLogger("b")):
            log.debug("quiet")
            log.info("quiet")
            log.warning("loud")
        logging.getLogger("x").info("quiet")
        logging.getLogger("x").error("loud and clear")
        daybook.flush(5)
        self.assertEqual([r["level"] for r in self.spooled()], ["warning", "warning", "error"])

    def test_without_a_file_nothing_is_written(self):
        daybook.configure_logging(self.logs, log_to_console=False, log_to_file=False)
        daybook.get_logger().info("x")
        self.assertTrue(daybook.flush(5))
        self.assertFalse(self.logs.exists())

    def test_before_anybody_configures_events_are_shown_masked_and_recorded_nowhere(self):
        result = self.program("import daybook\ndaybook.get_logger('x').info('broker_connected', api_key='abc')")
        self.assertEqual(result.returncode, 0, result.stderr)
        shown = json.loads(result.stderr)
        self.assertEqual((shown["event"], shown["api_key"]), ("broker_connected", "***MASKED***"))
        self.assertFalse((self.home / "logs").exists())

    def test_the_console_shows_what_is_recorded_as_json_in_a_pipe(self):
        result = self.program("import os, daybook\ndaybook.configure_logging(os.environ['LOGS'])\n"
                              "daybook.record('order_filled', fill_price='1.5', secret='x')")
        self.assertEqual(json.loads(result.stderr), self.spooled()[0])
        self.assertEqual(self.spooled()[0]["secret"], "***MASKED***")

    def test_rules_of_a_user_hold(self):
        daybook.configure_logging(self.logs, log_to_console=False, mask_names=["desk_pin"], mask_patterns=[r"B-\d{4}"])
        daybook.record("x", deskPin=1, note="badge B-1234")
        daybook.flush(5)
        self.assertEqual(self.spooled()[0]["deskPin"], "***MASKED***")
        self.assertEqual(self.spooled()[0]["note"], "badge ***MASKED***")
        daybook.configure_logging(self.logs, log_to_console=False)


class Loggers(LogsTest):
    def setUp(self):
        super().setUp()
        daybook.configure_logging(self.logs, log_to_console=False)
        self.log = BoundLogger("desk")

    def records(self):
        self.assertTrue(daybook.flush(10))
        return self.spooled()

    def test_an_event_has_its_names_first_and_its_instant_last(self):
        self.log.bind(strategy="momentum").info("order_submitted", order_id="o-1", price=Decimal("150.250"))
        (record,) = self.records()
        self.assertEqual(list(record), ["event", "event_type", "level", "logger", "strategy", "order_id", "price",
                                        "timestamp"])
        self.assertEqual(record["price"], "150.250")
        self.assertRegex(record["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")

    def test_an_instant_of_the_caller_is_kept(self):
        self.log.info("bar_completed", timestamp="2026-01-02T03:04:05Z")
        self.assertEqual(self.records()[0]["timestamp"], "2026-01-02T03:04:05Z")

    def test_binding(self):
        log = self.log.bind(a=1, b=2)
        log.unbind("a").try_unbind("zz").info("x")
        log.new(c=3).info("x")
        with self.assertRaises(KeyError):
            log.unbind("zz")
        first, second = self.records()
        self.assertEqual((first.get("a"), first["b"]), (None, 2))
        self.assertEqual((second.get("b"), second["c"]), (None, 3))

    def test_what_a_caller_changes_afterwards_does_not_change_the_record(self):
        legs = [{"qty": 1}]
        self.log.info("x", legs=legs)
        legs[0]["qty"] = 2
        self.assertEqual(self.records()[0]["legs"], [{"qty": 1}])

    def test_values_of_every_kind_have_a_form(self):
        class Side(enum.Enum):
            BUY = "buy"

        class Broken:
            def __repr__(self):
                raise RuntimeError("no")

        self.log.info("x", a=Decimal("1E+2"), b=float("nan"), c=math.inf, d=datetime.datetime(2026, 1, 2),
                      e=datetime.datetime(2026, 1, 2, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
                      f=uuid.UUID(int=5), g=pathlib.Path("/srv/bot"), h={1, 2}, i=(1, 2), j=b"ab", k=Side.BUY,
                      l=Broken(), m={1: "x"}, n=datetime.date(2026, 1, 2), o=2 ** 70, p="\ud800")
        record = self.records()[0]
        expected = {"a": "100", "b": "NaN", "c": "Infinity", "d": "2026-01-02T00:00:00.000000",
                    "e": "2026-01-02T02:00:00.000000Z", "f": str(uuid.UUID(int=5)), "g": "/srv/bot", "h": [1, 2],
                    "i": [1, 2], "j": "b'ab'", "k": "buy", "m": {"1": "x"}, "n": "2026-01-02", "o": 2 ** 70, "p": "?"}
        self.assertEqual({name: record[name] for name in expected}, expected)
        self.assertIn("RuntimeError", record["l"])

    def test_exceptions_keep_their_traceback_masked(self):
        try:
            raise RuntimeError("apiKey=kJ8sLq2vXz91")
        except RuntimeError as error:
            self.log.exception("system_error")
            self.log.error("system_error", exc_info=error)
        for record in self.records():
            self.assertEqual(record["level"], "error")
            self.assertEqual(record["exception_type"], "RuntimeError")
            self.assertEqual(record["exception_message"], "apiKey=***MASKED***")
            self.assertIn("test_logging.py", record["traceback"])
            self.assertNotIn("kJ8sLq2vXz91\n", record["traceback"] + "\n")

    def test_a_critical_event_is_out_of_the_process_when_the_call_returns(self):
        self.log.critical("circuit_breaker_tripped", reason="loss")
        self.assertEqual(self.spooled()[0]["level"], "critical")

    def test_a_record_that_cannot_be_made_does_not_cost_the_next(self):
        from daybook._pipes import pipe_to
        pipe_to(self.logs).append(object())
        self.log.info("x")
        self.assertEqual([r["event"] for r in self.records()], ["record_failed", "x"])


class HandlerByHand(LogsTest):
    """A handler that is added to a logger, without configure_logging, goes the short way by itself."""

    def setUp(self):
        super().setUp()
        self.log = logging.getLogger("hand.one")
        self.log.setLevel(logging.INFO)
        self.made = []
        make = logging.LogRecord.__init__

        def counted(record, *args, **kwargs):
            self.made.append(args)
            make(record, *args, **kwargs)

        logging.LogRecord.__init__ = counted
        self.addCleanup(setattr, logging.LogRecord, "__init__", make)

    def add(self, handler, log=None):
        (log or self.log).addHandler(handler)
        self.addCleanup((log or self.log).removeHandler, handler)
        return handler

    def seen(self):
        daybook.flush(10)
        return [(r["event"], r.get("message"), r.get("price")) for r in self.spooled()]

    def test_only_where_nobody_else_would_see_the_message(self):
        handler = self.add(daybook.DaybookHandler(self.logs))
        self.log.info("order_filled", extra={"price": "1.50"})
        logging.getLogger("hand.one.child").warning("below %s", "it")
        self.assertEqual(self.made, [])
        lines = []

        class Other(logging.Handler):
            def emit(self, record):
                lines.append(record.getMessage() + ":" + record.funcName)

        other = self.add(Other(), logging.getLogger())
        self.log.info("seen by both")
        self.assertEqual((len(self.made), lines), (1, ["seen by both:test_only_where_nobody_else_would_see_the_message"]))
        logging.getLogger().removeHandler(other)
        handler.addFilter(lambda record: "skip" not in record.getMessage())
        self.log.info("skip this")
        self.log.info("the last")
        self.assertEqual(len(self.made), 3)
        self.assertEqual(self.seen(), [("order_filled", None, "1.50"), ("terminal_output", "below it", None),
                                       ("terminal_output", "seen by both", None), ("terminal_output", "the last", None)])

    def test_its_own_level_and_the_loggers_hold(self):
        handler = self.add(daybook.TimedRotatingFileHandler(self.logs / "bot.log", "midnight"))
        handler.setLevel(logging.ERROR)
        self.log.warning("not enough")
        self.log.debug("far from it")
        self.log.error("enough")
        self.assertEqual((self.made, self.seen()), ([], [("terminal_output", "enough", None)]))

    def test_a_class_made_of_it_gets_records(self):
        class Own(daybook.DaybookHandler):
            def emit(self, record):
                record.msg = "own: " + record.msg
                super().emit(record)

        self.add(Own(self.logs))
        self.log.info("text")
        self.assertEqual(self.seen(), [("terminal_output", "own: text", None)])

    def test_without_a_handler_a_message_goes_where_logging_sends_it(self):
        handler = self.add(daybook.DaybookHandler(self.logs))
        self.log.removeHandler(handler)
        with self.assertLogs("hand.one", logging.INFO) as seen:
            self.log.info("for others")
        self.assertEqual((seen.output, self.seen()), (["INFO:hand.one:for others"], []))


class ShortWay(LogsTest):
    def setUp(self):
        super().setUp()
        self.early = logging.getLogger("made.before")
        daybook.configure_logging(self.logs, log_to_console=False)
        self.addCleanup(daybook.configure_logging, self.home / "other", log_to_console=False)

    def test_the_short_way_records_what_the_long_one_does(self):
        calls = [lambda log: log.info("sleeping %.1fs", 9.0), lambda log: log.warning("%(a)s orders", {"a": 3}),
                 lambda log: log.error("order_filled", extra={"fill_price": "150.24", "legs": [1]}),
                 lambda log: log.info('{"event": "x", "n": 1.50}'), lambda log: log.info(ValueError("x")),
                 lambda log: log.critical("state %s", {"n": 1})]
        plain = logging.Logger("fast.one", logging.INFO)
        plain.parent = logging.getLogger()
        short = logging.getLogger("fast.one")
        self.assertEqual(type(short).__name__, "FastLogger")
        for log in (plain, short):
            for call in calls:
                call(log)
        try:
            raise KeyError("x")
        except KeyError:
            short.exception("with a traceback")
        daybook.flush(10)
        records = [{k: v for k, v in r.items() if k != "timestamp"} for r in self.spooled()]
        self.assertEqual(records[:6], records[6:12])
        self.assertEqual(records[12]["exception_type"], "KeyError")

    def test_loggers_made_before_go_it_too(self):
        self.assertEqual(type(self.early).__name__, "FastLogger")
        self.early.info("seen")
        daybook.flush(10)
        self.assertEqual([r["message"] for r in self.spooled()], ["seen"])

    def test_a_factory_of_records_set_later_is_heard(self):
        made = []
        factory = logging.getLogRecordFactory()
        self.addCleanup(logging.setLogRecordFactory, factory)

        def own(*args, **kwargs):
            made.append(factory(*args, **kwargs))
            return made[-1]

        logging.setLogRecordFactory(own)
        logging.getLogger("fast.three").info("through the factory")
        self.assertEqual(len(made), 1)

    def test_functions_put_into_logging_are_heard(self):
        # As programs do that gather what goes wrong.
        for name in ("callHandlers", "handle", "makeRecord", "_log"):
            seen, function = [], getattr(logging.Logger, name)

            def own(*args, _function=function, _seen=seen, **kwargs):
                _seen.append(args)
                return _function(*args, **kwargs)

            setattr(logging.Logger, name, own)
            self.addCleanup(setattr, logging.Logger, name, function)
            logging.getLogger("fast.eight").info("through %s", name)
            setattr(logging.Logger, name, function)
            self.assertEqual(len(seen), 1, name)

    def test_a_message_that_cannot_be_made_does_not_raise(self):
        class Odd:
            def __str__(self):
                raise ValueError("odd")

        report, logging.raiseExceptions = logging.raiseExceptions, False
        self.addCleanup(setattr, logging, "raiseExceptions", report)
        logging.getLogger("fast.four").info(Odd())
        logging.getLogger("fast.four").info("still here")
        daybook.flush(10)
        self.assertIn("still here", [r.get("message") for r in self.spooled()])

    def test_file_and_line_are_still_there_for_other_handlers_unless_told_otherwise(self):
        lines = []

        class Other(logging.Handler):
            def emit(self, record):
                lines.append(record.lineno)

        log = logging.getLogger("fast.five")
        log.addHandler(Other())
        log.info("with a line")
        daybook.configure_logging(self.logs, log_to_console=False, fast=True)
        log.info("without")
        self.assertGreater(lines[0], 0)
        self.assertEqual(lines[1], 0)

    def test_levels_filters_and_other_handlers_hold(self):
        log = logging.getLogger("fast.two")
        log.debug("quiet now")
        seen = []

        class Other(logging.Handler):
            def emit(self, record):
                seen.append(record.getMessage())

        other = Other()
        log.addHandler(other)
        log.info("seen by both")
        log.removeHandler(other)
        log.addFilter(lambda record: "skip" not in record.getMessage())
        log.info("skip this")
        log.info("all is well")
        log.propagate = False
        log.info("goes nowhere")
        daybook.flush(10)
        self.assertEqual(seen, ["seen by both"])
        self.assertEqual([r["message"] for r in self.spooled()], ["seen by both", "all is well"])


class Handlers(LogsTest):
    def setUp(self):
        super().setUp()
        self.handler = daybook.DaybookHandler(self.logs)
        self.logger = logging.getLogger("bot.strategy")
        self.logger.setLevel(logging.DEBUG)
        self.logger.addHandler(self.handler)
        self.addCleanup(self.logger.removeHandler, self.handler)

    def records(self):
        self.assertTrue(daybook.flush(10))
        return self.spooled()

    def test_a_sentence_is_text_with_level_and_logger(self):
        self.logger.warning("rate limit hit, sleeping %.1fs", 9.0)
        record = self.records()[0]
        self.assertEqual((record["event"], record["level"], record["logger"], record["message"]),
                         ("terminal_output", "warning", "bot.strategy", "rate limit hit, sleeping 9.0s"))

    def test_a_word_with_extra_is_an_event(self):
        self.logger.info("order_filled", extra={"fill_price": "150.24", "order_id": "o-1"})
        record = self.records()[0]
        self.assertEqual((record["event"], record["event_type"], record["fill_price"]),
                         ("order_filled", "order_filled", "150.24"))

    def test_a_message_that_is_json_is_that_record_byte_for_byte(self):
        line = '{"amount": 150.10, "event": "order_submitted", "level": "info", "timestamp": "2026-01-01T00:00:00Z"}'
        self.logger.info(line)
        daybook.flush(10)
        (path,) = self.logs.glob("spool/*.jsonl")
        self.assertEqual(path.read_text(encoding="utf-8"), line + "\n")

    def test_json_with_a_secret_is_masked_also_in_a_name_that_comes_twice(self):
        self.logger.info('{"event": "x", "api_key": "kJ8sLq2vXz91", "api_key": "b", "level": "info"}')
        self.logger.info('{"event": "x", "note": "password=hunter2", "note": "fine"}')
        self.logger.info('{"event": "x", "api\\u005fkey": "kJ8sLq2vXz92"}')
        daybook.flush(10)
        text = "".join(path.read_text(encoding="utf-8") for path in self.logs.glob("spool/*.jsonl"))
        for secret in ("kJ8sLq2vXz91", "hunter2", "kJ8sLq2vXz92"):
            self.assertNotIn(secret, text)
        self.assertEqual(len(self.spooled()), 3)

    def test_json_too_deep_to_be_looked_at_is_not_kept_as_it_came(self):
        deep = '{"a":' * 100 + '{"pad":"' + "x" * 20_000 + '","api_key":"kJ8sLq2vXz91"}' + "}" * 100
        self.logger.info('{"event": "x", "level": "info", "deep": ' + deep + "}")
        daybook.flush(10)
        text = "".join(path.read_text(encoding="utf-8") for path in self.logs.glob("spool/*.jsonl"))
        self.assertNotIn("kJ8sLq2vXz91", text)
        self.assertEqual(self.spooled()[0]["event"], "x")

    def test_json_without_level_and_instant_gets_them(self):
        self.logger.error('{"event": "x", "n": 1.50}')
        daybook.flush(10)
        (path,) = self.logs.glob("spool/*.jsonl")
        text = path.read_text(encoding="utf-8")
        self.assertTrue(text.startswith('{"event": "x", "n": 1.50,"level":"error","timestamp":"'), text)

    def test_what_only_looks_like_json_is_text(self):
        for text in ("{not json}", "{}", "[1]", "{'a': 1}"):
            self.logger.info(text)
        self.assertEqual([r["message"] for r in self.records()], ["{not json}", "{}", "[1]", "{'a': 1}"])

    def test_arguments_that_change_afterwards_do_not_change_the_record(self):
        state = {"n": 1}
        self.logger.info("state is %s", state)
        state["n"] = 2
        self.assertEqual(self.records()[0]["message"], "state is {'n': 1}")

    def test_a_wrong_format_keeps_the_message(self):
        self.logger.info("%d orders", "x")
        self.assertIn("%d orders", self.records()[0]["message"])

    def test_a_traceback_comes_with_it(self):
        try:
            raise KeyError("fill_price")
        except KeyError:
            self.logger.exception("order failed")
        record = self.records()[0]
        self.assertEqual((record["message"], record["exception_type"]), ("order failed", "KeyError"))
        self.assertIn("Traceback", record["traceback"])

    def test_filters_and_formatters_of_a_class_of_their_own_hold(self):
        class Upper(logging.Formatter):
            def format(self, record):
                return super().format(record).upper()

        self.handler.setFormatter(Upper("%(message)s"))
        self.handler.addFilter(lambda record: "skip" not in record.getMessage())
        self.logger.info("hello there")
        self.logger.info("skip this")
        self.assertEqual([r["message"] for r in self.records()], ["HELLO THERE"])

    def test_the_drop_in_takes_the_arguments_of_its_namesake(self):
        handler = daybook.TimedRotatingFileHandler(
            filename=self.logs / "rustybt.log", when="midnight", interval=1, backupCount=2555, encoding="utf-8")
        self.assertEqual((handler.when, handler.interval, handler.backupCount), ("MIDNIGHT", 1, 2555))
        self.assertEqual(handler.baseFilename, str(self.logs / "rustybt.log"))
        self.assertEqual(handler.directory, str(self.logs))
        handler.handle(logging.makeLogRecord({"msg": "hello there", "levelno": 20, "levelname": "INFO"}))
        self.assertEqual(self.records()[0]["message"], "hello there")

    def test_logging_config_can_name_the_handler(self):
        import logging.config
        logging.config.dictConfig({
            "version": 1, "disable_existing_loggers": False,
            "handlers": {"book": {"class": "daybook.DaybookHandler", "directory": str(self.logs), "level": "INFO"}},
            "loggers": {"other": {"handlers": ["book"], "level": "DEBUG"}}})
        logging.getLogger("other").info("hello there")
        logging.getLogger("other").debug("quiet now")
        self.assertEqual([r["message"] for r in self.records()], ["hello there"])


if __name__ == "__main__":
    unittest.main()
