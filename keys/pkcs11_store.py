"""Keys in hardware: the private half never leaves a PKCS #11 token; the record of a key is a file.

    store = PKCS11KeyStore(folder, Token(module=…, label="parchemin", pin=pin))
    store.create(did, Purpose.SEAL, now=clock.now(), rsa_key=True)
    store.signer(did, Purpose.SEAL).sign(data)

Private keys are made inside, sensitive and not extractable. Hashing is done here and raw signing
there (CKM_ECDSA gives r followed by s), so that little is asked of a token: RSA PKCS#1 v1.5 with
SHA-256, ECDSA on P-256, Ed25519. A record says where its key is by a PKCS #11 URI (RFC 7512).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes

import pkcs11
from asn1crypto.core import OctetString, PrintableString
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.util.ec import decode_ec_private_key, encode_named_curve_parameters
from pkcs11.util.rsa import decode_rsa_private_key

from keys.key_files import PKCS11_SCHEME, KeyFileError, RecordedKeyStore, StoredKey
from keys.local_signer import RSA_BITS, PrivateKey, algorithm_of, algorithms_for
from keys.pkcs11_token import Token
from keys.public_keys import ec_key_from_point, ed25519_key, rsa_key_from_numbers
from keys.rotation import KeyRecord, KeyState
from keys.store import Algorithm, PublicKey, Purpose, Signer

_ED25519: Final = PrintableString("edwards25519").dump()
_P256: Final = encode_named_curve_parameters("secp256r1")
_ID_BYTES: Final = 16
_SEALED_IN: Final[Mapping[Attribute, Any]] = {
    Attribute.TOKEN: True,
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.SIGN: True,
    Attribute.DECRYPT: False,
    Attribute.UNWRAP: False,
}
_PROBE: Final = b"parchemin: is this the key of the record?"


class PKCS11Signer:
    """Signs with a key in a token; all it has of the key is where it is."""

    __slots__ = ("_certificates", "_id", "_public", "_token", "_verification_method")

    def __init__(
        self,
        token: Token,
        key_id: bytes,
        public: PublicKey,
        *,
        verification_method: str,
        certificates: Sequence[x509.Certificate],
    ) -> None:
        """Take which key of which token, its public half and its chain."""
        self._token, self._id, self._public = token, key_id, public
        self._verification_method = verification_method
        self._certificates = tuple(certificates)

    def __repr__(self) -> str:
        """Name the key."""
        return f"PKCS11Signer({self._verification_method!r}, {self.algorithm.value})"

    @property
    def verification_method(self) -> str:
        """Return the DID URL of the public half."""
        return self._verification_method

    @property
    def algorithm(self) -> Algorithm:
        """Return the algorithm that `sign` uses."""
        return algorithm_of(self._public)

    @property
    def public_key(self) -> PublicKey:
        """Return the public half."""
        return self._public

    @property
    def certificates(self) -> Sequence[x509.Certificate]:
        """Return the chain, the key's own certificate first; empty when it has none."""
        return self._certificates

    def sign(self, data: bytes) -> bytes:
        """Return the signature of `data`; raise ProblemError(key-store-unavailable)."""
        return _signed(self._token, self._id, self.algorithm, data)


