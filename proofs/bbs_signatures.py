"""BBS signatures over many messages, and proofs that show some of them: experimental.

    signature = sign(secret, public, header, messages)
    proof = prove(public, signature, header, b"", messages, [0, 2])
    proof_holds(public, proof, header, b"", [messages[0], messages[2]], [0, 2])

The arithmetic is that of py-arkworks-bls12381, which nobody audited; neither that nor Python's
integers take constant time, so whoever measures how long signing takes may learn of the key
(docs/decisions/0041). This module is imported only where that package is installed.
Specification: draft-irtf-cfrg-bbs-signatures, ciphersuite BLS12-381-SHA-256; the names of points
and scalars are those of its procedures.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
"""How many points the subgroups have (r)."""
POINT_BYTES: Final = 48
SCALAR_BYTES: Final = 32
SIGNATURE_BYTES: Final = POINT_BYTES + SCALAR_BYTES
KEY_MATERIAL_BYTES: Final = 32
_POINTS: Final = 3
_LEAST_PROOF: Final = _POINTS * POINT_BYTES + 4 * SCALAR_BYTES
_WIDE_BYTES: Final = 48
_BLOCK_BYTES: Final = 64

_SUITE: Final = b"BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_"
_API: Final = _SUITE + b"H2G_HM2S_"
_KEY_DST: Final = _API + b"KEYGEN_DST_"
_H2S_DST: Final = _API + b"H2S_"
_MAP_DST: Final = _API + b"MAP_MSG_TO_SCALAR_AS_HASH_"
_SEED_DST: Final = _API + b"SIG_GENERATOR_SEED_"
_GENERATOR_DST: Final = _API + b"SIG_GENERATOR_DST_"
_GENERATOR_SEED: Final = _API + b"MESSAGE_GENERATOR_SEED"

_P1: Final = G1Point.from_compressed_bytes(
    bytes.fromhex("a8ce256102840821a3e94ea9025e4662b205762f9776b3a766c872b948f1fd225e7c59698588e70d11406d161b4e28c9")
)
_BP2: Final = G2Point()
_MINUS_BP2: Final = -_BP2
_NO_POINT: Final = G1Point.identity()


class BBSError(ValueError):
    """These bytes are no signature or proof, or the numbers do not fit together."""


def key_from(material: bytes, info: bytes = b"") -> int:
    """Return the secret key of at least 32 secret bytes (KeyGen)."""
    if len(material) < KEY_MATERIAL_BYTES:
        msg = f"key material has at least {KEY_MATERIAL_BYTES} bytes"
        raise BBSError(msg)
    return _hash_to_scalar(material + len(info).to_bytes(2, "big") + info, _KEY_DST)


def public_of(secret: int) -> bytes:
    """Return the public key, 96 bytes (SkToPk)."""
    return bytes((_BP2 * _scalar(secret)).to_compressed_bytes())


def sign(secret: int, public: bytes, header: bytes, messages: Sequence[bytes]) -> bytes:
    """Return the signature, 80 bytes (Sign); the same input gives the same signature."""
    numbers = _numbers(messages)
    domain = _domain(public, len(numbers), header)
    e = _hash_to_scalar(_octets([secret, *numbers, domain]), _H2S_DST)
    a = _commitment(domain, numbers) * _scalar(pow(secret + e, -1, ORDER))
    return _encoded(a) + _octets([e])


def signature_holds(public: bytes, signature: bytes, header: bytes, messages: Sequence[bytes]) -> bool:
    """Return whether `signature` is that of the key over header and messages (Verify); raise `BBSError`."""
    a, e = _read_signature(signature)
    b = _commitment(_domain(public, len(messages), header), _numbers(messages))
    return GT.pairing_check([a, b], [_key(public) + _BP2 * _scalar(e), _MINUS_BP2])


def prove(
    public: bytes,
    signature: bytes,
    header: bytes,
    presentation: bytes,
    messages: Sequence[bytes],
    disclosed: Sequence[int],
) -> bytes:
    """Return a proof of a signature that shows the messages at `disclosed`, in ascending order (ProofGen).

    Whether the signature holds is not asked: check the proof. Raises `BBSError`.
    """
    a, e = _read_signature(signature)
    _check_indexes(disclosed, len(messages))
    numbers = _numbers(messages)
    hidden = _others(disclosed, len(numbers))
    domain = _domain(public, len(numbers), header)
    r1, r2, e_blind, r1_blind, r3_blind, *blinds = random_scalars(5 + len(hidden))
    d = _commitment(domain, numbers) * _scalar(r2)
    a_bar = a * _scalar(r1 * r2)
    b_bar = _sum([(d, r1), (a_bar, -e)])
    t1 = _sum([(a_bar, e_blind), (d, r1_blind)])
    bases = _generators(len(numbers)).points
    t2 = _sum([(d, r3_blind), *((bases[1 + place], blind) for place, blind in zip(hidden, blinds, strict=True))])
    shown = [(place, numbers[place]) for place in disclosed]
    c = _challenge(shown, [a_bar, b_bar, d, t1, t2], domain, presentation)
    answers = [
        e_blind + e * c,
        r1_blind - r1 * c,
        r3_blind - pow(r2, -1, ORDER) * c,
        *(blind + numbers[place] * c for place, blind in zip(hidden, blinds, strict=True)),
        c,
    ]
    return b"".join(map(_encoded, (a_bar, b_bar, d))) + _octets(answers)


def proof_holds(
    public: bytes,
    proof: bytes,
    header: bytes,
    presentation: bytes,
    shown: Sequence[bytes],
    disclosed: Sequence[int],
) -> bool:
    """Return whether the key signed `shown`, at the places `disclosed`, among others (ProofVerify).

    Raises `BBSError` for what is no proof, or none of so many messages.
    """
    read = _read_proof(proof)
    count = len(disclosed) + len(read.hidden)
    _check_indexes(disclosed, count)
    if len(shown) != len(disclosed):
        msg = "as many messages are shown as places are named"
        raise BBSError(msg)
    numbers = _numbers(shown)
    domain = _domain(public, count, header)
    bases = _generators(count).points
    c = read.challenge
    t1 = _sum([(read.b_bar, c), (read.a_bar, read.e), (read.d, read.r1)])
    t2 = _sum(
        [
            (_P1, c),
            (bases[0], domain * c),
            (read.d, read.r3),
            *((bases[1 + place], number * c) for place, number in zip(disclosed, numbers, strict=True)),
            *((bases[1 + place], m) for place, m in zip(_others(disclosed, count), read.hidden, strict=True)),
        ]
    )
    pairs = list(zip(disclosed, numbers, strict=True))
    if _challenge(pairs, [read.a_bar, read.b_bar, read.d, t1, t2], domain, presentation) != c:
        return False
    return GT.pairing_check([read.a_bar, read.b_bar], [_key(public), _MINUS_BP2])


def messages_in(proof: bytes, disclosed: int) -> int:
    """Return of how many messages `proof` is, by its length, when so many are shown; raise `BBSError`."""
    hidden, rest = divmod(len(proof) - _LEAST_PROOF, SCALAR_BYTES)
    if hidden < 0 or rest:
        msg = "no proof has this length"
        raise BBSError(msg)
    return hidden + disclosed


def random_scalars(count: int) -> list[int]:
    """Return so many numbers below the order, each value as likely as any other (Random Scalars)."""
    return [int.from_bytes(secrets.token_bytes(_WIDE_BYTES), "big") % ORDER for _ in range(count)]


@dataclass(frozen=True, slots=True)
class _Proof:
    a_bar: G1Point
    b_bar: G1Point
    d: G1Point
    e: int
    r1: int
    r3: int
    hidden: list[int]
    challenge: int


def _read_proof(proof: bytes) -> _Proof:
    """Read a proof whose points and scalars are all in their one encoding, none of them nothing."""
    messages_in(proof, 0)
    a_bar, b_bar, d = (_point(proof[at : at + POINT_BYTES]) for at in range(0, _POINTS * POINT_BYTES, POINT_BYTES))
    starts = range(_POINTS * POINT_BYTES, len(proof), SCALAR_BYTES)
    e, r1, r3, *hidden, challenge = (_number(proof[at : at + SCALAR_BYTES]) for at in starts)
    return _Proof(a_bar, b_bar, d, e, r1, r3, hidden, challenge)


def _read_signature(signature: bytes) -> tuple[G1Point, int]:
    if len(signature) != SIGNATURE_BYTES:
        msg = f"a signature has {SIGNATURE_BYTES} bytes"
        raise BBSError(msg)
    return _point(signature[:POINT_BYTES]), _number(signature[POINT_BYTES:])


def _point(octets: bytes) -> G1Point:
    """Read a point of G1 in its one encoding; the identity is refused."""
    try:
        point = G1Point.from_compressed_bytes(octets)  # looks at curve and subgroup
    except ValueError:
        msg = "not a point of BLS12-381 G1"
        raise BBSError(msg) from None
    if point == _NO_POINT or _encoded(point) != octets:
        msg = "the identity, or not the one encoding of a point"
        raise BBSError(msg)
    return point


def _number(octets: bytes) -> int:
    number = int.from_bytes(octets, "big")
    if not 0 < number < ORDER:
        msg = "a scalar is more than 0 and less than the order"
        raise BBSError(msg)
    return number


def _check_indexes(disclosed: Sequence[int], count: int) -> None:
    """Refuse places that are not in ascending order, each once, below `count`."""
    if any(later <= earlier for earlier, later in zip([-1, *disclosed], disclosed, strict=False)):
        msg = "places are in ascending order"
        raise BBSError(msg)
    if disclosed and disclosed[-1] >= count:
        msg = "a place beyond the messages"
        raise BBSError(msg)


def _others(disclosed: Iterable[int], count: int) -> list[int]:
    known = set(disclosed)
    return [place for place in range(count) if place not in known]


def _commitment(domain: int, numbers: Sequence[int]) -> G1Point:
    """Return B, the point that the signature is about."""
    return _P1 + _sum(list(zip(_generators(len(numbers)).points, [domain, *numbers], strict=True)))


def _domain(public: bytes, count: int, header: bytes) -> int:
    """Bind key, number of messages, generators and header (Domain Calculation)."""
    generators = b"".join(_generators(count).encoded)
    return _hash_to_scalar(
        public + _eight(count) + generators + _API + _eight(len(header)) + header,
        _H2S_DST,
    )


def _challenge(shown: Sequence[tuple[int, int]], points: Sequence[G1Point], domain: int, presentation: bytes) -> int:
    """Return the scalar that answers depend on (Challenge Calculation)."""
    pairs = b"".join(_eight(place) + _octets([number]) for place, number in shown)
    data = _eight(len(shown)) + pairs + b"".join(map(_encoded, points)) + _octets([domain])
    return _hash_to_scalar(data + _eight(len(presentation)) + presentation, _H2S_DST)


def _numbers(messages: Iterable[bytes]) -> list[int]:
    """Map messages to scalars."""
    return [_hash_to_scalar(message, _MAP_DST) for message in messages]


@dataclass(frozen=True, slots=True)
class _Generators:
    points: list[G1Point]
    encoded: list[bytes]


class _GeneratorSource:
    """Makes the points that messages are multiplied with, each once for the whole process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seed = _expanded(_GENERATOR_SEED, _SEED_DST)
        self._points: list[G1Point] = []
        self._encoded: list[bytes] = []

    def first(self, count: int) -> _Generators:
        with self._lock:
            while len(self._points) < count:
                self._seed = _expanded(self._seed + _eight(len(self._points) + 1), _SEED_DST)
                point = G1Point.hash_to_curve(self._seed, _GENERATOR_DST)
                self._points.append(point)
                self._encoded.append(_encoded(point))
            return _Generators(self._points[:count], self._encoded[:count])


