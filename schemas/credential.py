"""The gate for credentials: it judges a signed document and never rewrites it.

    gate(document)      # raises ProblemError, or the document may go on as received

What is asked here needs no context: the one shape (`vcdm_shape`) and the rules of the data models
about what must be there and what form it has. Whether each term is defined is for the converter.
Specification: VCDM 2.0, section 4, or VCDM 1.1, sections 4 and 5, by the first context; CLR 2.0 for
credentials inside a subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from schemas.limits import DEFAULT, Limits
from schemas.problems import (
    CONTEXT_UNKNOWN,
    MALFORMED,
    NOT_PARSABLE,
    PROOF_MISSING,
    TERM_UNDEFINED,
    TOO_COMPLEX,
    ProblemError,
)
from schemas.vcdm_shape import check_contexts, check_shape, child, contexts_of, refusal
from schemas.vcdm_values import check_moment, check_party, check_text, check_types, check_url, objects

V1: Final = "https://www.w3.org/2018/credentials/v1"
V2: Final = "https://www.w3.org/ns/credentials/v2"
CREDENTIAL: Final = "VerifiableCredential"
ENVELOPED: Final = "EnvelopedVerifiableCredential"

_TYPED: Final = ("credentialStatus", "termsOfUse", "evidence", "refreshService", "renderMethod", "confidenceMethod")
_ENVELOPES: Final = (
    "data:application/vc+jwt,",
    "data:application/vc+sd-jwt,",
    "data:application/dc+sd-jwt,",
    "data:application/vc+cose;base64,",
)
_OLD_DATES: Final = ("issuanceDate", "expirationDate")


def gate(document: Any, *, limits: Limits = DEFAULT) -> None:
    """Raise `ProblemError` unless `document` is a well-formed credential of VCDM 2.0 or 1.1.

    NOT_PARSABLE (no object), CONTEXT_UNKNOWN, SHAPE_NOT_ALLOWED, MALFORMED, TERM_UNDEFINED (a
    member of the other version), PROOF_MISSING (a proof that is none) or TOO_COMPLEX. A credential
    without a proof passes: whether one is needed is for the caller to say.
    """
    if not isinstance(document, dict):
        raise ProblemError(NOT_PARSABLE.about("a credential is a JSON object"))
    check_shape(document, limits)
    check_credential(document, "", limits)


def check_credential(document: Mapping[str, Any], pointer: str, limits: Limits) -> None:
    """Apply the rules of the data model to a credential at `pointer`; its shape has been checked."""
    version = version_of(document, pointer, limits)
    types = check_types(document.get("type"), child(pointer, "type"))
    if ENVELOPED in types:
        check_enveloped(document, pointer)
        return
    check_types(document["type"], child(pointer, "type"), needed=CREDENTIAL)
    if "id" in document:
        check_url(document["id"], child(pointer, "id"))
    check_party(document.get("issuer"), child(pointer, "issuer"))
    _check_dates(document, pointer, version)
    _check_subjects(document, pointer, limits)
    check_typed(document, pointer, version)
    if version == V2:
        _check_texts(document, pointer)
        _check_related(document, pointer)
    check_proof_member(document, pointer)


def version_of(document: Mapping[str, Any], pointer: str = "", limits: Limits = DEFAULT) -> str:
    """Return the first context, which says which data model holds: `V1` or `V2`."""
    place = child(pointer, "@context")
    if "@context" not in document:
        raise refusal(CONTEXT_UNKNOWN, place, "a document without @context")
    contexts = check_contexts(contexts_of(document), place, inline=limits.inline_contexts)
    if contexts[0] not in {V1, V2} or {V1, V2} <= set(contexts):
        raise refusal(CONTEXT_UNKNOWN, place, "the first context is not that of the data model")
    return contexts[0]


def check_enveloped(document: Mapping[str, Any], pointer: str) -> None:
    """Demand a data URL with a secured credential and nothing beside it (VCDM 2.0 section 4.13)."""
    identifier = document.get("id")
    if not isinstance(identifier, str) or not identifier.startswith(_ENVELOPES):
        raise refusal(MALFORMED, child(pointer, "id"), "not a data URL of a secured credential")
    if document.keys() - {"@context", "id", "type"}:
        raise refusal(MALFORMED, pointer, "something stands beside the secured credential")


def check_proof_member(document: Mapping[str, Any], pointer: str) -> None:
    """Refuse a `proof` that is none: null, a text, an empty list, a list of lists (threats.md B03)."""
    if "proof" not in document:
        return
    proof = document["proof"]
    proofs = proof if isinstance(proof, list) else [proof]
    if not proofs or not all(isinstance(item, Mapping) and item for item in proofs):
        raise refusal(PROOF_MISSING, child(pointer, "proof"), "not a proof")


def _check_dates(document: Mapping[str, Any], pointer: str, version: str) -> None:
    """Check from when and until when (VCDM 2.0 section 4.9; VCDM 1.1 sections 4.6 and 4.8)."""
    old = version == V1
    first, last = _OLD_DATES if old else ("validFrom", "validUntil")
    if old and first not in document:
        raise refusal(MALFORMED, child(pointer, first), "missing")
    for name in () if old else _OLD_DATES:
        if name in document:
            raise refusal(TERM_UNDEFINED, child(pointer, name), "belongs to the data model before this one")
    moments = {
        name: check_moment(document[name], child(pointer, name), offset_required=not old)
        for name in (first, last)
        if name in document
    }
    if len(moments) == 2 and moments[first] > moments[last]:  # noqa: PLR2004 (both)
        raise refusal(MALFORMED, child(pointer, last), f"before {first}")


def _check_subjects(document: Mapping[str, Any], pointer: str, limits: Limits) -> None:
    """Check who or what the claims are about (section 4.8), and credentials among the claims (CLR 2.0)."""
    place = child(pointer, "credentialSubject")
    subjects = objects(document.get("credentialSubject"), place)
    if not subjects:
        raise refusal(MALFORMED, place, "empty")
    for at, subject in subjects:
        if "id" in subject:
            check_url(subject["id"], child(at, "id"))
        if "verifiableCredential" in subject:
            _check_children(subject["verifiableCredential"], child(at, "verifiableCredential"), limits)


def _check_children(value: Any, pointer: str, limits: Limits) -> None:
    """Let each credential inside a subject pass the whole gate."""
    children = objects(value, pointer)
    if len(children) > limits.clr_children:
        raise refusal(TOO_COMPLEX, pointer, f"more than {limits.clr_children} credentials inside")
    for place, entry in children:
        check_credential(entry, place, limits)


def check_typed(document: Mapping[str, Any], pointer: str, version: str) -> None:
    """Check members whose objects say by their type what they are (sections 4.5, 4.10 to 4.12 and 5)."""
    for name in _TYPED:
        if name not in document:
            continue
        for place, item in objects(document[name], child(pointer, name)):
            check_types(item.get("type"), child(place, "type"))
            if "id" in item or (version == V1 and name in {"credentialStatus", "refreshService"}):
                check_url(item.get("id"), child(place, "id"))
    _check_schemas(document, pointer)


def _check_schemas(document: Mapping[str, Any], pointer: str) -> None:
    """Check `credentialSchema`: type and id (section 4.11)."""
    if "credentialSchema" not in document:
        return
    for place, item in objects(document["credentialSchema"], child(pointer, "credentialSchema")):
        check_types(item.get("type"), child(place, "type"))
        check_url(item.get("id"), child(place, "id"))


def _check_texts(document: Mapping[str, Any], pointer: str) -> None:
    """Check `name` and `description` of the credential and of its issuer (section 4.6)."""
    issuer = document["issuer"]
    parts = [(pointer, document)]
    if isinstance(issuer, Mapping):
        parts.append((child(pointer, "issuer"), issuer))
    for place, part in parts:
        for name in ("name", "description"):
            if name in part:
                check_text(part[name], child(place, name))


def _check_related(document: Mapping[str, Any], pointer: str) -> None:
    """Check `relatedResource`: an address once, with one digest or more (section 5.3)."""
    if "relatedResource" not in document:
        return
    seen = set()
    for place, item in objects(document["relatedResource"], child(pointer, "relatedResource")):
        check_url(item.get("id"), child(place, "id"))
        if item["id"] in seen:
            raise refusal(MALFORMED, child(place, "id"), "named twice")
        seen.add(item["id"])
        digests = [item[name] for name in ("digestSRI", "digestMultibase") if name in item]
        if not digests or not all(_are_texts(digest) for digest in digests):
            raise refusal(MALFORMED, place, "no digest")


def _are_texts(value: Any) -> bool:
    """Is this a text with content, or several of them?"""
    several = value if isinstance(value, list) else [value]
    return bool(several) and all(isinstance(text, str) and text for text in several)
