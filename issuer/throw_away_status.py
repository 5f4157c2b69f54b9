"""Status lists of the throw-away issuer: a place on a list of its own key, on which nothing is ever set.

wish = read_status_wish(options)                     # statusPurpose, statusSize, statusMessage, statusReference
entry = new_entry(wish, key="z6Mk…", address="https://localhost:8443/vc-api")
purpose, size = parse_name("message2-z6Mk…", key)    # what a list at that address has to be
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from proofs.bitstring_status_list import ENTRIES, entry_object, read_entry
from schemas.problems import MALFORMED, ProblemError

PURPOSES: Final = ("revocation", "suspension", "message")
OPTIONS: Final = frozenset({"statusPurpose", "statusSize", "statusMessage", "statusReference"})
_NAME: Final = re.compile(r"([a-z]+)([2-9]|1[0-6])?-([A-Za-z0-9]+)")


@dataclass(frozen=True, slots=True)
class StatusWish:
    """What the entry of a credential is to say (Bitstring Status List, section 2.1)."""

    purpose: str
    size: int = 1
    more: Mapping[str, Any] | None = None
    """`statusMessage` and `statusReference`, as they were sent."""


def read_status_wish(options: Mapping[str, Any]) -> StatusWish | None:
    """Return what a request wants of the status, None when it names no purpose; raise MALFORMED."""
    purpose = options.get("statusPurpose")
    named = sorted(OPTIONS & options.keys())
    if not named:
        return None
    if not isinstance(purpose, str) or purpose not in PURPOSES:
        raise ProblemError(MALFORMED.about(f"options.statusPurpose is {', '.join(PURPOSES)}, or absent with the rest"))
    size = options.get("statusSize", 1)
    if type(size) is not int or (purpose == "message" and "statusMessage" not in options):
        raise ProblemError(MALFORMED.about("options.statusSize is a number, and a message needs its texts"))
    more = {name: options[name] for name in ("statusMessage", "statusReference") if name in options}
    wish = StatusWish(purpose, size, more)
    try:
        new_entry(wish, "key", "https://localhost")  # what cannot be read is not written
    except ProblemError as error:
        raise ProblemError(MALFORMED.about(f"options: {error.problem.detail}")) from None
    return wish


def new_entry(wish: StatusWish, key: str, address: str) -> dict[str, Any]:
    """Return an entry at a random place of the list of this purpose and size."""
    size = f"{wish.size}" if wish.size != 1 else ""
    url, index = f"{address}/status/{wish.purpose}{size}-{key}", secrets.randbelow(ENTRIES)
    entry = entry_object(url, index, wish.purpose) | dict(wish.more or {})
    if wish.size != 1:
        entry["statusSize"] = wish.size
    read_entry(entry)
    return entry


def parse_name(name: str, key: str) -> tuple[str, int] | None:
    """Return purpose and bits of an entry of the list called `name`, None when it is none of this key."""
    found = _NAME.fullmatch(name)
    if found is None or found[1] not in PURPOSES or found[3] != key:
        return None
    return found[1], int(found[2] or 1)
