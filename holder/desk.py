"""What the holder offers: the one object that wiring builds and that pages, commands and jobs ask.

desk = HolderDesk(database=…, clock=…, people=…, secret=…, verify=verify, evidence=…, …)
desk.receive(delivery)                      # the job `deliver-credential`
desk.receive_renewal(renewed)               # the job `deliver-renewal`
made = desk.shares.create(person.id, request)
visit = desk.opening.enter(made.token, made.pin)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from accounts.attempts import Failures
from accounts.passwords import Hasher
from accounts.people import People
from accounts.tokens import TokenKeeper
from holder.exchanges.exchanging import Exchanging
from holder.letters import Letters
from holder.sharing.opening import Opening
from holder.sharing.shares import Shares
from holder.sharing.showing import Showing
from holder.vault.documents import Vault
from holder.vault.receiving import Receiving, Verify
from holder.vault.renewing import Renewing
from schemas.delivery import CredentialForm, Delivery, RenewedPDF
from schemas.problems import NOT_FOUND, ProblemError
from schemas.shares import PrintedDocument
from services.clock import Clock
from services.database import Database
from services.mail import Mailer
from verifier.evidence import Evidence

WRONG_PINS: Final = 30
"""Wrong PINs that one client may type in an hour at all shares together (threats.md I04)."""


class HolderDesk:
    """The vault, shares, their opening, exchanges with wallets, and printed codes.

    `bind(document_id, holder)` is the message `bind-credential`: it returns the approved award
    signed again for the holder's DID (R95). `printed(token)` asks the issuer what a printed QR code
    stands for. `secret` keys the hashes of tokens; `base_url` is where people reach us.
    """

    def __init__(  # noqa: PLR0913 (each is a part or a setting that wiring chooses)
        self,
        *,
        database: Database,
        clock: Clock,
        people: People,
        secret: bytes,
        verify: Verify,
        evidence: Callable[[], Evidence],
        mailer: Mailer,
        base_url: str,
        bind: Callable[[str, str], Sequence[CredentialForm]],
        printed: Callable[[str], PrintedDocument | None],
        attempts: int = 5,
        pause: timedelta = timedelta(hours=1),
        exchange_life: timedelta = timedelta(minutes=15),
        zone: str = "America/Toronto",
    ) -> None:
        """Build every part; nothing is opened or asked yet."""
        tokens, hasher = TokenKeeper(secret), Hasher()
        letters = Letters(mailer=mailer, base_url=base_url)
        self.base_url, self.clock = base_url.rstrip("/"), clock
        self.vault = Vault(database=database)
        self.receiving = Receiving(
            database=database, clock=clock, people=people, verify=verify, evidence=evidence, letters=letters
        )
        self.renewing = Renewing(database=database, clock=clock, verify=verify, evidence=evidence)
        self.shares = Shares(database=database, clock=clock, tokens=tokens, hasher=hasher, zone=zone)
        self.opening = Opening(
            database=database,
            clock=clock,
            tokens=tokens,
            hasher=hasher,
            failures=_wrong_pins(database, clock, tokens),
            attempts=attempts,
            pause=pause,
            zone=zone,
        )
        self.showing = Showing(vault=self.vault, verify=verify, evidence=evidence)
        self.exchanging = Exchanging(
            database=database,
            clock=clock,
            tokens=tokens,
            verify=verify,
            evidence=evidence,
            bind=bind,
            base_url=base_url,
            life=exchange_life,
        )
        self._printed = printed

    def receive(self, delivery: Delivery) -> bool:
        """Take in a delivery (see `Receiving.receive`)."""
        return self.receiving.receive(delivery)

    def receive_renewal(self, renewed: RenewedPDF) -> bool:
        """Take in newer bytes of a document (see `Renewing.receive`)."""
        return self.renewing.receive(renewed)

    def share_link(self, token: str) -> str:
        """Return the link of a share's token (R71: all under one address)."""
        return f"{self.base_url}/s/{token}"

    def printed(self, token: str) -> PrintedDocument:
        """Return what a printed QR code tells; raise NOT_FOUND for one that nobody printed."""
        found = self._printed(token)
        if found is None:
            raise ProblemError(NOT_FOUND.about())
        return found


def _wrong_pins(database: Database, clock: Clock, tokens: TokenKeeper) -> Failures:
    return Failures("pin", database=database, clock=clock, tokens=tokens, most=WRONG_PINS, window=timedelta(hours=1))
