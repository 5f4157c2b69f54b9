"""Selective disclosure for tokens (RFC 9901): conceal, choose, reveal.

    payload, disclosures = conceal({"degree": "BSc", "terms": [Concealed({"grade": Concealed("A")})]})
    claims = reveal(payload, disclosures)

A concealed value leaves the payload; in its place stands the digest of a *disclosure*, a small
text with a salt of 128 bits. Disclosures may hold digests of others (a term holds its courses).
Reading follows section 7.1 to the letter; the libraries of the field leave some of it out
(threats.md D01 to D07): every digest stands once, every disclosure is used, nothing is overwritten.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from keys.multibase import MultibaseError, decode_base64url, encode_base64url
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import NOT_PARSABLE, TOO_COMPLEX, TOO_LARGE, ProblemError

DEFAULT_HASH: Final = "sha-256"
HASHES: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
}
_SALT_BYTES: Final = 16
_LEAST_DIGESTS: Final = 4
_OF_MEMBER: Final = 3
_OF_ELEMENT: Final = 2
_DIGESTS: Final = "_sd"
_ELEMENT: Final = "..."
_HASH: Final = "_sd_alg"
_RESERVED: Final = frozenset({_DIGESTS, _ELEMENT, _HASH})


@dataclass(frozen=True, slots=True)
class Concealed:
    """Marks a member's value or an array's element as one that its holder may withhold."""

    value: Any


@dataclass(frozen=True, slots=True)
class Padded:
    """An object or array of which at least `digests` are written, where it conceals anything.

    For collections whose size says something: all are then of one size, whatever they hold.
    """

    value: Any
    digests: int


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One disclosure as read; `name` is None for an element of an array."""

    text: str
    name: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where a disclosure stands: a JSON pointer (RFC 6901) into the claims with all revealed."""

    pointer: str
    text: str
    within: tuple[str, ...]
    """The disclosures that hold it, outermost first: each must be shown with it."""


# --- issuing ------------------------------------------------------------------------------------


def conceal(claims: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the payload and the disclosures of `claims`, whose `Concealed` values are taken out.

    Digests are sorted and padded with decoys up to a power of two, so that neither their order nor
    their number tells what was withheld. Raises `ValueError` for claims with reserved names.
    """
    made: list[str] = []
    payload = _conceal_object(claims, made)
    if made:
        payload[_HASH] = DEFAULT_HASH
    return payload, tuple(made)


def _conceal(value: Any, made: list[str], least: int = _LEAST_DIGESTS) -> Any:
    if isinstance(value, Padded):
        return _conceal(value.value, made, value.digests)
    if isinstance(value, Mapping):
        return _conceal_object(value, made, least)
    if isinstance(value, list | tuple):
        return _conceal_array(value, made, least)
    return value


def _conceal_object(members: Mapping[str, Any], made: list[str], least: int = _LEAST_DIGESTS) -> dict[str, Any]:
    if not _RESERVED.isdisjoint(members):
        msg = "claims with reserved names"
        raise ValueError(msg)
    shown: dict[str, Any] = {}
    digests: list[str] = []
    for name, value in members.items():
        if isinstance(value, Concealed):
            digests.append(_disclose([name, _conceal(value.value, made)], made))
        else:
            shown[name] = _conceal(value, made)
    if digests:
        shown[_DIGESTS] = sorted([*digests, *_decoys(len(digests), least)])
    return shown


def _conceal_array(elements: Sequence[Any], made: list[str], least: int) -> list[Any]:
    found: list[Any] = []
    hidden = 0
    for element in elements:
        if isinstance(element, Concealed):
            hidden += 1
            found.append({_ELEMENT: _disclose([_conceal(element.value, made)], made)})
        else:
            found.append(_conceal(element, made))
    if hidden:
        found.extend({_ELEMENT: decoy} for decoy in _decoys(hidden, least))
    return found


