"""The check `structure`: what is this, and is it written as the specifications allow?

The form is found by the content: `%PDF-` is a PDF, an object is JSON, three runs of base64url with
points between them are a compact JWS, with tildes after it an SD-JWT; CBOR of an array of four,
tagged or not, is a COSE message. A media type that a stranger names decides nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from proofs import cose
from schemas import credential, presentation, strict_json
from schemas.limits import Limits
from schemas.problems import MALFORMED, NOT_PARSABLE, TOO_LARGE, ProblemError
from schemas.vcdm_shape import check_contexts, contexts_of
from verifier.document import Content, Form, Kind

_PDF: Final = b"%PDF-"
_PDF_HEADER_WITHIN: Final = 1024
TOKEN: Final = re.compile(rb"[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*(?:\r?\n)?")
"""How a compact JWS is written; whether it is a right one is asked later."""
_DISCLOSURES: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+~[A-Za-z0-9_.~-]*(?:\r?\n)?")
_JSON_BLANKS: Final = b" \t\r\n"
_ENVELOPES: Final[Mapping[str, tuple[Kind, str]]] = {
    "EnvelopedVerifiableCredential": (Kind.CREDENTIAL, "vc"),
    "EnvelopedVerifiablePresentation": (Kind.PRESENTATION, "vp"),
}
_ENVELOPED_FORMS: Final = {"+jwt": TOKEN, "+sd-jwt": _DISCLOSURES}
_ENVELOPED_MESSAGE: Final = "+cose;base64"
_SD_JWT_VC: Final = "dc+sd-jwt"
"""No credential of VCDM by its name; what carries credentials in envelopes carries it so (decision 0036)."""


def form_of(raw: bytes, media_type: str | None = None) -> Form:
    """Return the form of `raw`; raise NOT_PARSABLE, or SUITE_UNSUPPORTED for a form not read here.

    `media_type` is only asked about bytes of no known form: a broken PDF is an unreadable PDF.
    """
    if raw.startswith(_PDF):
        return Form.PDF
    if raw.lstrip(_JSON_BLANKS).startswith(b"{"):
        return Form.JSON
    if TOKEN.fullmatch(raw):
        return Form.TOKEN
    if _DISCLOSURES.fullmatch(raw):
        return Form.DISCLOSURES
    if cose.looks_like(raw) and media_type != "application/pdf":
        return Form.COSE
    if _PDF in raw[:_PDF_HEADER_WITHIN] or media_type == "application/pdf":
        return Form.PDF
    raise ProblemError(NOT_PARSABLE.about("no PDF, no JSON object, no compact JWS and no COSE message"))


def read(raw: bytes, form: Form, limits: Limits) -> Content:
    """Return the content of a JSON document, a token or a message; judge its shape, change nothing.

    Raises `ProblemError` of the input family.
    """
    if len(raw) > limits.body_bytes:
        raise ProblemError(TOO_LARGE.about(f"more than {limits.body_bytes} bytes"))
    if form in {Form.TOKEN, Form.DISCLOSURES}:
        # What a token holds is told by its header, which is read with its signature.
        return Content(raw, form, Kind.CREDENTIAL, token=raw.decode("ascii").rstrip("\r\n"))
    if form is Form.COSE:
        return Content(raw, form, Kind.CREDENTIAL, message=raw)
    return read_mapping(raw, strict_json.loads(raw, limits=limits), limits)


def read_mapping(raw: bytes, document: Any, limits: Limits) -> Content:
    """Return the content of a JSON document that was already parsed from `raw`."""
    types = types_of(document)
    for envelope in _ENVELOPES:
        if envelope in types:
            return _open_envelope(raw, document, envelope)
    if "VerifiablePresentation" in types:
        presentation.gate(document, limits=limits)
        return Content(raw, Form.JSON, Kind.PRESENTATION, mapping=document)
    credential.gate(document, limits=limits)
    return Content(raw, Form.JSON, Kind.CREDENTIAL, mapping=document)


def types_of(document: Any) -> tuple[str, ...]:
    """Return the types of a JSON object, as a tuple of strings; of anything else none."""
    found = document.get("type") if isinstance(document, Mapping) else None
    if isinstance(found, str):
        return (found,)
    return tuple(entry for entry in found if isinstance(entry, str)) if isinstance(found, list) else ()


def _open_envelope(raw: bytes, document: Mapping[str, Any], envelope: str) -> Content:
    """Take the token or the message out of its data: URL (VCDM 2.0, sections 4.12 and 4.13).

    Nothing may stand beside it: claims there would be nobody's (threats.md C14).
    """
    kind, short = _ENVELOPES[envelope]
    if set(document) != {"@context", "id", "type"} or types_of(document) != (envelope,):
        raise ProblemError(MALFORMED.about("an envelope has its context, its id and its type alone"))
    if check_contexts(contexts_of(document))[:1] != (credential.V2,):
        raise ProblemError(MALFORMED.about("an envelope has the context of VCDM 2.0"))
    identifier = document["id"]
    if not isinstance(identifier, str):
        raise ProblemError(MALFORMED.about("the id of an envelope is a data: URL"))
    scheme, _, data = identifier.partition(",")
    media = scheme.removeprefix("data:application/")
    secured = media.removeprefix("dc" if media == _SD_JWT_VC and kind is Kind.CREDENTIAL else short)
    if media in {scheme, secured} or secured not in {*_ENVELOPED_FORMS, _ENVELOPED_MESSAGE}:
        raise ProblemError(NOT_PARSABLE.about(f"the id of an envelope is a data: URL of a secured {kind}"))
    if secured == _ENVELOPED_MESSAGE:
        return Content(raw, Form.JSON, kind, message=_from_base64(data), enveloped_as=media)
    if not _ENVELOPED_FORMS[secured].fullmatch(data.encode("utf-8", "replace")) or "\n" in data:
        raise ProblemError(NOT_PARSABLE.about(f"the id of an envelope holds no {media}"))
    return Content(raw, Form.JSON, kind, token=data, enveloped_as=media)


def _from_base64(data: str) -> bytes:
    """Return the bytes of base64, with its padding or without; one spelling alone (RFC 4648 section 3.5)."""
    padded = data + "=" * (-len(data) % 4)
    try:
        decoded = base64.b64decode(padded, validate=True)
    except (ValueError, binascii.Error):
        decoded = b""
    if not decoded or base64.b64encode(decoded).decode("ascii") != padded:
        raise ProblemError(NOT_PARSABLE.about("the id of an envelope holds no base64"))
    return decoded
