"""What a check may look at, and nothing else: one reading of the clock, keys, trust, lists.

    evidence = Evidence(resolver, trust, status, converter, clock.now())
    report = verify(raw, evidence)

An `Evidence` is made for one question and thrown away; what it holds may live long and be shared
between threads.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from keys.resolver import DIDResolver
from keys.trust import TrustList
from proofs.cryptosuite import Cryptosuite
from proofs.integrity import CRYPTOSUITES
from proofs.jsonld import Converter
from proofs.pades import examine_seal
from schemas.limits import DEFAULT, Limits
from schemas.problems import Problem, ProblemError
from verifier.pdf import SealJudge
from verifier.proof_cache import ProofCache

_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StatusListReceived:
    """A status list as its address gave it, and when (UTC)."""

    raw: bytes
    fetched_at: datetime


class StatusUnreachableError(ProblemError):
    """The list could not be had; `last_known` is the last one that could, for information only."""

    def __init__(self, problem: Problem, last_known: StatusListReceived | None = None) -> None:
        """Keep the problem (status-unreachable or network-forbidden) and the last list seen."""
        super().__init__(problem)
        self.last_known = last_known


class ListMemory:
    """Remembers how new the newest list of each address was; safe to share between threads.

    Whoever puts an old list back (a restored backup, a meddler between) is noticed (threats.md
    G05, X16).
    """

    def __init__(self, size: int = 10_000) -> None:
        """Start empty; forget the least recently asked address when more than `size` are known."""
        self._size = size
        self._lock = threading.Lock()
        self._newest: OrderedDict[str, datetime] = OrderedDict()

    def newest(self, list_url: str, valid_from: datetime) -> datetime:
        """Return the latest `validFrom` seen at the address, counting this one."""
        with self._lock:
            known = max(self._newest.get(list_url, valid_from), valid_from)
            self._newest[list_url] = known
            self._newest.move_to_end(list_url)
            while len(self._newest) > self._size:
                self._newest.popitem(last=False)
            return known


class StatusSource(Protocol):
    """Fetches signed status lists; what it returns is not believed before it is verified."""

    def fetch(self, list_url: str) -> StatusListReceived:
        """Return the list at `list_url`; raise `ProblemError` (status-unreachable, network-forbidden)."""
        ...


@dataclass(frozen=True, slots=True)
class Expected:
    """What whoever asked for a document expects; they alone keep and consume it (threats.md E02).

    `domain` is compared with the domain of each proof or a token's `aud`, `challenge` with the challenge of
    each proof or a token's `nonce`; None expects nothing. It concerns what was asked for, not what is inside.
    """

    challenge: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a verification knows about the world at the moment `now` (aware, UTC).

    `supplied` maps an id of `relatedResource` to its bytes: related resources are never fetched.
    `proof_cache` remembers which proofs held; status and dates are always checked. `list_memory`
    notices a status list that is older than one seen before. `seal_judge` judges the seals of PDFs;
    for a stranger's it must be one that can be stopped. `revocations` gives the lists and OCSP answers (DER) at hand,
    for the certificates in the headers of tokens.
    """

    resolver: DIDResolver
    trust: TrustList
    status: StatusSource
    converter: Converter
    now: datetime
    limits: Limits = DEFAULT
    suites: Mapping[str, Cryptosuite] = field(default_factory=lambda: CRYPTOSUITES)
    """The cryptosuites that proofs are checked with; experimental ones only when they are switched on."""
    expected: Expected | None = None
    supplied: Mapping[str, bytes] = field(default_factory=lambda: _NOTHING)
    proof_cache: ProofCache | None = None
    list_memory: ListMemory | None = None
    seal_judge: SealJudge = examine_seal
    revocations: Callable[[], Sequence[bytes]] = tuple

    def as_of(self, moment: datetime) -> Evidence:
        """Return the same evidence for a question about another moment."""
        return replace(self, now=moment, list_memory=None)