class PKCS11KeyStore(RecordedKeyStore):
    """A `KeyStore` whose private halves are in a token, and whose records are in a folder."""

    def __init__(self, folder: Path, token: Token) -> None:
        """Open the folder of records; the token is opened when it is first needed."""
        self._token = token
        super().__init__(folder)

    def lost(self) -> tuple[KeyRecord, ...]:
        """Return the keys that are to sign and are not in the token; opens it in any case."""
        signing = [one for one in self.records() if one.state in {KeyState.PREPARED, KeyState.CURRENT}]

        def missing(session: Any) -> tuple[KeyRecord, ...]:
            return tuple(one for one in signing if not self._is_there(session, one))

        return self._token.use(missing)

    def _is_there(self, session: Any, record: KeyRecord) -> bool:
        try:
            self._token.private_key(session, self._id_in(self._entry(record.id)))
        except (pkcs11.NoSuchKey, KeyFileError):
            return False
        return True

    def _made(self, purpose: Purpose, *, rsa_key: bool) -> tuple[PublicKey, str]:
        key_id = secrets.token_bytes(_ID_BYTES)
        label = f"parchemin {purpose.value}"
        may = algorithms_for(purpose)
        if Algorithm.EDDSA in may:
            made = self._token.use(lambda session: _curve_pair(session, key_id, label, edwards=True))
            return ed25519_key(_point(made)), self._uri(key_id)
        if rsa_key and Algorithm.RS256 in may:
            made = self._token.use(lambda session: _rsa_pair(session, key_id, label))
            modulus, exponent = (int.from_bytes(made[name]) for name in (Attribute.MODULUS, Attribute.PUBLIC_EXPONENT))
            return rsa_key_from_numbers(modulus, exponent), self._uri(key_id)
        made = self._token.use(lambda session: _curve_pair(session, key_id, label, edwards=False))
        return ec_key_from_point(ec.SECP256R1(), _point(made)), self._uri(key_id)

    def _taken(self, key: PrivateKey) -> str:
        """Move a key into the token; what it was read from is the caller's to destroy."""
        key_id = secrets.token_bytes(_ID_BYTES)
        values = {**_values_of(key), **_SEALED_IN, Attribute.ID: key_id, Attribute.LABEL: "parchemin, brought"}
        self._token.use(lambda session: session.create_object(values))
        return self._uri(key_id)

    def _load(self, entry: StoredKey) -> Signer:
        public, url = entry.record.public_key, entry.record.verification_method
        key_id = self._id_in(entry)
        signer = PKCS11Signer(self._token, key_id, public, verification_method=url, certificates=entry.certificates)
        if not _holds(public, signer.sign(_PROBE), _PROBE):
            raise KeyFileError(f"the token signs with another key than that of {url}")
        return signer

    def _discard(self, private: str) -> None:
        self._token.destroy(_parts_of(private)["id"])

    def _uri(self, key_id: bytes) -> str:
        token = quote(self._token.label, safe="")
        return f"{PKCS11_SCHEME}token={token};id={''.join(f'%{byte:02X}' for byte in key_id)};type=private"

    def _id_in(self, entry: StoredKey) -> bytes:
        url = entry.record.verification_method
        if not entry.private.startswith(PKCS11_SCHEME):
            raise KeyFileError(f"the key of {url} lies in its file: rotate it, and the new one is in the token")
        parts = _parts_of(entry.private)
        if parts.get("token") != self._token.label.encode() or not parts.get("id"):
            raise KeyFileError(f"the key of {url} lies in another token")
        return parts["id"]


def _parts_of(uri: str) -> dict[str, bytes]:
    """Return the attributes of a PKCS #11 URI (RFC 7512 section 2.3)."""
    pairs = (part.partition("=") for part in uri.removeprefix(PKCS11_SCHEME).split(";"))
    return {name: unquote_to_bytes(value) for name, _, value in pairs}


def _curve_pair(session: Any, key_id: bytes, label: str, *, edwards: bool) -> Any:
    """Make a key pair on a curve in the token and return its public half."""
    kind = KeyType.EC_EDWARDS if edwards else KeyType.EC
    parameters = session.create_domain_parameters(
        kind, {Attribute.EC_PARAMS: _ED25519 if edwards else _P256}, local=True
    )
    public, _ = parameters.generate_keypair(
        mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN if edwards else Mechanism.EC_KEY_PAIR_GEN,
        store=True,
        id=key_id,
        label=label,
        capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
        private_template=dict(_SEALED_IN),
    )
    return public


def _rsa_pair(session: Any, key_id: bytes, label: str) -> Any:
    public, _ = session.generate_keypair(
        KeyType.RSA,
        RSA_BITS,
        store=True,
        id=key_id,
        label=label,
        capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
        private_template=dict(_SEALED_IN),
    )
    return public


def _point(public: Any) -> bytes:
    """Return the bytes of a point; some tokens wrap it in an OCTET STRING, as they should, some do not."""
    value = bytes(public[Attribute.EC_POINT])
    try:
        inside: bytes = OctetString.load(value, strict=True).native
    except ValueError:
        return value
    return inside


def _values_of(key: PrivateKey) -> dict[Attribute, Any]:
    """Return a private key as the attributes of a PKCS #11 object."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {
            Attribute.CLASS: ObjectClass.PRIVATE_KEY,
            Attribute.KEY_TYPE: KeyType.EC_EDWARDS,
            Attribute.EC_PARAMS: _ED25519,
            Attribute.VALUE: key.private_bytes_raw(),
        }
    der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return decode_rsa_private_key(der) if isinstance(key, rsa.RSAPrivateKey) else decode_ec_private_key(der)


def _signed(token: Token, key_id: bytes, algorithm: Algorithm, data: bytes) -> bytes:
    """Return the signature that the token makes with a key of its own."""
    if algorithm is Algorithm.ES256:
        data, mechanism = hashlib.sha256(data).digest(), Mechanism.ECDSA
    else:
        mechanism = Mechanism.EDDSA if algorithm is Algorithm.EDDSA else Mechanism.SHA256_RSA_PKCS

    def work(session: Any) -> bytes:
        return bytes(token.private_key(session, key_id).sign(data, mechanism=mechanism))

    return token.use(work)


def _holds(public: PublicKey, signature: bytes, data: bytes) -> bool:
    """Return whether a signature of ours, r followed by s on a curve, is that of the key."""
    try:
        if isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, data)
        elif isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            half = len(signature) // 2
            r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
            public.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
