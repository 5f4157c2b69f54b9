"""did:webvh: did:web with a verifiable history (the did:webvh Method v1.0).

    resolver = WebVHResolver(fetcher, check=check, now=clock.now)

The identifier holds a hash of its own first log entry (the SCID), each entry the hash of the one
before, and each is signed by a key that its predecessor named. So a host that is taken over can
withhold the log, but not rewrite it. Where a log asks for witnesses, each entry needs their approval
too (`keys.webvh_witnesses`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import rfc8785

from keys import controlled_document
from keys.did import split_did
from keys.did_web import address_of, fetched
from keys.multibase import encode_base58btc
from keys.webvh_parameters import is_proof, merged
from keys.webvh_witnesses import FILE, CheckProof, Witnesses, read_witnesses, require_approved
from schemas import strict_json
from schemas.limits import DEFAULT, Limits
from schemas.moments import moment
from schemas.problems import (
    DID_DEACTIVATED,
    DID_DOCUMENT_INVALID,
    DID_INVALID,
    DID_UNRESOLVED,
    TOO_COMPLEX,
    ProblemError,
)
from services.fetch import Fetcher
from services.patience import is_over

_SCID: Final = re.compile(r"Qm[1-9A-HJ-NP-Za-km-z]{44}")
_VERSION: Final = re.compile(r"([1-9][0-9]{0,5})-(Qm[1-9A-HJ-NP-Za-km-z]{44})")
_MULTIHASH_SHA256: Final = b"\x12\x20"
_ENTRIES: Final = 1_000
_SKEW: Final = timedelta(minutes=5)
_LOG_FACTOR: Final = 8
_NO_TYPE: Final = "application/octet-stream"
"""What a plain file server calls an ending that it does not know; the log proves itself."""
_ACCEPT: Final = "text/jsonl, application/jsonl"
_TYPES: Final = frozenset(
    {"text/jsonl", "application/jsonl", "application/x-ndjson", "application/json", "text/plain", _NO_TYPE}
)


@dataclass(slots=True)
class _History:
    """What the entries that were read so far have established."""

    scid: str
    version: str = ""
    number: int = 0
    time: datetime | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    did: str = ""
    """The identifier in the last document, which a portable one may change."""
    versions: list[str] = field(default_factory=list)
    needed: dict[int, Witnesses] = field(default_factory=dict)
    """Whose approval each entry needs, by its number; an entry that needs nobody's is not there."""


