"""The status of a token with disclosures: Token Status List (IETF), three answers as ever."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from keys.resolver import find_key
from proofs import token_status_list
from proofs.token_status_list import TokenStatusEntry
from schemas.problems import (
    REVOKED,
    STATUS_OUT_OF_RANGE,
    STATUS_STALE,
    STATUS_UNREACHABLE,
    STATUS_UNVERIFIED,
    SUSPENDED,
    Outcome,
    ProblemError,
)
from verifier.document import Document
from verifier.evidence import Evidence, StatusListReceived
from verifier.proving import chain_trust

_MEANS: Final = {token_status_list.INVALID: REVOKED, token_status_list.SUSPENDED: SUSPENDED}
_KEPT: Final = frozenset({STATUS_STALE.code, STATUS_OUT_OF_RANGE.code})


def token_status(entry: TokenStatusEntry, document: Document, evidence: Evidence) -> datetime:
    """Return when the list was fetched that the claim `status` names and that says nothing against the token.

    The issuer of the token, or the successor that the trust list names, must have signed it. Raises
    what the status means, or why it is unknown.
    """
    received = _fetched(entry.uri, evidence)
    value = _value(entry, received, document, evidence)
    if value == token_status_list.VALID:
        return received.fetched_at
    raise ProblemError(_MEANS.get(value, STATUS_UNVERIFIED).about(f"status {value}"))


def _fetched(uri: str, evidence: Evidence) -> StatusListReceived:
    try:
        return evidence.status.fetch(uri)
    except ProblemError as error:
        if error.problem.outcome is Outcome.INDETERMINATE:
            raise
        raise ProblemError(STATUS_UNREACHABLE.about(error.problem.code)) from None


def _value(entry: TokenStatusEntry, received: StatusListReceived, document: Document, evidence: Evidence) -> int:
    issuer = document.issuer or ""
    trusted = evidence.trust.entry_for(issuer)
    try:
        listed = token_status_list.believe_list(
            received.raw,
            entry.uri,
            issuer=issuer,
            find_key=partial(find_key, evidence.resolver),
            now=evidence.now,
            successor=trusted.successor if trusted else None,
            chains=chain_trust(evidence),
            limits=evidence.limits,
        )
        _require_fresh(entry.uri, listed, received, evidence)
        return listed.status_of(entry)
    except ProblemError as error:
        if error.problem.code in _KEPT:
            raise
        raise ProblemError(STATUS_UNVERIFIED.about(f"{error.problem.code}: {error.problem.detail}")) from None


def _require_fresh(
    uri: str, listed: token_status_list.BelievedList, received: StatusListReceived, evidence: Evidence
) -> None:
    """Refuse a list kept longer than it allows, or older than one seen before (threats.md G05, X16)."""
    if evidence.now > received.fetched_at + listed.ttl:
        raise ProblemError(STATUS_STALE.about(f"the list was fetched on {received.fetched_at.isoformat()}"))
    if evidence.list_memory is not None:
        newest = evidence.list_memory.newest(uri, listed.issued_at)
        if listed.issued_at < newest:
            raise ProblemError(STATUS_STALE.about(f"a list of {newest.isoformat()} was seen before"))
