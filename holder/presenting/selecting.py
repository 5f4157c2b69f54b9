"""Show a part of a credential that was signed statement by statement (ecdsa-sd-2023).

    pointers_of(credential)                                                     # what can be named
    present_selected(credential, ["/credentialSubject/verifiableCredential/2"], converter=converter)

What the issuer made mandatory is always shown; everything else only where a JSON pointer (RFC 6901)
leads. A number in a pointer is a place in a list, so that one course of a record can be shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from holder.presenting.disclosing import Part, in_a_line
from proofs import ecdsa_sd_2023
from proofs.jsonld import Converter
from schemas import credential as credentials
from schemas import strict_json
from schemas.problems import MALFORMED, ProblemError

_NOT_NAMED: Final = frozenset({"@context", "proof"})


def read_base(raw: bytes) -> Mapping[str, Any]:
    """Return the credential in a file; raise `ProblemError` for what is none."""
    document = strict_json.loads(raw)
    credentials.gate(document)
    found: Mapping[str, Any] = document
    return found


def pointers_of(credential: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return each place that can be named, in the order of the document, with what it says in a line."""
    members = {name: value for name, value in credential.items() if name not in _NOT_NAMED}
    return tuple(_parts(members, ""))


def present_selected(credential: Mapping[str, Any], pointers: Sequence[str], *, converter: Converter) -> str:
    """Return the credential that shows these places, as one line of JSON.

    Raises `ProblemError` MALFORMED: a pointer that leads nowhere, or no base proof.
    """
    named = [pointer if pointer.startswith("/") else f"/{pointer}" for pointer in pointers]
    if any(pointer.split("/")[1] in _NOT_NAMED for pointer in named):
        raise ProblemError(MALFORMED.about("a pointer leads to what the document says, not to its proof"))
    shown = ecdsa_sd_2023.derive(credential, selective=named, converter=converter)
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _parts(value: Any, pointer: str) -> Iterator[Part]:
    """Yield what is below a place, objects and lists before what they hold."""
    if isinstance(value, Mapping):
        below = [(name.replace("~", "~0").replace("/", "~1"), inner) for name, inner in value.items()]
    else:
        below = [(str(place), inner) for place, inner in enumerate(value)] if isinstance(value, list) else []
    for step, inner in below:
        path = f"{pointer}/{step}"
        yield Part(path, in_a_line(inner))
        yield from _parts(inner, path)
