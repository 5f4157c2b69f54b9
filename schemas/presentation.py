"""The gate for presentations: it judges, and never rewrites.

    gate(document)

Each credential inside passes the gate for credentials with its own `@context`.
Specification: VCDM 2.0, section 4.13, or VCDM 1.1, section 4.10, by the first context.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from schemas.credential import CREDENTIAL, check_credential, check_proof_member, check_typed, version_of
from schemas.limits import DEFAULT, Limits
from schemas.problems import MALFORMED, NOT_PARSABLE, TOO_COMPLEX, ProblemError
from schemas.vcdm_shape import check_shape, child, refusal
from schemas.vcdm_values import check_party, check_types, check_url, objects

PRESENTATION: Final = "VerifiablePresentation"
ENVELOPED: Final = "EnvelopedVerifiablePresentation"
_ENVELOPES: Final = (
    "data:application/vp+jwt,",
    "data:application/vp+sd-jwt,",
    "data:application/vp+cose;base64,",
)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def gate(document: Any, *, limits: Limits = DEFAULT, tokens: bool = False) -> None:
    """Raise `ProblemError` unless `document` is a well-formed presentation; a proof is not demanded here.

    `tokens`: it is the claim `vp` of a token of VCDM 1.1 (section 6.3.1), where a credential may be a
    compact JWS as a text.
    NOT_PARSABLE, CONTEXT_UNKNOWN, SHAPE_NOT_ALLOWED, MALFORMED, PROOF_MISSING or TOO_COMPLEX, also
    for any credential inside.
    """
    if not isinstance(document, dict):
        raise ProblemError(NOT_PARSABLE.about("a presentation is a JSON object"))
    check_shape(document, limits)
    version = version_of(document, limits=limits)
    types = check_types(document.get("type"), "/type")
    if ENVELOPED in types:
        _check_enveloped(document)
        return
    check_types(document["type"], "/type", needed=PRESENTATION)
    if CREDENTIAL in types:
        raise refusal(MALFORMED, "/type", "a presentation and a credential at once")
    if "id" in document:
        check_url(document["id"], "/id")
    if "holder" in document:
        check_party(document["holder"], "/holder")
    if "verifiableCredential" in document:
        _check_credentials(document["verifiableCredential"], limits, tokens=tokens)
    check_typed(document, "", version)
    check_proof_member(document, "")


def _check_enveloped(document: Mapping[str, Any]) -> None:
    identifier = document.get("id")
    if not isinstance(identifier, str) or not identifier.startswith(_ENVELOPES):
        raise refusal(MALFORMED, "/id", "not a data URL of a secured presentation")
    if document.keys() - {"@context", "id", "type"}:
        raise refusal(MALFORMED, "", "something stands beside the secured presentation")


def _check_credentials(value: Any, limits: Limits, *, tokens: bool) -> None:
    """Let each credential pass the gate; another presentation is none, nor is a bare token but where `tokens` says."""
    entries = value if isinstance(value, list) else [value]
    others = [entry for entry in entries if not (tokens and _is_token(entry))]
    bare = len(entries) - len(others)
    # Where there are no tokens the value is judged as it stands, so that a pointer leads to the place itself.
    found = objects(others if bare else value, child("", "verifiableCredential"))
    if len(found) + bare > limits.credentials_per_presentation:
        raise refusal(
            TOO_COMPLEX, "/verifiableCredential", f"more than {limits.credentials_per_presentation} credentials"
        )
    for place, entry in found:
        check_credential(entry, place, limits)


def _is_token(entry: Any) -> bool:
    return isinstance(entry, str) and _TOKEN.fullmatch(entry) is not None
