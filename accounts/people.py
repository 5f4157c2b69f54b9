"""Who people are: invitation (R1), password (R3), sign-in, language (R85).

An address is confirmed by using the invitation that was sent to it. A learner's documents belong
to the person behind the address, so an account stands ready before its person first signs in.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import store
from accounts.models import AddressRow, InvitationRow, MembershipRow, PersonRow
from accounts.passwords import Hasher, require_good_password
from accounts.store import Person
from accounts.tokens import TokenKeeper
from schemas.problems import CHECK_WHAT_YOU_TYPED, MALFORMED, NOT_FOUND, RATE_LIMITED, FieldError, ProblemError
from services.clock import Clock
from services.database import Database

INVITATION_LIFE: Final = timedelta(days=30)
ATTEMPT_WINDOW: Final = timedelta(minutes=15)
LANGUAGES: Final = ("fr", "en")
_EMAIL: Final = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,190}")
_CLIENT_FACTOR: Final = 5
"""One network address may be a whole campus: it may fail more often than one account."""


class People:
    """Invites people, lets them choose a password, and knows them again."""

    def __init__(self, *, database: Database, clock: Clock, tokens: TokenKeeper, attempts: int = 10) -> None:
        """Take the parts; `attempts` is how many failed sign-ins an account has in 15 minutes."""
        self._database = database
        self._clock = clock
        self._tokens = tokens
        self._attempts = attempts
        self._hasher = Hasher()

    def register(self, email: str, *, given_name: str, family_name: str, language: str) -> Person:
        """Return the person behind an address, making an account that waits for them when there is none."""
        address = normal_email(email)
        try:
            return self._find_or_make(address, given_name, family_name, _language(language))
        except IntegrityError:
            # Somebody registered the same address at the same moment: theirs is the account.
            return self._find_or_make(address, given_name, family_name, _language(language))

    def add_staff(self, person_id: str, institution: str, role: str = "administrator") -> None:
        """Make a person staff of an institution (its slug); a second time changes nothing."""
        with self._database.session() as session:
            if store.membership(session, person_id, institution, role) is None:
                store.add(session, MembershipRow(person_id=person_id, institution=institution, role=role))

    def invite(self, email: str) -> str:
        """Return a fresh invitation token for a known address; raise NOT_FOUND for an unknown one.

        Older ones go on working (two documents may arrive on one day) until one is used.
        """
        address = normal_email(email)
        token, digest = self._tokens.new("invitation")
        now = self._clock.now()
        with self._database.session() as session:
            if store.address(session, address) is None:
                raise ProblemError(NOT_FOUND.about())
            row = InvitationRow(digest=digest, email=address, expires_at=now + INVITATION_LIFE, used_at=None)
            store.add(session, row)
        return token

    def invited(self, token: str) -> str:
        """Return the address that an invitation was sent to; raise NOT_FOUND when it opens nothing."""
        with self._database.reading() as session:
            email = store.open_invitation(session, self._tokens.digest("invitation", token), self._clock.now())
        if email is None:
            raise ProblemError(NOT_FOUND.about("this invitation was used or is over"))
        return email

    def accept(self, token: str, password: str) -> Person:
        """Confirm the invited address and set the password; every older session ends (J01)."""
        require_good_password(password)
        self.invited(token)  # an unknown token must not cost a hash
        encoded = self._hasher.hash(password)
        now = self._clock.now()
        with self._database.session() as session:
            email = store.use_invitation(session, self._tokens.digest("invitation", token), now)
            row = store.address(session, email) if email else None
            if row is None:
                raise ProblemError(NOT_FOUND.about("this invitation was used or is over"))
            row.confirmed_at = row.confirmed_at or now
            store.end_invitations(session, row.email, now)
            person = self._set_password(session, row.person_id, encoded)
            person.activated_at = person.activated_at or now
            return self._known(session, row.person_id)

    def check_password(self, email: str, password: str, *, client: str) -> Person:
        """Return the person; raise CHECK_WHAT_YOU_TYPED, the same for every reason (J04).

        Attempts are counted by address and by client before anything is hashed: RATE_LIMITED.
        """
        address = email.strip().lower()
        key = self._tokens.digest("attempt-address", address)
        self._count(key, self._tokens.digest("attempt-client", client))
        with self._database.reading() as session:
            row = store.address(session, address)
            found = session.get(PersonRow, row.person_id) if row and row.confirmed_at else None
            encoded = found.password_hash if found else None
            person = store.person(session, found.id) if found else None
        if not self._hasher.matches(encoded, password) or person is None:
            raise ProblemError(CHECK_WHAT_YOU_TYPED.about())
        with self._database.session() as session:
            store.forget_attempts(session, key)
        return person

    def change_password(self, person: Person, *, old: str, new: str, client: str) -> None:
        """Set a new password after the old one was typed; every session ends (J01)."""
        require_good_password(new)
        self.check_password(person.email, old, client=client)
        encoded = self._hasher.hash(new)
        with self._database.session() as session:
            self._set_password(session, person.id, encoded)

    def choose_language(self, person_id: str, language: str) -> None:
        """Remember `fr` or `en`; raise MALFORMED for another."""
        if language not in LANGUAGES:
            error = FieldError("/language", MALFORMED.code, "fr or en")
            raise ProblemError(MALFORMED.about("not a language of these pages", errors=(error,)))
        with self._database.session() as session:
            row = store.person_row(session, person_id)
            if row is not None:
                row.language = language

    def by_email(self, email: str) -> Person | None:
        """Return the person behind an address, confirmed or not; for the service, never for a page (R65)."""
        with self._database.reading() as session:
            row = store.address(session, email.strip().lower())
            return store.person(session, row.person_id) if row else None

    def by_id(self, person_id: str) -> Person | None:
        """Return a person by their id."""
        with self._database.reading() as session:
            return store.person(session, person_id)

    def is_active(self, person_id: str) -> bool:
        """Did this person ever use an invitation?"""
        with self._database.reading() as session:
            row = session.get(PersonRow, person_id)
            return row is not None and row.activated_at is not None

    def staff_of(self, institution: str) -> list[Person]:
        """Return the staff of an institution, oldest account first."""
        with self._database.reading() as session:
            found = [store.person(session, person_id) for person_id in store.people_of(session, institution)]
        return [person for person in found if person is not None]

    def _find_or_make(self, email: str, given_name: str, family_name: str, language: str) -> Person:
        with self._database.session() as session:
            known = store.address(session, email)
            if known is not None:
                return self._known(session, known.person_id)
            row = PersonRow(
                id=str(uuid.uuid4()),
                given_name=given_name[:200],
                family_name=family_name[:200],
                language=language,
                password_hash=None,
                created_at=self._clock.now(),
                activated_at=None,
            )
            store.add(session, row)
            store.add(session, AddressRow(email=email, person_id=row.id, is_primary=True, confirmed_at=None))
            return self._known(session, row.id)

    def _set_password(self, session: Session, person_id: str, encoded: str) -> PersonRow:
        row = store.person_row(session, person_id)
        if row is None:
            raise ProblemError(NOT_FOUND.about())
        row.password_hash = encoded
        store.end_sessions(session, person_id)
        return row

    def _known(self, session: Session, person_id: str) -> Person:
        person = store.person(session, person_id)
        if person is None:
            raise ProblemError(NOT_FOUND.about())
        return person

    def _count(self, by_address: str, by_client: str) -> None:
        """Count in its own transaction, so that parallel attempts cannot outrun the count."""
        now = self._clock.now()
        with self._database.session() as session:
            one = store.count_attempt(session, by_address, now, now + ATTEMPT_WINDOW)
            many = store.count_attempt(session, by_client, now, now + ATTEMPT_WINDOW)
        if one > self._attempts or many > self._attempts * _CLIENT_FACTOR:
            seconds = int(ATTEMPT_WINDOW.total_seconds())
            raise ProblemError(RATE_LIMITED.about("too many attempts to sign in", retry_after=seconds))


def normal_email(email: str) -> str:
    """Return the address in lower case; raise MALFORMED when it is none."""
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address):
        error = FieldError("/email", MALFORMED.code, "not an e-mail address")
        raise ProblemError(MALFORMED.about("not an e-mail address", errors=(error,)))
    return address


def _language(language: str) -> str:
    """Return the first language of a document's that our pages have."""
    first = language.split("+", maxsplit=1)[0][:2]
    return first if first in LANGUAGES else "fr"