def _disclose(content: list[Any], made: list[str]) -> str:
    """Keep a disclosure with a salt of its own and return its digest."""
    salted = [encode_base64url(secrets.token_bytes(_SALT_BYTES)), *content]
    text = encode_base64url(json.dumps(salted, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())
    made.append(text)
    return digest(text)


def _decoys(count: int, least: int) -> Iterator[str]:
    """Yield digests of nothing: random, and so not to be told from the others."""
    wanted = max(least, 1 << (count - 1).bit_length())
    for _ in range(wanted - count):
        yield encode_base64url(hashlib.sha256(secrets.token_bytes(32)).digest())


# --- reading ------------------------------------------------------------------------------------


def digest(text: str, algorithm: str = DEFAULT_HASH) -> str:
    """Return the digest of a disclosure, or of the token that a key binding signs (section 4.2.3)."""
    return encode_base64url(HASHES[algorithm](text.encode("ascii")).digest())


def hash_name(payload: Mapping[str, Any]) -> str:
    """Return the hash that the payload names; another than those of `HASHES` is refused (D05)."""
    name = payload.get(_HASH, DEFAULT_HASH)
    if not isinstance(name, str) or name not in HASHES:
        raise ProblemError(NOT_PARSABLE.about("_sd_alg names no hash that is used here"))
    return name


def reveal(
    payload: Mapping[str, Any], disclosures: Sequence[str], *, limits: Limits = DEFAULT
) -> tuple[dict[str, Any], tuple[Place, ...]]:
    """Return the claims that payload and disclosures make together, and where each stands.

    Raises `ProblemError`: `NOT_PARSABLE` for whatever section 7.1 refuses, `TOO_COMPLEX` for more
    disclosures or deeper nesting than the limits allow.
    """
    algorithm = hash_name(payload)
    if len(disclosures) > limits.disclosures:
        raise ProblemError(TOO_COMPLEX.about(f"more than {limits.disclosures} disclosures"))
    given = {digest(text, algorithm): read_disclosure(text, limits=limits) for text in disclosures}
    if len(given) != len(disclosures):
        raise ProblemError(NOT_PARSABLE.about("a disclosure stands twice"))
    reader = _Reader(given, limits)
    claims = reader.members(payload, "", (), 1)
    claims.pop(_HASH, None)
    if reader.used != set(given):
        raise ProblemError(NOT_PARSABLE.about("a disclosure that nothing refers to"))
    return claims, tuple(reader.places)


def read_disclosure(text: str, *, limits: Limits = DEFAULT) -> Disclosure:
    """Return a disclosure: an array of a salt, a name for members, and a value (section 4.2)."""
    longest = limits.string_chars
    if len(text) > longest:
        raise ProblemError(TOO_LARGE.about("a disclosure"))
    try:
        content = strict_json.loads(decode_base64url(text, max_chars=longest), limits=limits)
    except MultibaseError as error:
        raise ProblemError(NOT_PARSABLE.about(f"a disclosure: {error}")) from None
    if not isinstance(content, list) or len(content) not in {_OF_MEMBER, _OF_ELEMENT}:
        raise ProblemError(NOT_PARSABLE.about("a disclosure is an array of two or three"))
    if not all(isinstance(item, str) for item in content[:-1]):
        raise ProblemError(NOT_PARSABLE.about("salt and name of a disclosure are texts"))
    name = content[1] if len(content) == _OF_MEMBER else None
    if name in {_DIGESTS, _ELEMENT}:
        raise ProblemError(NOT_PARSABLE.about("a disclosure for a reserved name"))
    return Disclosure(text, name, content[-1])


@dataclass(slots=True)
class _Reader:
    """One walk through a payload; remembers which digests it met."""

    given: Mapping[str, Disclosure]
    limits: Limits
    used: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)

    def value(self, value: Any, pointer: str, within: tuple[str, ...], depth: int) -> Any:
        if depth > self.limits.json_depth:
            raise ProblemError(TOO_COMPLEX.about(f"nested deeper than {self.limits.json_depth} levels"))
        if isinstance(value, dict):
            return self.members(value, pointer, within, depth)
        if isinstance(value, list):
            return self.elements(value, pointer, within, depth)
        return value

    def members(self, value: Mapping[str, Any], pointer: str, within: tuple[str, ...], depth: int) -> dict[str, Any]:
        if _ELEMENT in value:
            raise ProblemError(NOT_PARSABLE.about("a digest of an element outside an array"))
        found = {
            name: self.value(item, f"{pointer}/{_token(name)}", within, depth + 1)
            for name, item in value.items()
            if name != _DIGESTS
        }
        for shown in self.shown(value.get(_DIGESTS, [])):
            if shown.name is None or shown.name in found:
                raise ProblemError(NOT_PARSABLE.about("a disclosure that is out of place or would overwrite a claim"))
            place = Place(f"{pointer}/{_token(shown.name)}", shown.text, within)
            found[shown.name] = self.enter(shown, place, depth)
        return found

    def elements(self, value: list[Any], pointer: str, within: tuple[str, ...], depth: int) -> list[Any]:
        found: list[Any] = []
        for element in value:
            at = f"{pointer}/{len(found)}"
            if not (isinstance(element, dict) and _ELEMENT in element):
                found.append(self.value(element, at, within, depth + 1))
                continue
            if len(element) != 1:
                raise ProblemError(NOT_PARSABLE.about("a digest of an element stands alone"))
            for shown in self.shown([element[_ELEMENT]]):
                if shown.name is not None:
                    raise ProblemError(NOT_PARSABLE.about("a disclosure of a member stands for an element"))
                found.append(self.enter(shown, Place(at, shown.text, within), depth))
        return found

    def shown(self, digests: object) -> Iterable[Disclosure]:
        """Yield the disclosures of these digests; each digest may be met once in the whole token."""
        if not isinstance(digests, list) or not all(isinstance(item, str) for item in digests):
            raise ProblemError(NOT_PARSABLE.about("digests are an array of texts"))
        for found in digests:
            if found in self.met:
                raise ProblemError(NOT_PARSABLE.about("a digest stands twice"))
            self.met.add(found)
            if found in self.given:
                self.used.add(found)
                yield self.given[found]

    def enter(self, shown: Disclosure, place: Place, depth: int) -> Any:
        self.places.append(place)
        return self.value(shown.value, place.pointer, (*place.within, place.text), depth + 1)


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
