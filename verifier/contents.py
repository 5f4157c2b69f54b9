"""What a credential says about other things: its schema, related files, and how its parts connect."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from contexts.loader import pinned_files
from keys.multibase import MultibaseError, decode_multibase
from schemas.credential import ENVELOPED
from schemas.json_schema import UnknownSchemaError, validate
from schemas.problems import MALFORMED, SCHEMA_MISMATCH, TAMPERED, FieldError, ProblemError
from verifier.data_models import is_published, lacking, model_of, unidentified
from verifier.document import Answered, Document, Passed, Skipped
from verifier.evidence import Evidence
from verifier.reading import types_of

_SCHEMA_TYPES: Final = frozenset({"JsonSchema", "1EdTechJsonSchemaValidator2019"})
_SELECTIVE: Final = frozenset({"ecdsa-sd-2023", "bbs-2023"})
_MULTIHASH: Final[Mapping[bytes, str]] = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
_MOST_TOLD: Final = 8
_SRI: Final = ("sha256", "sha384", "sha512")


def schema(document: Document, _evidence: Evidence) -> Answered:
    """Judge the credential by its data model and by the schemas that it names; none is fetched.

    Something has to identify the subject of a badge or record. What else Open Badges 3.0 and CLR 2.0 ask for decides
    when the credential names their published schema, and is told otherwise (docs/decisions/0038).
    """
    named = [entry for entry in listed(document.claims.get("credentialSchema")) if isinstance(entry, Mapping)]
    missing, nobody, model = lacking(document.claims), unidentified(document.claims), model_of(document.claims)
    if (named or missing or nobody) and _shows_a_part(document):
        return Skipped("a part is shown; what its schema or data model asks for may be withheld")
    if nobody:
        raise _mismatch(f"{model} asks for the id or an identifier of the subject", nobody)
    told = f"not all that {model} asks for: {', '.join(missing[:_MOST_TOLD])}"
    if missing and any(_is_judged(entry) and is_published(entry.get("id")) for entry in named):
        raise _mismatch(told, missing)
    followed = sum(_follows(document.claims, entry) for entry in named)
    if followed < len(named):
        return Skipped(f"{len(named) - followed} schema(s) not at hand; schemas are not fetched")
    if missing:
        return Skipped(told)
    return Passed(f"follows {followed} schema(s)" if followed else "names no schema")


def _shows_a_part(document: Document) -> bool:
    """Is it of a kind whose holder may withhold members that were signed?"""
    return document.content.has_disclosures or any(one.suite in _SELECTIVE for one in document.signatures)


def _follows(claims: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Return whether the schema is one of ours, and followed; raise SCHEMA_MISMATCH when it is not."""
    if not _is_judged(entry):
        return False
    try:
        validate(claims, str(entry.get("id")))
    except UnknownSchemaError:
        return False
    return True


def _is_judged(entry: Mapping[str, Any]) -> bool:
    return not _SCHEMA_TYPES.isdisjoint(types_of(entry))


def _mismatch(detail: str, places: Sequence[str]) -> ProblemError:
    errors = tuple(FieldError(place, SCHEMA_MISMATCH.code, detail) for place in places[:_MOST_TOLD])
    return ProblemError(SCHEMA_MISMATCH.about(detail, errors=errors))


def related(document: Document, evidence: Evidence) -> Answered:
    """Compare the related files that are at hand with the digests that the credential names.

    VCDM 2.0 section 5.3. At hand are those supplied, and the contexts that this verifier reads
    documents with. Any other changes nothing: none is ever fetched.
    """
    compared, missing = 0, 0
    for entry in listed(document.claims.get("relatedResource")):
        address = str(entry.get("id"))
        raw = evidence.supplied.get(address, pinned_files().get(address))
        if raw is None:
            missing += 1
            continue
        if not all(_agrees(raw, algorithm, digest) for algorithm, digest in _digests(entry)):
            raise ProblemError(TAMPERED.about("a related file is not the one that the credential names"))
        compared += 1
    if missing:
        return Skipped(f"{missing} related file(s) not supplied; {compared} compared")
    return Passed(f"{compared} related file(s) compared")


def contents(document: Document, _evidence: Evidence) -> Answered:
    """Make sure that the associations of a learner record connect things in it (CLR 2.0).

    Of a record that is `partial`, or of which a part is shown or in an envelope, an end may be elsewhere.
    """
    subjects = [subject for subject in listed(document.claims.get("credentialSubject")) if isinstance(subject, Mapping)]
    ends = [
        end
        for subject in subjects
        for association in listed(subject.get("association"))
        if isinstance(association, Mapping)
        for member in ("sourceId", "targetId")
        for end in listed(association.get(member)) or [None]
    ]
    if not ends:
        return Passed("nothing to connect")
    parts = [subject.get(member) for subject in subjects for member in ("verifiableCredential", "achievement")]
    known = {identifier for part in parts for identifier in _ids(part)}
    strays = sum(not isinstance(end, str) or end not in known for end in ends)
    if strays and not _shows_all(document, parts) and all(isinstance(end, str) for end in ends):
        return Skipped(f"{strays} end(s) of associations are not in what the record shows")
    if strays:
        raise ProblemError(MALFORMED.about(f"{strays} end(s) of associations are not in the record"))
    return Passed(f"{len(ends) // 2} association(s)")


def _shows_all(document: Document, parts: Sequence[Any]) -> bool:
    enveloped = any(ENVELOPED in types_of(entry) for part in parts for entry in listed(part))
    return not (enveloped or document.claims.get("partial") is True or _shows_a_part(document))


def listed(value: Any) -> list[Any]:
    """Return a member that may hold one thing or several as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _ids(value: Any) -> Iterator[str]:
    """Yield every id in a JSON value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            if isinstance(item.get("id"), str):
                yield item["id"]
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _digests(entry: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """Return each digest of a related resource as algorithm and bytes; at least one."""
    found = [_sri(text) for text in listed(entry.get("digestSRI"))]
    found += [_multihash(text) for text in listed(entry.get("digestMultibase"))]
    if not found:
        raise ProblemError(MALFORMED.about("a related resource names no digest"))
    return found


def _sri(text: Any) -> tuple[str, bytes]:
    """Read a digest of Subresource Integrity: `sha384-` and base64."""
    algorithm, _, encoded = str(text).partition("-")
    if algorithm in _SRI:
        try:
            return algorithm, base64.b64decode(encoded, validate=True)
        except ValueError:
            pass
    raise ProblemError(MALFORMED.about("digestSRI is not sha256-, sha384- or sha512- and base64"))


def _multihash(text: Any) -> tuple[str, bytes]:
    """Read a multihash in base58btc or base64url."""
    try:
        raw = decode_multibase(str(text), max_chars=128)
    except MultibaseError:
        raw = b""
    algorithm = _MULTIHASH.get(raw[:2])
    if algorithm is None:
        raise ProblemError(MALFORMED.about("digestMultibase is no multihash of SHA-256, SHA-384 or SHA-512"))
    return algorithm, raw[2:]


def _agrees(raw: bytes, algorithm: str, digest: bytes) -> bool:
    return hmac.compare_digest(hashlib.new(algorithm, raw).digest(), digest)
