"""What the cryptosuites have in common: a document and proof options become bytes to sign.

    data = securing.data(options, method="rdfc", hash_name="sha256")

The bytes are the hash of the canonical proof options followed by the hash of the canonical
document; the document is brought into canonical form once, however many proofs it has.
Specification: Verifiable Credential Data Integrity 1.0, sections 4.1 to 4.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from keys.multibase import MultibaseError, decode_multibase, encode_multibase
from keys.store import Signer, VerificationKey
from proofs import jcs
from proofs.jsonld import Converter
from proofs.rdfc import HASHES
from schemas.limits import Limits
from schemas.problems import SHAPE_NOT_ALLOWED, TAMPERED, ProblemError

Method = Literal["rdfc", "jcs"]

DATA_INTEGRITY_PROOF: Final = "DataIntegrityProof"


class Securing:
    """One document without the proof in question, and what was computed of it."""

    def __init__(self, document: Mapping[str, Any], converter: Converter, limits: Limits) -> None:
        """Take the document as it is to be signed; it must not change while this is in use."""
        self.document = document
        self.converter = converter
        self.limits = limits
        self._digests: dict[tuple[Method, str], bytes] = {}

    def data(self, options: Mapping[str, Any], *, method: Method, hash_name: str) -> bytes:
        """Return the bytes to sign for proof `options` (without `proofValue`).

        Raises what the converter raises, for the document or for the options.
        """
        return self.options_digest(options, method=method, hash_name=hash_name) + self.document_digest(
            method=method, hash_name=hash_name
        )

    def document_digest(self, *, method: Method, hash_name: str) -> bytes:
        """Return the hash of the canonical document."""
        digest = self._digests.get((method, hash_name))
        if digest is None:
            digest = self._digests[method, hash_name] = self._digest(self.document, method, hash_name)
        return digest

    def options_digest(self, options: Mapping[str, Any], *, method: Method, hash_name: str) -> bytes:
        """Return the hash of the canonical proof options, read with the context of the document."""
        if method == "jcs":
            return self._digest(options, method, hash_name)
        if "@context" in options:
            raise ProblemError(SHAPE_NOT_ALLOWED.about("a proof brings a context of its own"))
        return self.converter.options_digest(
            self.document.get("@context"), options, hash_name=hash_name, limits=self.limits
        )

    def _digest(self, document: Mapping[str, Any], method: Method, hash_name: str) -> bytes:
        if method == "jcs":
            return HASHES[hash_name](jcs.canonical(document)).digest()
        return self.converter.digest(document, hash_name=hash_name, limits=self.limits)


class Cryptosuite(Protocol):
    """One way to make and check a proof."""

    @property
    def name(self) -> str:
        """Return the name under which callers ask for it."""
        ...

    @property
    def proof_type(self) -> str:
        """Return the `type` of its proofs."""
        ...

    def create(self, securing: Securing, options: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
        """Return the proof with these options; its signature is checked before it is let go."""
        ...

    def check(self, securing: Securing, proof: Mapping[str, Any], key: VerificationKey) -> None:
        """Raise `ProblemError` (TAMPERED above all) unless `proof`, as received, holds under `key`."""
        ...


class FaultySignatureError(RuntimeError):
    """A signature that was just made does not hold: a fault that could give the key away (threats.md B26)."""


class UnsuitableKeyError(ValueError):
    """The signer's key is not of the kind that the cryptosuite uses."""


@dataclass(frozen=True, slots=True)
class SignatureSuite:
    """A cryptosuite whose proof value is one signature in base58btc."""

    name: str
    method: Method
    hash_of: Callable[[VerificationKey], str | None]
    """The hash that goes with a key; None: the suite has no use for it."""
    holds: Callable[[VerificationKey, bytes, bytes], bool]
    """Whether a signature is that of a key over data."""
    proof_type: str = DATA_INTEGRITY_PROOF

    def create(self, securing: Securing, options: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
        """Return the proof; raise `UnsuitableKeyError` or `FaultySignatureError`."""
        key = signer.public_key
        hash_name = self.hash_of(key)
        if hash_name is None:
            msg = f"{self.name} does not sign with a key of this kind"
            raise UnsuitableKeyError(msg)
        if self.method == "jcs" and "@context" in securing.document:
            options = {**options, "@context": securing.document["@context"]}
        data = securing.data(options, method=self.method, hash_name=hash_name)
        signature = signer.sign(data)
        if not self.holds(key, signature, data):
            msg = "a signature did not hold when it was checked"
            raise FaultySignatureError(msg)
        return {**options, "proofValue": encode_multibase(signature)}

    def check(self, securing: Securing, proof: Mapping[str, Any], key: VerificationKey) -> None:
        """Raise `ProblemError(TAMPERED)` unless the signature holds; its length is looked at before it is decoded."""
        hash_name = self.hash_of(key)
        if hash_name is None:
            raise ProblemError(TAMPERED.about(f"{self.name} is not used with a key of this kind"))
        try:
            signature = decode_multibase(proof["proofValue"], max_chars=securing.limits.proof_value_chars, bases="z")
        except MultibaseError:
            raise ProblemError(TAMPERED.about("the proof value is not a signature")) from None
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        if self.method == "jcs" and "@context" in options and options["@context"] != securing.document.get("@context"):
            raise ProblemError(TAMPERED.about("the context of the proof is not that of the document"))
        if not self.holds(key, signature, securing.data(options, method=self.method, hash_name=hash_name)):
            raise ProblemError(TAMPERED.about("the signature does not fit the document"))
