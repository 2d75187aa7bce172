# SPDX-License-Identifier: Apache-2.0
"""Daybook for Python: audit logging for trading programs."""

from ._masks import mask, mask_sensitive_data
from ._names import RulesError

__all__ = ["RulesError", "mask", "mask_sensitive_data"]