def _generators(messages: int) -> _Generators:
    """Return Q_1 and one generator for each message (Generators Calculation)."""
    return _SOURCE.first(messages + 1)


@lru_cache(maxsize=256)
def _key(public: bytes) -> G2Point:
    """Return the point of a key that `keys.bls_keys` accepted."""
    return G2Point.from_compressed_bytes(public)


def _sum(terms: Sequence[tuple[G1Point, int]]) -> G1Point:
    """Return the sum of points, each times its number."""
    return G1Point.multiexp_unchecked([point for point, _ in terms], [_scalar(number) for _, number in terms])


def _scalar(number: int) -> Scalar:
    return Scalar.from_be_bytes((number % ORDER).to_bytes(SCALAR_BYTES, "big"))


def _hash_to_scalar(data: bytes, dst: bytes) -> int:
    return int.from_bytes(_expanded(data, dst), "big") % ORDER


def _expanded(data: bytes, dst: bytes) -> bytes:
    """Return 48 bytes of `data` (RFC 9380, section 5.3.1, expand_message_xmd with SHA-256)."""
    tag = dst + bytes([len(dst)])
    start = hashlib.sha256(bytes(_BLOCK_BYTES) + data + _WIDE_BYTES.to_bytes(2, "big") + b"\0" + tag).digest()
    first = hashlib.sha256(start + b"\1" + tag).digest()
    mixed = bytes(one ^ other for one, other in zip(start, first, strict=True))
    return (first + hashlib.sha256(mixed + b"\2" + tag).digest())[:_WIDE_BYTES]


def _encoded(point: G1Point) -> bytes:
    return bytes(point.to_compressed_bytes())


def _octets(numbers: Iterable[int]) -> bytes:
    return b"".join((number % ORDER).to_bytes(SCALAR_BYTES, "big") for number in numbers)


def _eight(number: int) -> bytes:
    return number.to_bytes(8, "big")


_SOURCE: Final = _GeneratorSource()
