"""`parchemin conformance jose issue|verify`: what a suite that calls a program with files needs.

    parchemin conformance jose issue --input credential.json --key vm.json --feature credential_cose --output out.json
    parchemin conformance jose verify --input token.txt --key vm.json --feature presentation_jose --output out.json

The calling convention is that of the W3C's vc-jose-cose-test-suite: KEY is a verification method
(`JsonWebKey`) with its public key and, to issue, its private one; the answer is written to OUTPUT
as `{"result": "success" or "failure", "data": …}`. COSE travels in base64.

The suite hands over the key itself, and its tokens of 2024 carry dates that are over or no dates at
all. So here the proof and the shape are asked, and neither whose key it is nor what time it is:
`parchemin verify` asks everything. Throw-away keys in clear files have no other use.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import click
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from contexts.loader import BundledLoader
from keys.jwk import jwk_to_public_key
from keys.local_signer import LocalSigner
from keys.multibase import MultibaseError, decode_base64url
from keys.public_keys import KeyFormError
from keys.store import PublicKey
from proofs import cose, jws, jwt_claims, sd_jwt_vc, vc_cose, vc_jose, vc_jose_content, vc_sd_jwt
from schemas import credential, presentation, strict_json
from schemas.problems import MALFORMED, NOT_PARSABLE, TERM_UNDEFINED, ProblemError
from services.clock import SystemClock

FEATURES: Final = tuple(f"{kind}_{how}" for kind in ("credential", "presentation") for how in ("jose", "cose", "sdjwt"))
_MEDIA: Final = {"credential": "vc", "presentation": "vp"}
_CURVES: Final = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
_GATES: Final[Mapping[str, Callable[[Any], None]]] = {
    "credential": credential.gate,
    "presentation": presentation.gate,
}
_TYPES: Final = {"credential": "VerifiableCredential", "presentation": "VerifiablePresentation"}
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_AUDIENCE: Final = "urn:parchemin:conformance"
_PRIVATE_BYTES: Final = 88


@click.group()
def conformance() -> None:
    """Serve conformance suites that call a program."""


@conformance.group()
def jose() -> None:
    """Serve the W3C's vc-jose-cose suite: JOSE, SD-JWT and COSE."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    existing = click.Path(path_type=Path, exists=True, dir_okay=False)
    for option in (
        click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The answer."),
        click.option("--feature", type=click.Choice(FEATURES), required=True, help="What is secured, and how."),
        click.option("--key", type=existing, required=True, help="A verification method (JSON)."),
        click.option("--input", "source", type=existing, required=True, help="A document, or a secured one."),
    ):
        command = option(command)
    return command


@jose.command()
@_options
@click.option("--sd", default="[]", help="What may be withheld: a JSON list of paths such as a.b[0].")
@click.pass_context
def issue(context: click.Context, source: Path, key: Path, feature: str, output: Path, sd: str) -> None:
    """Secure INPUT with the private key in KEY; exits 0 done, 1 refused."""
    _answer(context, output, lambda: issued(source.read_bytes(), key.read_bytes(), feature, sd.encode()))


@jose.command()
@_options
@click.pass_context
def verify(context: click.Context, source: Path, key: Path, feature: str, output: Path) -> None:
    """Verify the secured INPUT with the public key in KEY; exits 0 good, 1 not."""
    _answer(context, output, lambda: verified(source.read_bytes(), key.read_bytes(), feature))


def issued(raw: bytes, key: bytes, feature: str, paths: bytes = b"[]") -> str:
    """Return the document in `raw` secured as `feature` says; raise `ProblemError` or `ValueError`."""
    kind, _, how = feature.partition("_")
    document = strict_json.loads(raw)
    _GATES[kind](document)
    _require_named_members(document, kind)
    signer = _signer(_method(key))
    if how == "sdjwt":
        return _issued_in_parts(document, kind, strict_json.loads(paths), signer)
    by: Any = vc_jose if how == "jose" else vc_cose
    if kind == "credential":
        secured = by.sign_credential(document, signer=signer)
    else:
        secured = by.sign_presentation(document, signer=signer, **_asked())
    return secured if isinstance(secured, str) else base64.b64encode(secured).decode("ascii")


def verified(raw: bytes, key: bytes, feature: str) -> str:
    """Return the content of a secured document as JSON; raise `ProblemError` or `ValueError` when it is not good."""
    kind, _, how = feature.partition("_")
    method = _method(key)
    public = jwk_to_public_key(method["publicKeyJwk"])
    media, kid, document = _READERS[how](raw.strip(), public)
    if media != f"{_MEDIA[kind]}{_SUFFIXES[how]}":
        raise ProblemError(NOT_PARSABLE.about(f"this is {media}"))
    if kid is not None and kid not in {method["id"], method["publicKeyJwk"].get("kid")}:
        raise ProblemError(MALFORMED.about("kid names another key"))
    _GATES[kind]({name: value for name, value in document.items() if name not in jwt_claims.REGISTERED})
    return json.dumps(document, ensure_ascii=False)


