"""Single values of the Verifiable Credentials Data Model: addresses, types, dates, texts.

Each function raises `ProblemError(MALFORMED)` with the pointer of the place.
Specification: VCDM 2.0, sections 4.4, 4.5, 4.9 and 11.1; VCDM 1.1, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schemas.moments import moment
from schemas.problems import MALFORMED, SHAPE_NOT_ALLOWED
from schemas.vcdm_shape import child, refusal

_is_url = re.compile(r'[A-Za-z][A-Za-z0-9+\-.]*:[^\x00-\x20\x7f<>"{}|^`\\]+').fullmatch
_is_did = re.compile(r"did:[a-z0-9]+:(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})").fullmatch
_is_https = re.compile(r'(?:https://|urn:)[^\x00-\x20\x7f<>"{}|^`\\#]+').fullmatch
_is_language = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*").fullmatch


def check_url(value: Any, pointer: str) -> None:
    """Demand an absolute URL."""
    if not isinstance(value, str) or not _is_url(value):
        raise refusal(MALFORMED, pointer, "not an absolute URL")


def check_party(value: Any, pointer: str) -> None:
    """Demand the URL of an issuer or holder, or an object with it: a DID, an https address or a URN.

    A fragment names a key or a part, never a party.
    """
    name, place = (value.get("id"), child(pointer, "id")) if isinstance(value, Mapping) else (value, pointer)
    if not isinstance(name, str) or not (_is_did(name) or _is_https(name)):
        raise refusal(MALFORMED, place, "not the address of an issuer or holder")


def check_types(value: Any, pointer: str, *, needed: str | None = None) -> tuple[str, ...]:
    """Return `type` as a tuple of different texts, at least one, with `needed` among them."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise refusal(MALFORMED, pointer, "no type, or one that is not a text")
    if len(set(names)) != len(names):
        raise refusal(SHAPE_NOT_ALLOWED, pointer, "a type is named twice")
    if needed is not None and needed not in names:
        raise refusal(MALFORMED, pointer, f"the type {needed} is missing")
    return tuple(names)


def check_moment(value: Any, pointer: str, *, offset_required: bool) -> datetime:
    """Return a date and time."""
    try:
        return moment(value, offset_required=offset_required)
    except ValueError as error:
        raise refusal(MALFORMED, pointer, str(error)) from None


def check_text(value: Any, pointer: str) -> None:
    """Demand a text, a text with its language, or a list of the latter (VCDM 2.0 section 11.1)."""
    if isinstance(value, str):
        return
    for item in value if isinstance(value, list) and value else [value]:
        if not isinstance(item, Mapping) or not isinstance(item.get("@value"), str):
            raise refusal(MALFORMED, pointer, "neither a text nor a text with its language")
        language = item.get("@language", "und")
        if not isinstance(language, str) or not _is_language(language):
            raise refusal(MALFORMED, child(pointer, "@language"), "not a language tag")
        if item.get("@direction", "ltr") not in ("ltr", "rtl"):
            raise refusal(MALFORMED, child(pointer, "@direction"), "not a text direction")


def objects(value: Any, pointer: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Return one object, or each of a list of them, with its pointer; empty objects are refused."""
    items = value if isinstance(value, list) else [value]
    found = []
    for index, item in enumerate(items):
        place = f"{pointer}/{index}" if isinstance(value, list) else pointer
        if not isinstance(item, Mapping) or not item:
            raise refusal(MALFORMED, place, "not an object with content")
        found.append((place, item))
    return found
