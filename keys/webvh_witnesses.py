"""Witnesses of a did:webvh: others who saw a version of its log and signed that they did (section 3.7.8).

    needed = {1: read_witnesses(parameters["witness"])}
    require_approved(raw, needed, versions, check=check)

A log may name witnesses and how many of them must approve each entry. Their proofs stand in a file
beside the log, `did-witness.json`; a proof over a version approves every entry up to it. So a host
that is taken over, keys and all, still cannot rewrite a log alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from keys.webvh_parameters import is_proof
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.problems import DID_DOCUMENT_INVALID, TOO_COMPLEX, ProblemError

FILE: Final = "did-witness.json"
MOST_PROOFS: Final = 200
_MOST_WITNESSES: Final = 50
_DID_KEY: Final = re.compile(r"did:key:(z6Mk[1-9A-HJ-NP-Za-km-z]{40,50})")

CheckProof = Callable[[Mapping[str, Any]], frozenset[str]]
"""Returns the verification methods whose proofs hold over an object; raises `ProblemError`."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Whose approval is asked for, by the verification method they sign with, and of how many of them."""

    threshold: int
    methods: frozenset[str]


def read_witnesses(value: object) -> Witnesses | None:
    """Return what the parameter `witness` asks for; None for nobody. Raises DID_DOCUMENT_INVALID."""
    if value is None or value == {}:
        return None
    listed = value.get("witnesses") if isinstance(value, Mapping) else None
    threshold = value.get("threshold") if isinstance(value, Mapping) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_WITNESSES:
        raise _invalid("witnesses are a list of at least one")
    methods = frozenset(_method(entry) for entry in listed)
    if type(threshold) is not int or not 0 < threshold <= len(methods) or len(methods) != len(listed):
        raise _invalid("the threshold is a number of different witnesses")
    return Witnesses(threshold, methods)


def require_approved(
    raw: bytes, needed: Mapping[int, Witnesses], versions: Sequence[str], *, check: CheckProof, limits: Limits = DEFAULT
) -> None:
    """Raise DID_DOCUMENT_INVALID unless each entry in `needed` (by its number) has enough approvals in `raw`.

    `versions` are the `versionId`s of the log in their order; a proof over another one says nothing.
    A proof that does not hold is no approval, and nothing worse: anybody may have put it there.
    """
    seen: dict[str, int] = {}
    for version, proof in _proofs(raw, limits):
        if version in versions:
            number = versions.index(version) + 1
            for method in _signers({"versionId": version, "proof": [proof]}, check):
                seen[method] = max(seen.get(method, 0), number)
    for number, witnesses in needed.items():
        approvals = sum(seen.get(method, 0) >= number for method in witnesses.methods)
        if approvals < witnesses.threshold:
            raise _invalid(f"{approvals} of {witnesses.threshold} witnesses approved entry {number}")


def _method(entry: object) -> str:
    name = entry.get("id") if isinstance(entry, Mapping) else None
    found = _DID_KEY.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        raise _invalid("a witness is the did:key of an Ed25519 key")
    return f"{found[0]}#{found[1]}"


def _proofs(raw: bytes, limits: Limits) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each proof with the version that it is about."""
    try:
        entries = strict_json.loads(raw, limits=limits)
    except ProblemError as error:
        raise _invalid(f"{FILE}: {error.problem.detail}") from None
    count = 0
    for entry in entries if isinstance(entries, list) else []:
        version = entry.get("versionId") if isinstance(entry, Mapping) else None
        proofs = entry.get("proof") if isinstance(entry, Mapping) else None
        for proof in proofs if isinstance(proofs, list) else [proofs]:
            count += 1
            if count > MOST_PROOFS:
                raise ProblemError(TOO_COMPLEX.about(f"more than {MOST_PROOFS} proofs of witnesses"))
            if isinstance(version, str) and is_proof(proof):
                yield version, proof


def _signers(approval: Mapping[str, Any], check: CheckProof) -> frozenset[str]:
    try:
        return check(approval)
    except ProblemError:
        return frozenset()


def _invalid(reason: str) -> ProblemError:
    return ProblemError(DID_DOCUMENT_INVALID.about(reason))