def _method(raw: bytes) -> Mapping[str, Any]:
    """Return a verification method whose members are of the right kinds; raise MALFORMED for anything else."""
    method = strict_json.loads(raw)
    known: Mapping[str, Any] = method if isinstance(method, dict) else {}
    keys = [known.get("publicKeyJwk"), known.get("secretKeyJwk", {})]
    if not isinstance(known.get("id"), str) or not all(isinstance(key, dict) for key in keys):
        raise ProblemError(MALFORMED.about("a key is a verification method with an id and JWKs"))
    return known


def _answer(context: click.Context, output: Path, act: Callable[[], str]) -> None:
    """Write what the suite reads, and why something was refused where people look."""
    try:
        answer = {"result": "success", "data": act()}
    except (ProblemError, ValueError, KeyError, TypeError) as error:
        click.echo(str(error), err=True)
        answer = {"result": "failure", "data": str(error)}
    output.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    context.exit(0 if answer["result"] == "success" else 1)


# --- issuing ------------------------------------------------------------------------------------


def _issued_in_parts(document: Mapping[str, Any], kind: str, paths: Any, signer: LocalSigner) -> str:
    pointers = [_pointer(path) for path in paths]
    if kind == "credential":
        return vc_sd_jwt.sign_credential(document, conceal=pointers, signer=signer)
    return vc_sd_jwt.sign_presentation(document, conceal=pointers, signer=signer, **_asked())


def _asked() -> dict[str, Any]:
    return {"audience": _AUDIENCE, "nonce": "conformance", "issued_at": SystemClock().now()}


def _pointer(path: str) -> str:
    """Return the JSON pointer of a path such as `credentialSubject.phoneNumbers[0]`."""
    return "".join(f"/{name or index}" for name, index in _STEP.findall(path))


def _require_named_members(document: Mapping[str, Any], kind: str) -> None:
    """Refuse a member that no context names: a catch-all vocabulary would sign it without a meaning."""
    loader = BundledLoader.open()
    named: set[str] = set()
    for address in document["@context"]:
        terms = loader.load(address)["@context"]
        named |= terms.keys()
        scoped = terms.get(_TYPES[kind])
        named |= scoped["@context"].keys() if isinstance(scoped, Mapping) else set()
    strange = document.keys() - named - {"@context"}
    if strange:
        raise ProblemError(TERM_UNDEFINED.about(f"no context names {', '.join(sorted(strange))}"))


def _signer(method: Mapping[str, Any]) -> LocalSigner:
    """Return the signer of a verification method with its private key, which must fit the public one."""
    jwk = method["secretKeyJwk"]
    public = jwk_to_public_key({name: value for name, value in jwk.items() if name != "d"})
    try:
        secret = decode_base64url(jwk["d"], max_chars=_PRIVATE_BYTES)
    except MultibaseError as error:
        raise ProblemError(MALFORMED.about(f"the private key: {error}")) from None
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    if jwk["crv"] == "Ed25519":
        key = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    else:
        key = ec.derive_private_key(int.from_bytes(secret, "big"), _CURVES[jwk["crv"]])
    if key.public_key() != public:
        msg = "the private key is not that of the public key"
        raise KeyFormError(msg)
    return LocalSigner(key, verification_method=method["id"])


# --- verifying ----------------------------------------------------------------------------------

_Read = tuple[str, str | None, Mapping[str, Any]]
_SUFFIXES: Final = {"jose": "+jwt", "cose": "+cose", "sdjwt": "+sd-jwt"}


def _read_token(raw: bytes, key: PublicKey) -> _Read:
    parts = jws.parse(raw)
    media, claims, document = vc_jose_content.read_payload(parts)
    jws.verify(parts, key)
    return media, parts.header.get("kid"), vc_jose_content.settle(media, claims, document)


def _read_parts(raw: bytes, key: PublicKey) -> _Read:
    media, header, claims = sd_jwt_vc.read_with_key(raw, key)
    return media, header.get("kid"), claims


def _read_message(raw: bytes, key: PublicKey) -> _Read:
    text = raw.decode("ascii")
    try:
        message = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ProblemError(NOT_PARSABLE.about("no base64")) from None
    parts = cose.parse(message)
    media, document = vc_cose.read_payload(parts)
    cose.verify(parts, key)
    return media, vc_cose.key_id(parts), document


_READERS: Final[Mapping[str, Callable[[bytes, PublicKey], _Read]]] = {
    "jose": _read_token,
    "cose": _read_message,
    "sdjwt": _read_parts,
}

commands: Final = (conformance,)
