"""The gate for presentations: it judges, and never rewrites.

    gate(document)

Each credential inside passes the gate for credentials with its own `@context`.
Specification: VCDM 2.0, section 4.13, or VCDM 1.1, section 4.10, by the first context.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from schemas.credential import check_credential, check_proof_member, version_of
from schemas.limits import DEFAULT, Limits
from schemas.problems import MALFORMED, NOT_PARSABLE, TOO_COMPLEX, ProblemError
from schemas.vcdm_shape import check_shape, child, refusal
from schemas.vcdm_values import check_party, check_types, check_url, objects

PRESENTATION: Final = "VerifiablePresentation"
ENVELOPED: Final = "EnvelopedVerifiablePresentation"
_ENVELOPES: Final = ("data:application/vp+jwt,", "data:application/vp+sd-jwt,")


def gate(document: Any, *, limits: Limits = DEFAULT) -> None:
    """Raise `ProblemError` unless `document` is a well-formed presentation; a proof is not demanded here.

    NOT_PARSABLE, CONTEXT_UNKNOWN, SHAPE_NOT_ALLOWED, MALFORMED, PROOF_MISSING or TOO_COMPLEX, also
    for any credential inside.
    """
    if not isinstance(document, dict):
        raise ProblemError(NOT_PARSABLE.about("a presentation is a JSON object"))
    check_shape(document)
    version_of(document)
    types = check_types(document.get("type"), "/type")
    if ENVELOPED in types:
        _check_enveloped(document)
        return
    check_types(document["type"], "/type", needed=PRESENTATION)
    if "id" in document:
        check_url(document["id"], "/id")
    if "holder" in document:
        check_party(document["holder"], "/holder")
    if "verifiableCredential" in document:
        _check_credentials(document["verifiableCredential"], limits)
    check_proof_member(document, "")


def _check_enveloped(document: Mapping[str, Any]) -> None:
    identifier = document.get("id")
    if not isinstance(identifier, str) or not identifier.startswith(_ENVELOPES):
        raise refusal(MALFORMED, "/id", "not a data URL of a secured presentation")
    if document.keys() - {"@context", "id", "type"}:
        raise refusal(MALFORMED, "", "something stands beside the secured presentation")


def _check_credentials(value: Any, limits: Limits) -> None:
    """Let each credential pass the gate; a bare token or another presentation is none."""
    found = objects(value, child("", "verifiableCredential"))
    if len(found) > limits.credentials_per_presentation:
        raise refusal(
            TOO_COMPLEX, "/verifiableCredential", f"more than {limits.credentials_per_presentation} credentials"
        )
    for place, entry in found:
        check_credential(entry, place, limits)
