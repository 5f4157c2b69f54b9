"""What every verification of this process shares, and the ways to the world that it may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from app.config import Settings
from keys.did_web import WebResolver
from keys.did_webvh import WebVHResolver
from keys.resolver import DIDResolver, FirstOf, Resolver, find_key
from keys.revocation_store import RevocationStore
from keys.trust import TrustList
from keys.webvh_witnesses import CheckProof
from proofs import experimental
from proofs.integrity import check_proofs
from proofs.jsonld import Converter
from proofs.pades import SealExamined, SealTrust, examine_seal
from schemas.limits import DEFAULT, Limits
from schemas.problems import NETWORK_FORBIDDEN, SETTING_INVALID, STATUS_UNREACHABLE, TOO_LARGE, ProblemError
from services.clock import Clock
from services.fetch import (
    Fetcher,
    FetchError,
    FetchForbiddenError,
    FetchTooLargeError,
)
from services.fetch_cache import CachingFetcher
from services.fetch_fixtures import FixtureFetcher, FixturesError
from services.guarded_fetch import GuardedFetcher
from verifier.evidence import Evidence, ListMemory, StatusSource
from verifier.pdf import SealJudge
from verifier.proof_cache import ProofCache
from verifier.status import CachedStatusSource

_LIST_TYPES: Final = (
    "application/vc, application/vc+jwt, application/statuslist+jwt, application/statuslist+cwt;q=0.5, application/json"
)
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """It lives long and is shared between threads; an `Evidence` is made from it for each question."""

    settings: Settings
    clock: Clock
    converter: Converter
    resolver: DIDResolver
    status: StatusSource
    trust: Callable[[], TrustList]
    proof_cache: ProofCache
    list_memory: ListMemory
    seal_judge: SealJudge = examine_seal

    def _judge_by_newer_answers(
        self, raw: bytes, *, trust: SealTrust, now: datetime, limits: Limits = DEFAULT
    ) -> SealExamined:
        """Judge a seal with the authorities' answers that came after it was made; nothing is fetched."""
        known = self._answers().known()
        newer = replace(trust, crls=(*trust.crls, *known.crls), ocsp_responses=known.ocsp_responses)
        return self.seal_judge(raw, trust=newer, now=now, limits=limits)

    def evidence(self) -> Evidence:
        """Return what a verification may look at now."""
        return Evidence(
            resolver=self.resolver,
            trust=self.trust(),
            status=self.status,
            converter=self.converter,
            now=self.clock.now(),
            limits=self.settings.limits,
            suites=experimental.allowed(self.settings.experimental_suites),
            proof_cache=self.proof_cache,
            list_memory=self.list_memory,
            seal_judge=self._judge_by_newer_answers,
            revocations=self._answers_at_hand,
        )

    def _answers_at_hand(self) -> tuple[bytes, ...]:
        known = self._answers().known()
        return (*known.crls, *known.ocsp_responses)

    def _answers(self) -> RevocationStore:
        return RevocationStore(self.settings.var / "revocation", placed=self.settings.var / "crls")


def make_fetcher(settings: Settings) -> Fetcher:
    """Return the guarded way out; in development, if so set, a file that answers instead of the network."""
    if not settings.fetch_fixtures:
        return GuardedFetcher(limits=settings.limits)
    if not settings.development:
        raise ProblemError(SETTING_INVALID.about("PARCHEMIN_FETCH_FIXTURES is for development only"))
    try:
        return FixtureFetcher(Path(settings.fetch_fixtures), limits=settings.limits)
    except FixturesError as error:
        raise ProblemError(SETTING_INVALID.about(f"PARCHEMIN_FETCH_FIXTURES: {error}")) from error


def make_resolver(
    fetcher: Fetcher, clock: Clock, converter: Converter, settings: Settings, *, own: DIDResolver | None = None
) -> Resolver:
    """Return what resolves DIDs; `own` is asked first for a did:web, so that nobody fetches from himself.

    Documents of others are kept for a while, and asked for once by many at a time.
    """
    kept = CachingFetcher(fetcher, seconds=settings.did_cache_seconds)
    web = WebResolver(kept, limits=settings.limits)
    log = WebVHResolver(kept, check=log_check(clock, converter, settings), now=clock.now, limits=settings.limits)
    return Resolver(web=FirstOf([own, web]) if own else web, webvh=log, limits=settings.limits)


def log_check(clock: Clock, converter: Converter, settings: Settings) -> CheckProof:
    """Return what says who signed an entry of a did:webvh log: the keys are in it, nothing is resolved."""
    find = partial(find_key, Resolver(limits=settings.limits))

    def check(entry: Mapping[str, Any]) -> frozenset[str]:
        found = check_proofs(entry, find_key=find, converter=converter, now=clock.now(), limits=settings.limits)
        return frozenset(finding.verification_method for finding in found)

    return check


def remote_lists(fetcher: Fetcher, clock: Clock, settings: Settings) -> CachedStatusSource:
    """Return the status lists of others, fetched and kept for a while."""

    def fetch(url: str) -> bytes:
        try:
            answer = fetcher.fetch(url, accept=_LIST_TYPES, max_bytes=settings.limits.status_list_bytes)
        except FetchForbiddenError as error:
            raise ProblemError(NETWORK_FORBIDDEN.about(str(error))) from error
        except FetchTooLargeError as error:
            raise ProblemError(TOO_LARGE.about(str(error))) from error
        except FetchError as error:
            raise ProblemError(STATUS_UNREACHABLE.about(str(error))) from error
        if answer.status != _OK:
            raise ProblemError(STATUS_UNREACHABLE.about(f"its host answered {answer.status}"))
        return answer.body

    return CachedStatusSource(fetch, clock=clock, limits=settings.limits)
