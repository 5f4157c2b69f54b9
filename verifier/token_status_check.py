"""The status of a token with disclosures: Token Status List (IETF), three answers as ever."""

from __future__ import annotations

from functools import partial
from typing import Final

from keys.resolver import find_key
from proofs import bitstring_status_list, token_status_list
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
from verifier.document import Document, Passed
from verifier.evidence import Evidence, StatusListReceived

_MEANS: Final = {token_status_list.INVALID: REVOKED, token_status_list.SUSPENDED: SUSPENDED}
_KEPT: Final = frozenset({STATUS_STALE.code, STATUS_OUT_OF_RANGE.code})


def token_status(entry: TokenStatusEntry, document: Document, evidence: Evidence) -> Passed:
    """Ask the list that the claim `status` names; the issuer of the token must have signed it.

    A credential that names lists of both kinds is not understood: what one says the other may deny.
    """
    if bitstring_status_list.status_objects(document.claims):
        raise ProblemError(STATUS_UNVERIFIED.about("status lists of two kinds"))
    received = _fetched(entry.uri, evidence)
    value = _value(entry, received, document, evidence)
    if value == token_status_list.VALID:
        return Passed("not set on 1 status list(s)", received.fetched_at)
    meaning = _MEANS.get(value, STATUS_UNVERIFIED)
    raise ProblemError(meaning.about(f"status {value}"))


def _fetched(uri: str, evidence: Evidence) -> StatusListReceived:
    try:
        return evidence.status.fetch(uri)
    except ProblemError as error:
        if error.problem.outcome is Outcome.INDETERMINATE:
            raise
        raise ProblemError(STATUS_UNREACHABLE.about(error.problem.code)) from None


def _value(entry: TokenStatusEntry, received: StatusListReceived, document: Document, evidence: Evidence) -> int:
    try:
        return token_status_list.check_list(
            received.raw,
            entry,
            issuer=document.issuer or "",
            find_key=partial(find_key, evidence.resolver),
            now=evidence.now,
            limits=evidence.limits,
        )
    except ProblemError as error:
        if error.problem.code in _KEPT:
            raise
        raise ProblemError(STATUS_UNVERIFIED.about(f"{error.problem.code}: {error.problem.detail}")) from None
