# SPDX-License-Identifier: Apache-2.0
"""structlog, where it is installed: our configuration, RustyBT's own, and a processor in a chain."""

import json
import logging
import unittest
from decimal import Decimal

import daybook

from .support import LogsTest

try:
    import structlog
except ImportError:
    structlog = None


@unittest.skipIf(structlog is None, "structlog is not installed")
class Structlog(LogsTest):
    def records(self):
        self.assertTrue(daybook.flush(10))
        return self.spooled()

    def test_loggers_of_modules_go_into_the_book(self):
        before = structlog.get_logger("rustybt.live.engine")
        daybook.configure_logging(self.logs, log_to_console=False)
        before.info("order_submitted", event_type="order_submitted", order_id="o-1", amount=Decimal("10.50"),
                    api_key="abc", nested={"Secret-Key": "x"})
        daybook.get_logger("desk").bind(strategy="momo").warning("rate_limited", wait=1.5)
        first, second = self.records()
        self.assertEqual(
            {k: v for k, v in first.items() if k != "timestamp"},
            {"event": "order_submitted", "event_type": "order_submitted", "level": "info",
             "logger": "rustybt.live.engine", "order_id": "o-1", "amount": "10.50", "api_key": "***MASKED***",
             "nested": {"Secret-Key": "***MASKED***"}})
        self.assertEqual((second["strategy"], second["level"]), ("momo", "warning"))

    def test_context_variables_and_exceptions_come_with_it(self):
        daybook.configure_logging(self.logs, log_to_console=False)
        structlog.contextvars.bind_contextvars(run="r-1")
        self.addCleanup(structlog.contextvars.clear_contextvars)
        try:
            raise RuntimeError("secret=hunter2x")
        except RuntimeError:
            structlog.get_logger().exception("system_error")
            structlog.get_logger().error("system_error", exc_info=True)
        for record in self.records():
            self.assertEqual((record["run"], record["level"], record["exception_type"]), ("r-1", "error", "RuntimeError"))
            self.assertEqual(record["exception_message"], "secret=***MASKED***")

    def test_loggers_of_structlog_keep_their_ways(self):
        daybook.configure_logging(self.logs, log_to_console=False)
        log = structlog.get_logger().bind(strategy="momo")
        with structlog.testing.capture_logs() as seen:
            log.info("captured", n=1)
        self.assertEqual(seen, [{"strategy": "momo", "event": "captured", "n": 1, "log_level": "info"}])
        log.unbind("strategy").info("%d orders", 3)
        log.debug("quiet")
        log.log(30, "numbered")
        first, second = self.records()
        self.assertEqual((first["event"], first["level"], first.get("strategy")), ("3 orders", "info", None))
        self.assertEqual((second["event"], second["level"], second["strategy"]), ("numbered", "warning", "momo"))

    def test_rustybts_own_configuration_with_one_import_changed(self):
        # What rustybt.utils.logging does, with `from daybook import TimedRotatingFileHandler, mask_sensitive_data`.
        handler = daybook.TimedRotatingFileHandler(filename=self.logs / "rustybt.log", when="midnight", interval=1,
                                                   backupCount=30, encoding="utf-8")
        logging.basicConfig(format="%(message)s", level=logging.INFO, handlers=[handler], force=True)
        structlog.configure(
            processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
                        structlog.processors.TimeStamper(fmt="iso", utc=True), daybook.mask_sensitive_data,
                        structlog.processors.JSONRenderer()],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO), context_class=dict,
            logger_factory=structlog.stdlib.LoggerFactory(), cache_logger_on_first_use=False)
        structlog.get_logger("engine").info("order_filled", event_type="order_filled", fill_price="150.24", token="x1Y2")
        logging.getLogger("ccxt").warning("GET https://x/api?signature=abcdef123 failed")
        first, second = self.records()
        self.assertEqual((first["event"], first["fill_price"], first["token"], first["level"]),
                         ("order_filled", "150.24", "***MASKED***", "info"))
        self.assertEqual(second["event"], "terminal_output")
        self.assertNotIn("abcdef123", json.dumps(second))

    def test_a_processor_records_and_passes_on(self):
        seen = []
        structlog.configure(processors=[structlog.processors.add_log_level, daybook.DaybookProcessor(self.logs),
                                        lambda logger, name, event: seen.append(event) or "shown"],
                            logger_factory=structlog.ReturnLoggerFactory())
        structlog.get_logger().info("order_filled", fill_price="1.5")
        self.assertEqual(self.records()[0]["fill_price"], "1.5")
        self.assertEqual(seen, [{"event": "order_filled", "fill_price": "1.5", "level": "info"}])

    def test_a_renderer_ends_a_chain(self):
        structlog.configure(processors=[daybook.DaybookRenderer(self.logs)], logger_factory=structlog.PrintLoggerFactory())
        structlog.get_logger().info("order_filled", fill_price="1.5")
        self.assertEqual(self.records()[0]["event"], "order_filled")

    def test_a_formatter_of_structlog_for_logging_is_taken_as_the_event(self):
        handler = daybook.DaybookHandler(self.logs)
        logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
        structlog.configure(processors=[structlog.stdlib.add_log_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
                            logger_factory=structlog.stdlib.LoggerFactory(),
                            wrapper_class=structlog.stdlib.BoundLogger)
        structlog.get_logger("x").info("order_filled", fill_price="1.5")
        record = self.records()[0]
        self.assertEqual((record["event"], record["fill_price"]), ("order_filled", "1.5"))


if __name__ == "__main__":
    unittest.main()
