"""What of a document can be shown in part, and the presentation that shows it (R40, R103).

    parts_of(token)                                       # /terms/0/courses/1, /study/degree, …
    present_parts(token, ["/study/degree"], now=now)      # a presentation that anybody can verify

A document that is bound to a key is shown only with the answer of that key to the recipient's
question, never without: a presentation that every verifier refuses must not leave the house.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from keys.jwk import public_key_to_jwk
from keys.store import Signer
from proofs import sd_jwt_vc
from schemas.problems import CHALLENGE_WRONG, HOLDER_MISMATCH, NOT_FOUND, ProblemError

_LONGEST: Final = 100
_DIGITS: Final = 6
_TELLING: Final = ("code", "title", "name", "grade", "value", "scale", "conferred_on")


@dataclass(frozen=True, slots=True)
class Part:
    """One part that can be withheld: its JSON pointer (RFC 6901) and what it says, in a line."""

    path: str
    says: str


@dataclass(frozen=True, slots=True)
class Answering:
    """The recipient's question and the holder's key that answers it."""

    audience: str
    nonce: str
    signer: Signer


def parts_of(token: str) -> tuple[Part, ...]:
    """Return each part that can be withheld, sorted by path.

    Raises `ProblemError` when this is no token with disclosures.
    """
    claims, places = sd_jwt_vc.contents(token)
    parts = [Part(place.pointer, in_a_line(_at(claims, place.pointer))) for place in places]
    return tuple(sorted(parts, key=_in_order))


def present_parts(token: str, paths: Sequence[str], *, now: datetime, answering: Answering | None = None) -> str:
    """Return a presentation of these parts, each with what holds it; `PATH/**` shows all below.

    Raises `ProblemError`: `NOT_FOUND` for a path at which nothing can be disclosed,
    `HOLDER_MISMATCH` unless the key that the document names answers, and no other,
    `CHALLENGE_WRONG` without a question.
    """
    claims, _ = sd_jwt_vc.contents(token)
    _require_holder(claims, answering)
    pointers = [path if path.startswith("/") else f"/{path}" for path in paths]
    try:
        if answering is None:
            return sd_jwt_vc.present(token, disclose=pointers, now=now)
        return sd_jwt_vc.present(
            token,
            disclose=pointers,
            now=now,
            holder=answering.signer,
            audience=answering.audience,
            nonce=answering.nonce,
        )
    except ValueError as error:
        raise ProblemError(NOT_FOUND.about(str(error))) from None


def in_a_line(value: Any) -> str:
    """Return what a part says in one line of printable text, for people."""
    if isinstance(value, Mapping):
        said = [str(value[name]) for name in _TELLING if isinstance(value.get(name), str)]
        text = " ".join(said) or ", ".join(map(str, value))
    elif isinstance(value, list):
        text = f"{len(value)} × {in_a_line(value[0])} …" if value else "0"
    else:
        text = value if isinstance(value, str) else json.dumps(value)
    printable = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return printable if len(printable) <= _LONGEST else f"{printable[: _LONGEST - 1]}…"


def _in_order(part: Part) -> list[str]:
    """Return what sorts parts by their paths, the tenth course after the ninth."""
    return [step.zfill(_DIGITS) if step.isdigit() else step for step in part.path.split("/")]


def _require_holder(claims: Mapping[str, Any], answering: Answering | None) -> None:
    bound = claims.get("cnf")
    if answering is None:
        if bound is not None:
            raise ProblemError(HOLDER_MISMATCH.about("this document is bound to a key, which must answer"))
        return
    if not (answering.audience and answering.nonce):
        raise ProblemError(CHALLENGE_WRONG.about("a key answers an audience and a nonce"))
    named = bound.get("jwk") if isinstance(bound, Mapping) else None
    own = public_key_to_jwk(answering.signer.public_key)
    if not isinstance(named, Mapping) or any(named.get(member) != value for member, value in own.items()):
        raise ProblemError(HOLDER_MISMATCH.about("this document is not bound to this key"))


def _at(claims: Any, pointer: str) -> Any:
    """Return the value at a pointer that `contents` gave."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        claims = claims[int(name)] if isinstance(claims, list) else claims[name]
    return claims
