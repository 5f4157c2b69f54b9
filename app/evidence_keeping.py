"""Keeps the authorities' answers fresh in the background, so that sealing and verifying ask nobody.

    keeper.beat()       # the worker's: fetches what is due, and what failed a while ago

An answer is fetched again when half of its time is over; one that could not be had is asked for
every few minutes. Until it ends, the old answer serves; after that, documents wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509

from keys.revocation_answers import Answer, AnswerError, addresses, ask_ocsp, read_crl, read_ocsp
from keys.revocation_store import CRL, OCSP, Chain, RevocationStore, pairs
from services.clock import Clock
from services.log import logger
from services.revocation_fetch import RevocationFetcher, RevocationUnavailableError

AGAIN: Final = timedelta(minutes=5)
_Asked = tuple[str, x509.Certificate, x509.Certificate]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a beat did: answers that were fetched, and that could not be had."""

    fetched: int = 0
    failed: int = 0


class EvidenceKeeper:
    """Fetches revocation lists and OCSP answers about the certificates in use; one a worker."""

    def __init__(
        self,
        *,
        store: RevocationStore,
        fetcher: RevocationFetcher,
        chains: Callable[..., Iterable[Chain]],
        clock: Clock,
    ) -> None:
        """Take where answers are kept, the door to the authorities, whose certificates, and the clock."""
        self._store, self._fetcher, self._chains, self._clock = store, fetcher, chains, clock
        self._later: dict[_Asked, datetime] = {}
        self._log = logger("evidence")

    def beat(self, *others: Chain) -> Refreshed:
        """Fetch what is due, also about other chains; what cannot be had is asked for again in a few minutes."""
        now = self._clock.now()
        self._later = {asked: at for asked, at in self._later.items() if at > now}
        done = [self._refresh(asked, now) for asked in self._due(now, others)]
        return Refreshed(done.count(True), done.count(False))

    def _due(self, now: datetime, others: Iterable[Chain]) -> list[_Asked]:
        found = []
        for certificate, issuer in pairs(self._chains(*others)):
            lists, responders = addresses(certificate)
            for kind, places in ((CRL, lists), (OCSP, responders)):
                answer = self._store.answer(kind, certificate, issuer)
                asked = (kind, certificate, issuer)
                if places and asked not in self._later and (answer is None or answer.is_due(now)):
                    found.append(asked)
        return found

    def _refresh(self, asked: _Asked, now: datetime) -> bool:
        kind, certificate, issuer = asked
        lists, responders = addresses(certificate)
        reasons = []
        for address in lists if kind == CRL else responders:
            try:
                answer = self._answer(kind, address, certificate, issuer)
                _require_current(answer, now)
                self._store.keep(kind, answer, certificate, issuer)
            except (RevocationUnavailableError, AnswerError, OSError) as error:
                reasons.append(str(error))
            else:
                return True
        self._later[asked] = now + AGAIN
        self._log.warning("no answer of an authority", kind=kind, reason="; ".join(reasons))
        return False

    def _answer(self, kind: str, address: str, certificate: x509.Certificate, issuer: x509.Certificate) -> Answer:
        if kind == CRL:
            return read_crl(self._fetcher.get(address), certificate=certificate, issuer=issuer)
        answered = self._fetcher.post(address, ask_ocsp(certificate, issuer))
        return read_ocsp(answered, certificate=certificate, issuer=issuer)


def _require_current(answer: Answer, now: datetime) -> None:
    if not answer.is_current(now):
        raise AnswerError("the answer is not in force")
