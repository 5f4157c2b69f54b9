"""The check `status`: what does the issuer's list say about this document, now?

A list is a credential like any other and is verified as one before a bit of it is read: signed by
the issuer of the document (or the successor that the trust list names), with the id of its own
address, in force, of the entry's purpose (Bitstring Status List 1.0, section 3.2). Every entry is
asked. What could not be had or believed is "could not check" (R63).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from proofs import bitstring_status_list, token_status_list
from proofs.bitstring_status_list import StatusEntry
from proofs.proof_options import CLOCK_SKEW
from schemas.problems import (
    REPLACED,
    REVOKED,
    STATUS_LIST_LENGTH,
    STATUS_OUT_OF_RANGE,
    STATUS_STALE,
    STATUS_UNREACHABLE,
    STATUS_UNVERIFIED,
    SUSPENDED,
    Outcome,
    ProblemError,
    ProblemType,
)
from verifier.dates import moment
from verifier.document import NO_FACTS, Document, NotPassedError, Passed
from verifier.evidence import Evidence, StatusListReceived, StatusUnreachableError
from verifier.identity import binding
from verifier.proving import prove
from verifier.reading import form_of, read
from verifier.token_status_check import token_status

_MEANS: Final[Mapping[str, ProblemType]] = {"revocation": REVOKED, "suspension": SUSPENDED, "refresh": REPLACED}
_INFORMS: Final = "message"
_GRAVITY: Final = (REVOKED.code, REPLACED.code, SUSPENDED.code)
_KEPT: Final = frozenset({STATUS_STALE.code, STATUS_LIST_LENGTH.code, STATUS_OUT_OF_RANGE.code})


def status(document: Document, evidence: Evidence) -> Passed:
    """Ask every list that the document names whether it was revoked, suspended or replaced.

    Lists of both kinds may stand in one token: each is asked, and the worst answer counts.
    """
    questions = _questions(document, evidence)
    if not questions:
        return Passed("names no status list", evidence.now)
    moments: list[datetime] = []
    notes: list[str] = []
    troubles: list[ProblemError] = []
    for question in questions:
        try:
            fetched_at, note = question()
            moments.append(fetched_at)
            notes += note
        except ProblemError as error:
            troubles.append(error)
    if troubles:
        raise _worst(troubles)
    return Passed("; ".join([f"not set on {len(questions)} status list(s)", *notes]), min(moments))


def _questions(document: Document, evidence: Evidence) -> list[Callable[[], tuple[datetime, list[str]]]]:
    """Return a question for each list that is named; nothing is asked yet."""
    objects = bitstring_status_list.status_objects(document.claims)
    found = [partial(_ask_bitstring, entry, document, evidence) for entry in objects]
    if "status" in document.token_claims:
        found.append(partial(_ask_token_list, document.token_claims, document, evidence))
    return list(found)


def _ask_bitstring(found: Any, document: Document, evidence: Evidence) -> tuple[datetime, list[str]]:
    return _ask(bitstring_status_list.read_entry(found), document, evidence)


def _ask_token_list(claims: Any, document: Document, evidence: Evidence) -> tuple[datetime, list[str]]:
    entry = token_status_list.read_entry(claims)
    return token_status(entry, document, evidence), []


def _ask(entry: StatusEntry, document: Document, evidence: Evidence) -> tuple[datetime, list[str]]:
    """Return when the list was fetched, and notes; raise what the entry means or why it is unknown."""
    try:
        received = evidence.status.fetch(entry.list_url)
    except StatusUnreachableError as error:
        raise _with_last_known(error, entry, document, evidence) from None
    except ProblemError as error:
        if error.problem.outcome is Outcome.INDETERMINATE:
            raise
        raise ProblemError(STATUS_UNREACHABLE.about(error.problem.code)) from None
    value = _value(entry, received, document, evidence)
    return received.fetched_at, _judge(entry, value, received.fetched_at)


def _judge(entry: StatusEntry, value: int, fetched_at: datetime) -> list[str]:
    """Return a note, or raise what the value of an entry means."""
    if value == 0:
        return []
    said = entry.message(value) or ""
    if entry.purpose == _INFORMS:
        return [f"message: {said}"]
    meaning = _MEANS.get(entry.purpose)
    if meaning is None:
        raise ProblemError(STATUS_UNVERIFIED.about(f"what the purpose {entry.purpose} means is not known here"))
    raise NotPassedError(meaning.about(said), facts={"reason": said} if said else NO_FACTS, evidence_at=fetched_at)


def _value(entry: StatusEntry, received: StatusListReceived, document: Document, evidence: Evidence) -> int:
    """Return the value of the entry on a list that is believed; raise STATUS_… or out of range."""
    try:
        believed = _believed(entry, received, document, evidence)
        return bitstring_status_list.status_of(believed.claims, entry, limits=evidence.limits)
    except ProblemError as error:
        if error.problem.code in _KEPT:
            raise
        problem = error.problem
        raise ProblemError(STATUS_UNVERIFIED.about(f"{problem.code}: {problem.detail}")) from None


def _believed(entry: StatusEntry, received: StatusListReceived, document: Document, evidence: Evidence) -> Document:
    """Verify the list itself; raise `ProblemError` for whatever is wrong with it."""
    content = read(received.raw, form_of(received.raw), evidence.limits)
    listed = prove(content, evidence)
    binding(listed, evidence)
    issuer = document.issuer
    trusted = evidence.trust.entry_for(issuer or "")
    if listed.issuer not in {issuer, trusted.successor if trusted else issuer}:
        raise ProblemError(STATUS_UNVERIFIED.about("the list is of another issuer"))
    if listed.id != entry.list_url:
        # Asked before its age: else somebody's own list could make another's look old.
        raise ProblemError(STATUS_UNVERIFIED.about("another list stands at the list's address"))
    _require_fresh(entry.list_url, listed.claims, received, evidence)
    return listed


def _require_fresh(list_url: str, claims: Mapping[str, Any], received: StatusListReceived, evidence: Evidence) -> None:
    """Refuse a list outside its dates, older than its time to live, or older than one seen before.

    Clocks differ a little, and an issuer may sign its list while we are at work: a list that begins
    within the usual tolerance from now is in force (threats.md K08).
    """
    begins = moment(claims, "validFrom", "issuanceDate")
    ends = moment(claims, "validUntil", "expirationDate")
    if begins is not None and evidence.now + CLOCK_SKEW < begins:
        raise ProblemError(STATUS_STALE.about("the list is not in force yet"))
    if ends is not None and evidence.now >= ends:
        raise ProblemError(STATUS_STALE.about(f"the list ended on {ends.isoformat()}"))
    if evidence.now > received.fetched_at + timedelta(milliseconds=bitstring_status_list.ttl_ms(claims)):
        raise ProblemError(STATUS_STALE.about(f"the list was fetched on {received.fetched_at.isoformat()}"))
    if evidence.list_memory is not None and begins is not None:
        newest = evidence.list_memory.newest(list_url, begins)
        if begins < newest:
            raise ProblemError(STATUS_STALE.about(f"a list of {newest.isoformat()} was seen before"))


def _with_last_known(error: ProblemError, entry: StatusEntry, document: Document, evidence: Evidence) -> ProblemError:
    """Add what the last list that could be had said: told to people, never believed for now."""
    if not isinstance(error, StatusUnreachableError) or error.last_known is None:
        return error
    then = error.last_known
    try:
        believed = _believed(entry, then, document, evidence.as_of(then.fetched_at))
        value = bitstring_status_list.status_of(believed.claims, entry, limits=evidence.limits)
    except ProblemError:
        return error
    meaning = _MEANS.get(entry.purpose)
    known = meaning.code if value and meaning else "in-force"
    return NotPassedError(error.problem, facts={"last_known": known, "last_known_at": then.fetched_at.isoformat()})


def _worst(troubles: list[ProblemError]) -> ProblemError:
    """Return the trouble that decides: a set bit before a doubt, a revocation before a suspension."""

    def gravity(error: ProblemError) -> tuple[bool, int, int]:
        code = error.problem.code
        known = getattr(error, "facts", NO_FACTS).get("last_known", "")
        return (
            error.problem.outcome is Outcome.FAILED,
            -_GRAVITY.index(code) if code in _GRAVITY else -len(_GRAVITY),
            -_GRAVITY.index(known) if known in _GRAVITY else -len(_GRAVITY),
        )

    return max(troubles, key=gravity)
