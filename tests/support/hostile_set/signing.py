"""Signing as others do it: PyLD and RFC 8785 for Data Integrity, plain tokens, disclosures; no gate in the way."""

from __future__ import annotations

import copy
import hashlib
import json
import secrets
from functools import cache
from typing import Any

import pyoxigraph
import rfc8785
from pyld import jsonld

from tests.shared import ROOT
from tests.support.hostile_set.keys import Key, b58, b64

Json = dict[str, Any]
NOW = "2026-11-20T10:00:00Z"


@cache
def _contexts() -> dict[str, Any]:
    manifest = json.loads((ROOT / "contexts" / "manifest.json").read_bytes())
    return {
        entry["address"]: json.loads((ROOT / "contexts" / entry["file"]).read_bytes()) for entry in manifest["contexts"]
    }


def _load(url: str, _options: Any) -> Json:
    return {"contextUrl": None, "documentUrl": url, "document": _contexts().get(url, {"@context": {}})}


def nquads(document: Json, *, wide: bool = False) -> bytes:
    """Return the canonical quads (`wide`: by SHA-384), undefined things dropped silently as naive software does."""
    options = {"format": "application/n-quads", "documentLoader": _load, "rdfDirection": "i18n-datatype"}
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(str(jsonld.to_rdf(document, options)), pyoxigraph.RdfFormat.N_QUADS))
    how = pyoxigraph.CanonicalizationAlgorithm
    dataset.canonicalize(how.RDFC_1_0_SHA_384 if wide else how.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset)).encode()


def suite_options(key: Key, suite: str, **more: Any) -> Json:
    """Return the options of a proof by `key`; members of `more` that are None are left out."""
    options: Json = {"type": "DataIntegrityProof", "cryptosuite": suite}
    if suite.startswith("Ed25519Signature"):
        options = {"type": suite}
    options |= {"created": NOW, "verificationMethod": key.vm, "proofPurpose": "assertionMethod", **more}
    return {name: value for name, value in options.items() if value is not None}


def _canonical(value: Json, suite: str, digest: Any) -> bytes:
    """Return the canonical form, or of what has none some bytes: a document that nobody could have signed."""
    try:
        return rfc8785.dumps(value) if "-jcs-" in suite else nquads(value, wide=digest is hashlib.sha384)
    except (jsonld.JsonLdError, rfc8785.CanonicalizationError, SyntaxError, ValueError):
        return compact(value)


def hash_of(key: Key) -> Any:
    return hashlib.sha384 if key.kind == "P-384" else hashlib.sha256


def signing_input(document: Json, options: Json, suite: str, digest: Any) -> bytes:
    """Return the bytes that are signed."""
    context = {} if "@context" not in document or "@context" in options else {"@context": document["@context"]}
    if "-jcs-" in suite and not context.get("@context"):
        context = {}
    return bytes(
        digest(_canonical({**context, **options}, suite, digest)).digest()
        + digest(_canonical(document, suite, digest)).digest()
    )


def prove(document: Json, key: Key, suite: str = "eddsa-rdfc-2022", **more: Any) -> Json:
    """Return one proof over `document` (which may hold earlier proofs that it covers)."""
    options = suite_options(key, suite, **more)
    if "-jcs-" in suite and "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(signing_input(document, options, suite, hash_of(key)))
    return {**options, "proofValue": "z" + b58(signature)}


def secure(document: Json, key: Key, suite: str = "eddsa-rdfc-2022", **more: Any) -> Json:
    """Return `document` with a proof."""
    unsigned = {name: copy.deepcopy(value) for name, value in document.items() if name != "proof"}
    return {**unsigned, "proof": prove(unsigned, key, suite, **more)}


def present(
    holder: Key, *credentials: Any, suite: str = "eddsa-rdfc-2022", document: Json | None = None, **more: Any
) -> Json:
    """Return a presentation for authentication."""
    body = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": holder.did,
        **({"verifiableCredential": list(credentials)} if credentials else {}),
        **(document or {}),
    }
    body = {name: value for name, value in body.items() if value is not None}
    return secure(body, holder, suite, **{"proofPurpose": "authentication", **more})


def compact(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def token(header: Any, payload: Any, key: Key | None, *, signature: bytes | None = None) -> str:
    """Return a compact JWS of whatever header and payload."""
    signed = f"{b64(compact(header))}.{b64(compact(payload))}"
    made = signature if signature is not None else key.sign(signed.encode()) if key else b""
    return f"{signed}.{b64(made)}"


def vc_jwt(document: Json, key: Key, *, header: Json | None = None, **claims: Any) -> str:
    """Return a credential as `vc+jwt`."""
    head = {"alg": key.alg, "kid": key.vm, "typ": "vc+jwt", "cty": "vc", **(header or {})}
    return token({n: v for n, v in head.items() if v is not None}, {**document, **claims}, key)


def disclosure(*content: Any, salt: str | None = None) -> str:
    return b64(compact([salt or secrets.token_urlsafe(16), *content]))


def digest_of(text: str, name: str = "sha-256") -> str:
    return b64(hashlib.new(name.replace("-", ""), text.encode()).digest())


def sd_jwt(
    claims: Json, key: Key, disclosures: tuple[str, ...] = (), *, header: Json | None = None, end: str = ""
) -> str:
    """Return an SD-JWT; `claims` already hold the digests."""
    head = {"alg": key.alg, "kid": key.vm, "typ": "dc+sd-jwt", **(header or {})}
    issued = token({n: v for n, v in head.items() if v is not None}, claims, key)
    return "~".join([issued, *disclosures, end])


def key_binding(
    shown: str, holder: Key, *, nonce: str, aud: str, iat: int, header: Json | None = None, **more: Any
) -> str:
    """Return `shown` (which ends in a tilde) with the holder's answer."""
    claims = {"iat": iat, "aud": aud, "nonce": nonce, "sd_hash": digest_of(shown), **more}
    claims = {name: value for name, value in claims.items() if value is not None}
    return shown + token({"alg": holder.alg, "typ": "kb+jwt", **(header or {})}, claims, holder)
