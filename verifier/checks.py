"""What is asked of a credential once its signatures held, in order: cheap and offline first.

Each check takes the document and the evidence, and returns an answer or raises a `ProblemError`
whose catalogue entry says whether that is a no or a "could not check" (architecture section 6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from schemas.credential import V2
from schemas.vcdm_shape import contexts_of
from verifier.contents import contents, related, schema
from verifier.dates import validity
from verifier.document import Answered, Document
from verifier.evidence import Evidence
from verifier.identity import binding, issuer
from verifier.reading import types_of
from verifier.status_check import status

Check = Callable[[Document, Evidence], Answered]

CHECKS: Final[Mapping[str, Check]] = {
    "binding": binding,
    "validity": validity,
    "status": status,
    "issuer": issuer,
    "schema": schema,
}
IN_ORDER: Final = ("structure", "signature", *CHECKS)
"""Every check of a credential; `structure` and `signature` stop the rest."""


def _is_of_2_0(document: Document) -> bool:
    """Is it of VCDM 2.0? What an older credential calls by a name of that model is its own affair."""
    return V2 in contexts_of(document.claims)


EXTRA: Final[Mapping[str, tuple[Callable[[Document], bool], Check]]] = {
    "related": (lambda document: "relatedResource" in document.claims and _is_of_2_0(document), related),
    "contents": (lambda document: "ClrCredential" in types_of(document.claims), contents),
}
"""Checks of what only some credentials have: their name, which credentials have it, the check."""
