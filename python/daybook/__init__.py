# SPDX-License-Identifier: Apache-2.0
"""Daybook for Python: audit logging for trading programs.

    from daybook import configure_logging, get_logger

    configure_logging(log_dir="logs")
    log = get_logger(__name__)
    log.info("order_submitted", order_id="order-00000001", asset="AAPL", limit_price="150.25")

Records are masked, go to the daemon of the directory (`daybook serve`) from a thread behind, and wait in
logs/spool while nobody listens. docs/guides/python.md has the rest.
"""

from ._logging import (BoundLogger, close_logging, configure_logging, flush, get_logger, pending, record)
from ._masks import mask, mask_sensitive_data
from ._names import RulesError
from ._pipe import Pending, QueueFull
from ._run import Drained, drain, run
from ._structlog import DaybookProcessor, DaybookRenderer
from .handlers import DaybookHandler, TimedRotatingFileHandler

__version__ = "0.1.0"

__all__ = [
    "BoundLogger", "DaybookHandler", "DaybookProcessor", "DaybookRenderer", "Drained", "Pending", "QueueFull",
    "RulesError", "TimedRotatingFileHandler", "close_logging", "configure_logging", "drain", "flush", "get_logger",
    "mask", "mask_sensitive_data", "pending", "record", "run",
]
