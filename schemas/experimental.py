"""The names of the cryptosuites that are off unless an operator switches them on."""

from __future__ import annotations

from typing import Final

BBS_2023: Final = "bbs-2023"
SUITES: Final = (BBS_2023,)
