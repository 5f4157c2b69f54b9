"""Hostile JSON, JSON-LD and Data Integrity proofs: threats.md, tables A and B, line by line.

Each case is a valid document with one thing done to it; the document itself, untouched, verifies.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from schemas.problems import ProblemError
from tests.support import linked_data as ld
from tests.support.linked_data_hostile import (
    CRED,
    Change,
    changed,
    dropped,
    judge,
    moved_into_issuer,
    put,
    renamed,
    wrapped,
    written,
)

SHAPE, DATA_LOSS, CONTEXT = "shape-not-allowed", "term-undefined", "context-unknown"
TAMPERED, MALFORMED, UNPARSABLE = "tampered", "malformed", "not-parsable"
SUBJECT = "credentialSubject"


@cache
def _badge() -> str:
    signer = ld.ed25519_signer()
    return json.dumps(ld.sign(ld.badge(ld.controller(signer)), signer))


def badge() -> dict[str, Any]:
    return json.loads(_badge())  # type: ignore[no-any-return]


@cache
def _presentation() -> str:
    signer = ld.ed25519_signer()
    unsigned = {
        "@context": [ld.V2],
        "type": ["VerifiablePresentation"],
        "holder": ld.controller(signer),
        "verifiableCredential": [badge()],
    }
    return json.dumps(ld.sign(unsigned, signer, purpose="authentication"))


def presentation() -> dict[str, Any]:
    return json.loads(_presentation())  # type: ignore[no-any-return]


def test_the_documents_that_are_attacked_below_are_valid() -> None:
    assert 1 == len(judge(written(badge())))
    assert 1 == len(judge(written(presentation())))


def _add_type(document: dict[str, Any]) -> None:
    document["@type"] = [document["type"].pop()]


JSON_LD: dict[str, tuple[Change, set[str]]] = {
    "A01 unknown term at the top": (put("honours", "cum laude"), {DATA_LOSS}),
    "A01 unknown term in the subject": (put(SUBJECT, "honours", "cum laude"), {DATA_LOSS}),
    "A01 unknown term deep inside": (put(SUBJECT, "achievement", "criteria", "honours", "x"), {DATA_LOSS}),
    "A01 unknown term holding an object": (put(SUBJECT, "honours", {"id": "urn:x:1"}), {DATA_LOSS}),
    "A02 unknown type": (put("type", ["VerifiableCredential", "OpenBadgeCredential", "Honours"]), {DATA_LOSS}),
    "A02 relative id": (put(SUBJECT, "id", "learner"), {MALFORMED}),
    "A02 relative id deep inside": (put(SUBJECT, "achievement", "id", "course"), {DATA_LOSS}),
    "A02 blank predicate": (put("_:b", "x"), {SHAPE}),
    "A02 key like a keyword": (put("@note", "x"), {SHAPE}),
    "A03 term switched off in an inline context": (
        wrapped("@context", lambda urls: [*urls, {"validUntil": None}]),
        {CONTEXT},
    ),
    "A04 null context": (put("@context", None), {SHAPE}),
    "A04 null context in the subject": (put(SUBJECT, "@context", None), {SHAPE}),
    "A04 context in the subject": (put(SUBJECT, "@context", [ld.V2]), {SHAPE}),
    "A05 inline vocabulary": (wrapped("@context", lambda urls: [*urls, {"@vocab": "urn:x:"}]), {CONTEXT}),
    "A06 protected name redefined": (wrapped("@context", lambda urls: [*urls, {"issuer": "urn:x:1"}]), {CONTEXT}),
    "A07 meanings swapped": (
        wrapped("@context", lambda urls: [*urls, {"name": "urn:x:description", "description": "urn:x:name"}]),
        {CONTEXT},
    ),
    "A08 unknown context": (wrapped("@context", lambda urls: [*urls, "https://example.org/x"]), {CONTEXT}),
    "A08 http context": (put("@context", ["http://www.w3.org/ns/credentials/v2", ld.OPEN_BADGES]), {CONTEXT}),
    "A08 contexts in another order": (put("@context", [ld.OPEN_BADGES, ld.V2]), {CONTEXT}),
    "A08 no context": (dropped("@context"), {CONTEXT}),
    "A08 inline copy of a context": (
        put("@context", [ld.V2, ld.loader().load(ld.OPEN_BADGES)["@context"]]),
        {CONTEXT},
    ),
    "A08 data: context": (wrapped("@context", lambda urls: [*urls, "data:application/json,{}"]), {CONTEXT}),
    "A08 file: context": (wrapped("@context", lambda urls: [*urls, "file:///etc/passwd"]), {CONTEXT}),
    "A09 context on loopback": (wrapped("@context", lambda urls: [*urls, "http://127.0.0.1:1/x"]), {CONTEXT}),
    "A09 @import": (wrapped("@context", lambda urls: [*urls, {"@import": "http://127.0.0.1:1/x"}]), {CONTEXT}),
    "A10 end written as full IRI": (renamed("validUntil", CRED + "validUntil"), {SHAPE}),
    "A10 end written with a prefix": (renamed("validUntil", "cred:validUntil"), {SHAPE}),
    "A10 end under @nest": (lambda d: d.update({"@nest": {"validUntil": d.pop("validUntil")}}), {SHAPE}),
    "A10 end under @included": (
        lambda d: d.update({"@included": [{"id": d["id"], "validUntil": d.pop("validUntil")}]}),
        {SHAPE},
    ),
    "A10 end as value object": (
        wrapped("validUntil", lambda end: {"@value": end, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}),
        {SHAPE, MALFORMED},
    ),
    "A10 end as array": (wrapped("validUntil", lambda end: [end]), {MALFORMED}),
    "A10 end as @set": (wrapped("validUntil", lambda end: {"@set": [end]}), {SHAPE, MALFORMED}),
    "A10 end via the issuer's node": (moved_into_issuer("validUntil"), {SHAPE, DATA_LOSS}),
    "A11 status written as full IRI": (renamed("credentialStatus", CRED + "credentialStatus"), {SHAPE}),
    "A11 status under @nest": (
        lambda d: d.update({"@nest": {"credentialStatus": d.pop("credentialStatus")}}),
        {SHAPE},
    ),
    "A11 status under @reverse": (
        lambda d: d["credentialStatus"].update({"@reverse": {"credentialStatus": {"id": d["id"]}}}),
        {SHAPE},
    ),
    "A11 status as id only": (wrapped("credentialStatus", lambda entry: entry["id"]), {MALFORMED}),
    "A11 status as reference": (wrapped("credentialStatus", lambda entry: {"id": entry["id"]}), {MALFORMED}),
    "A11 status as @set": (wrapped("credentialStatus", lambda entry: {"@set": [entry]}), {SHAPE}),
    "A11 status in a nested array": (wrapped("credentialStatus", lambda entry: [[entry]]), {SHAPE}),
    "A11 status via the issuer's node": (moved_into_issuer("credentialStatus"), {SHAPE, DATA_LOSS}),
    "A12 types split over two keys": (_add_type, {SHAPE}),
    "A12 type as full IRI": (
        put("type", ["VerifiableCredential", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"]),
        {SHAPE},
    ),
    "A12 everything in @graph": (
        lambda d: {"@context": d["@context"], "@graph": [{k: v for k, v in d.items() if k != "@context"}]},
        {SHAPE},
    ),
    "A12 subject under full IRI": (renamed(SUBJECT, CRED + SUBJECT), {SHAPE}),
    "A12 proof under full IRI": (renamed("proof", "https://w3id.org/security#proof"), {SHAPE}),
    "A13 second issuer under full IRI": (put(CRED + "issuer", {"id": "did:web:other.example"}), {SHAPE}),
    "A13 two issuers": (wrapped("issuer", lambda issuer: [issuer, {"id": "did:web:other.example"}]), {MALFORMED}),
    "A14 @index": (put(SUBJECT, "@index", "cum laude"), {SHAPE}),
    "A14 @index on a text": (wrapped("name", lambda name: {"@value": name, "@index": "x"}), {SHAPE}),
    "A15 direction added": (wrapped("name", lambda name: {"@value": name, "@direction": "rtl"}), {TAMPERED}),
    "A16 text repeated": (put(SUBJECT, "achievement", "tag", ["eau", "nord", "nord"]), {SHAPE}),
    "A16 item repeated": (lambda d: d[SUBJECT]["result"].append(d[SUBJECT]["result"][0]), {SHAPE}),
    "A16 nested array": (put(SUBJECT, "achievement", "tag", [["eau", "nord"]]), {SHAPE}),
    "A16 null member": (put(SUBJECT, "achievement", "tag", ["eau", "nord", None]), {SHAPE}),
    "A16 null": (put("description", None), {SHAPE}),
    "A17 blank node with a name": (put(SUBJECT, "achievement", "id", "_:b0"), {SHAPE}),
    "A21 integer beyond 2^53": (put(SUBJECT, "creditsEarned", 2**53 + 1), {MALFORMED}),
    "A23 the same letters otherwise composed": (put("issuer", "name", "Université de l'E\u0301rable"), {TAMPERED}),
    "A28 __proto__": (put("__proto__", {"x": 1}), {DATA_LOSS}),
    "A28 constructor": (put(SUBJECT, "constructor", "x"), {DATA_LOSS}),
}


@pytest.mark.parametrize("case", JSON_LD)
def test_json_ld_that_could_hide_something_is_refused(case: str) -> None:
    change, codes = JSON_LD[case]
    with pytest.raises(ProblemError) as caught:
        judge(changed(badge(), change))
    assert caught.value.problem.code in codes


def _raw(*edits: tuple[str, str]) -> bytes:
    text = json.dumps(badge(), ensure_ascii=False)
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


BYTES: dict[str, tuple[bytes, set[str]]] = {
    "A18 key twice": (_raw(('"name":', '"name": "x", "name":')), {UNPARSABLE}),
    "A18 key twice by an escape": (
        _raw(('"validUntil":', '"valid\\u0055ntil": "2099-01-01T00:00:00Z", "validUntil":')),
        {UNPARSABLE},
    ),
    "A18 key twice in the proof": (_raw(('"proofPurpose":', '"proofPurpose": "x", "proofPurpose":')), {UNPARSABLE}),
    "A19 arrays 100,000 deep": (b"[" * 100_000 + b"]" * 100_000, {"too-complex"}),
    "A19 objects 5,000 deep": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, {"too-complex"}),
    "A20 integer of 5,000 digits": (_raw(("3.5", "9" * 5_000)), {UNPARSABLE}),
    "A20 1e400": (_raw(("3.5", "1e400")), {UNPARSABLE}),
    "A20 NaN": (_raw(("3.5", "NaN")), {UNPARSABLE}),
    "A20 -Infinity": (_raw(("3.5", "-Infinity")), {UNPARSABLE}),
    "A21 digits beyond a double": (_raw(("3.5", "3.50000000000000000001")), {MALFORMED}),
    "A22 lone surrogate": (_raw(("Hydrologie", "\\ud800")), {UNPARSABLE}),
    "A22 overlong UTF-8": (_raw().replace(b"Hydrologie", b"\xc1\x88ydrologie"), {UNPARSABLE}),
    "A22 invalid UTF-8": (_raw().replace(b"Hydrologie", b"\xffydrologie"), {UNPARSABLE}),
    "A22 UTF-16": (_raw().decode().encode("utf-16"), {UNPARSABLE}),
    "A22 byte order mark": (b"\xef\xbb\xbf" + _raw(), {UNPARSABLE}),
    "A26 20,000 results": (
        changed(badge(), put(SUBJECT, "result", [{"type": ["Result"], "value": str(n)} for n in range(20_000)])),
        {"too-complex", "too-large"},
    ),
    "A26 a text of 3 MB": (changed(badge(), put("description", "x" * 3_000_000)), {"too-large"}),
    "A26 a text of 300 kB": (changed(badge(), put("description", "x" * 300_000)), {"too-large"}),
    "A27 nothing": (b"", {UNPARSABLE}),
    "A27 an array": (b"[]", {UNPARSABLE}),
    "A27 null": (b"null", {UNPARSABLE}),
    "A27 a text": (b'"x"', {UNPARSABLE}),
    "A27 bytes after the end": (_raw() + b"x", {UNPARSABLE}),
    "A27 a comment": (b"/* */" + _raw(), {UNPARSABLE}),
    "A27 an array around it": (b"[" + _raw() + b"]", {UNPARSABLE}),
}


@pytest.mark.parametrize("case", BYTES)
def test_bytes_that_readers_could_disagree_about_are_refused(case: str) -> None:
    raw, codes = BYTES[case]
    with pytest.raises(ProblemError) as caught:
        judge(raw)
    assert caught.value.problem.code in codes


def test_control_characters_in_a_text_verify() -> None:
    """A24: RDFC-1.0 escapes U+0001 and U+007F; a document signed with them is valid."""
    signer = ld.ed25519_signer()
    signed = ld.sign(ld.badge(ld.controller(signer), name="a\u0001b\u007f"), signer)
    assert 1 == len(judge(written(signed)))


def _clique(size: int) -> dict[str, Any]:
    """Return a credential whose examples form a graph that is hard to canonicalise: equal trees."""

    def tree(depth: int) -> dict[str, Any]:
        return {"knows": [tree(depth - 1) for _ in range(size)]} if depth else {"knows": {"name": "x"}}

    return {
        "@context": [ld.V2, ld.EXAMPLES],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:x.example",
        "credentialSubject": tree(2),
    }


@pytest.mark.parametrize("size", [8, 30])
def test_a_graph_made_to_be_hard_is_refused_within_seconds(size: int) -> None:
    """A25."""
    with pytest.raises(ProblemError, match="too-complex"):
        ld.converter().canonical(_clique(size))
