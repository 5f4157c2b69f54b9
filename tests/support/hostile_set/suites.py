"""The kinds of key and the suites of Data Integrity that each goes with."""

from __future__ import annotations

from typing import Final

Suites = tuple[tuple[str, str], ...]

SUITES: Final[Suites] = (
    ("Ed25519", "eddsa-rdfc-2022"),
    ("Ed25519", "eddsa-jcs-2022"),
    ("P-256", "ecdsa-rdfc-2019"),
    ("P-256", "ecdsa-jcs-2019"),
    ("P-384", "ecdsa-rdfc-2019"),
    ("P-384", "ecdsa-jcs-2019"),
    ("Ed25519", "Ed25519Signature2020"),
    ("Ed25519", "eddsa-2022"),
)
PRESENTED: Final = SUITES[:5]
USUAL: Final = SUITES[:3]
WIDE: Final[Suites] = (
    ("Ed25519", "eddsa-rdfc-2022"),
    ("P-256", "ecdsa-rdfc-2019"),
    ("P-384", "ecdsa-rdfc-2019"),
    ("Ed25519", "eddsa-jcs-2022"),
)
