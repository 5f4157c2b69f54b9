"""Parameters of a did:webvh log: which there are, of what form, and which an entry may set.

    in_force = merged(entry["parameters"], in_force_before, scid=scid)

Specification: the did:webvh Method v1.0, the sections on parameters, authorized keys and pre-rotation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeGuard

from schemas.problems import DID_DOCUMENT_INVALID, ProblemError

METHOD: Final = "did:webvh:1.0"
_LONGEST_TTL: Final = 2**31
_PROOF: Final = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod"}


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_ttl(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LONGEST_TTL


_FORMS: Final[Mapping[str, Callable[[object], bool]]] = {
    "method": lambda value: value == METHOD,
    "scid": lambda value: isinstance(value, str),
    "updateKeys": _are_texts,
    "nextKeyHashes": _are_texts,
    "witness": lambda value: isinstance(value, dict),
    "watchers": _are_texts,
    "portable": _is_flag,
    "deactivated": _is_flag,
    "ttl": _is_ttl,
}
_WHEN_NULL: Final[Mapping[str, Any]] = {
    "updateKeys": [],
    "nextKeyHashes": [],
    "witness": {},
    "watchers": [],
    "ttl": 3_600,
}
"""Early logs wrote null for these values; readers ought to take it so."""


def is_proof(proof: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether a proof says that it is one of the kind that version 1.0 allows, for entries and by witnesses."""
    return isinstance(proof, Mapping) and all(proof.get(name) == value for name, value in _PROOF.items())


def merged(value: object, before: Mapping[str, Any], *, scid: str) -> dict[str, Any]:
    """Return the parameters in force at an entry: its own `value` over those `before` it.

    `before` is empty at the first entry. Raises `ProblemError(DID_DOCUMENT_INVALID)`.
    """
    own = _read(value)
    in_force = {**before, **own}
    if in_force.get("method") != METHOD or in_force.get("scid") != scid:
        raise _invalid("a log of another method version or SCID")
    if before:
        _check_later(own, before)
    return in_force


def _read(value: object) -> dict[str, Any]:
    """Return the parameters that an entry sets, each of its form; an unknown one is refused."""
    if not isinstance(value, Mapping):
        raise _invalid("an entry without parameters")
    own = {name: _WHEN_NULL.get(name) if given is None else given for name, given in value.items()}
    for name, given in own.items():
        if name not in _FORMS:
            raise _invalid("a parameter that the method does not know")
        if not _FORMS[name](given):
            raise _invalid(f"{name} is not of its form")
    return own


def _check_later(own: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Refuse what no entry after the first may set, or leave out."""
    if "scid" in own:
        raise _invalid("an SCID is set once")
    if own.get("portable"):
        raise _invalid("an identifier becomes portable at its beginning or never")
    if before.get("deactivated"):
        raise _invalid("an entry after the end")
    if before.get("nextKeyHashes") and not {"updateKeys", "nextKeyHashes"} <= own.keys():
        raise _invalid("keys were promised, and an entry does not name them and the next ones")


def _invalid(reason: str) -> ProblemError:
    return ProblemError(DID_DOCUMENT_INVALID.about(reason))
