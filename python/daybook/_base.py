# SPDX-License-Identifier: Apache-2.0
"""What the parts of the scanner know of each other; see _scanner."""

from typing import Optional, Tuple

from ._names import NameJudge, UserRules
from ._text import Text


class ScannerBase:
    """State of one pass over one text, and the calls from part to part."""

    rules: UserRules
    names: NameJudge
    text: Text
    t: bytes
    n: int
    quiet_end: int
    previous: Tuple[int, int]
    login_call: Optional[bool]
    fix_logon: Optional[bool]
    bare_run: Tuple[int, int]
    block_end: Tuple[int, int]
    pair_end: int
    list_end: int
    list_kind: str
    open_block_texts: int

    def add(self, start: int, end: int, rule: str, quote: bytes = b"") -> None:
        raise NotImplementedError

    def kind_of(self, start: int, end: int) -> str:
        """The verdict on the name between two places."""
        return self.names.kind(self.t[start:end])

    def fix_tag(self, start: int, end: int, is_colon: bool) -> Optional[int]:
        raise NotImplementedError

    def announced_seed(self, start: int) -> Optional[int]:
        raise NotImplementedError