class WebVHResolver:
    """Resolves did:webvh through a fetcher; the whole log is verified each time."""

    def __init__(
        self, fetcher: Fetcher, *, check: CheckProof, now: Callable[[], datetime], limits: Limits = DEFAULT
    ) -> None:
        """Take the guarded way out, who checks proofs, and the clock."""
        self._fetcher = fetcher
        self._check = check
        self._now = now
        self._limits = limits

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the latest document; see `keys.resolver.DIDResolver` for what is raised."""
        answer = fetched(
            self._fetcher,
            log_address_of(did, limits=self._limits),
            accept=_ACCEPT,
            max_bytes=self._limits.did_document_bytes * _LOG_FACTOR,
        )
        if answer.media_type not in _TYPES:
            raise _invalid("its host sent something else than a log")
        return read_log(
            answer.body,
            did,
            check=self._check,
            now=self._now(),
            limits=self._limits,
            witnessed=lambda: self._witnessed(did),
        )

    def _witnessed(self, did: str) -> bytes:
        """Return the proofs of the witnesses; without them nothing is known about the log."""
        address = log_address_of(did, limits=self._limits).removesuffix("did.jsonl") + FILE
        limit = self._limits.did_document_bytes * _LOG_FACTOR
        return fetched(self._fetcher, address, accept="application/json", max_bytes=limit).body


def log_address_of(did: str, *, limits: Limits = DEFAULT) -> str:
    """Return the https address of the log; as `did_web.address_of` for what is refused."""
    _, rest = _split(did, limits)
    return address_of(f"did:web:{rest}", limits=limits).removesuffix("did.json") + "did.jsonl"


def read_log(
    raw: bytes,
    did: str,
    *,
    check: CheckProof,
    now: datetime,
    limits: Limits = DEFAULT,
    witnessed: Callable[[], bytes] = lambda: b"[]",
) -> Mapping[str, Any]:
    """Return the document of the last entry after every entry was verified (section 3.6.2).

    `witnessed` returns the proofs of witnesses; it is asked only when the log names some. Raises
    `ProblemError`: `DID_DOCUMENT_INVALID` for a log that does not hold, `DID_DEACTIVATED`,
    `TOO_COMPLEX`, `DID_UNRESOLVED` when the time of whoever asks is over, and what `check` and `witnessed` raise.
    """
    scid, _ = _split(did, limits)
    lines = [line for line in raw.split(b"\n") if line.strip()]
    if not 0 < len(lines) <= _ENTRIES:
        raise ProblemError(TOO_COMPLEX.about(f"a log has 1 to {_ENTRIES} entries"))
    history, state = _History(scid), {}
    for line in lines:
        if is_over():
            raise ProblemError(DID_UNRESOLVED.about("no time was left to read its log"))
        state = _entry(_parsed(line, limits), history, check, now)
    if history.needed:
        require_approved(witnessed(), history.needed, history.versions, check=check, limits=limits)
    if state.get("id") != did:
        raise _invalid("the last document is of another identifier")
    if history.parameters.get("deactivated"):
        raise ProblemError(DID_DEACTIVATED.about(did))
    return controlled_document.check(state, did)


def _entry(entry: dict[str, Any], history: _History, check: CheckProof, now: datetime) -> dict[str, Any]:
    """Verify one entry against its history, and add it to that."""
    unsigned = {name: value for name, value in entry.items() if name != "proof"}
    number, entry_hash = _version(entry.get("versionId"), history)
    previous = history.version or history.scid
    if entry_hash != _hash({**unsigned, "versionId": previous}):
        raise _invalid("an entry does not have its hash")
    if number == 1:
        _check_scid(unsigned, history.scid)
    time = _time(entry.get("versionTime"), history, now)
    parameters = merged(entry.get("parameters"), history.parameters, scid=history.scid)
    proofs = entry.get("proof")
    if not all(is_proof(proof) for proof in (proofs if isinstance(proofs, list) else [proofs] if proofs else [])):
        raise _invalid("a proof of another form than the method asks for")
    _check_keys(check(entry), parameters, history)
    # Whoever is to watch over the log watches over the entry that names others in their place.
    if needed := read_witnesses(history.parameters.get("witness")) or read_witnesses(parameters.get("witness")):
        history.needed[number] = needed
    state = _state(entry.get("state"), parameters, history)
    history.version, history.number, history.time = entry["versionId"], number, time
    history.parameters = parameters
    history.did = state["id"]
    history.versions.append(entry["versionId"])
    return state


def _parsed(line: bytes, limits: Limits) -> dict[str, Any]:
    try:
        entry = strict_json.loads(line, limits=limits)
    except ProblemError as error:
        raise _invalid(f"a log entry: {error.problem.detail}") from None
    if not isinstance(entry, dict):
        raise _invalid("a log entry that is no object")
    return entry


def _version(value: object, history: _History) -> tuple[int, str]:
    match = _VERSION.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) != history.number + 1:
        raise _invalid("the versions of a log count up from 1")
    return int(match[1]), match[2]


def _time(value: object, history: _History, now: datetime) -> datetime:
    try:
        time = moment(value, offset_required=True)
    except ValueError:
        raise _invalid("a versionTime that is no moment") from None
    if not str(value).endswith(("Z", "+00:00")):
        raise _invalid("a versionTime that is not in UTC")
    if time > now + _SKEW or (history.time is not None and time <= history.time):
        raise _invalid("the times of a log go up and end before now")
    return time


def _state(value: object, parameters: Mapping[str, Any], history: _History) -> dict[str, Any]:
    """Return the document of an entry; one that moved says where it was (section 3.7.5, Portability)."""
    if not isinstance(value, dict) or not str(value.get("id")).startswith(f"did:webvh:{history.scid}:"):
        raise _invalid("a document of another identifier")
    before = history.did
    if before and value["id"] != before:
        if not parameters.get("portable"):
            raise _invalid("the identifier moved though its log does not allow that")
        known_as = value.get("alsoKnownAs")
        if not isinstance(known_as, list) or before not in known_as:
            raise _invalid("the identifier moved and its document does not name the one before")
    return value


def _check_keys(signers: frozenset[str], parameters: Mapping[str, Any], history: _History) -> None:
    """Require a signature by a key that the history allows (sections 3.7.4 and 3.7.7)."""
    promised = history.parameters.get("nextKeyHashes", [])
    if promised:
        if any(_key_hash(key) not in promised for key in parameters.get("updateKeys", [])):
            raise _invalid("a key that was not promised before")
        allowed = parameters.get("updateKeys", [])
    else:
        allowed = (history.parameters if history.number else parameters).get("updateKeys", [])
    if not any(f"did:key:{key}#{key}" in signers for key in allowed):
        raise _invalid("an entry that no authorised key signed")


def _check_scid(unsigned: Mapping[str, Any], scid: str) -> None:
    """Require that the SCID is the hash of the first entry with `{SCID}` in its place (section 3.7.3)."""
    text = json.dumps({**unsigned, "versionId": "{SCID}"}, ensure_ascii=False).replace(scid, "{SCID}")
    if _hash(json.loads(text)) != scid:
        raise _invalid("the identifier does not have the hash of its first entry")


def _split(did: str, limits: Limits) -> tuple[str, str]:
    method, identifier = split_did(did, limits=limits)
    scid, _, rest = identifier.partition(":")
    if method != "webvh" or not _SCID.fullmatch(scid):
        raise ProblemError(DID_INVALID.about("not a did:webvh"))
    return scid, rest


def _hash(value: Mapping[str, Any]) -> str:
    try:
        canonical = rfc8785.dumps(dict(value))
    except rfc8785.CanonicalizationError:
        raise _invalid("an entry that has no canonical form") from None
    return encode_base58btc(_MULTIHASH_SHA256 + hashlib.sha256(canonical).digest())


def _key_hash(key: str) -> str:
    return encode_base58btc(_MULTIHASH_SHA256 + hashlib.sha256(key.encode()).digest())


def _invalid(reason: str) -> ProblemError:
    return ProblemError(DID_DOCUMENT_INVALID.about(reason))
