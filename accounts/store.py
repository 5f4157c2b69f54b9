"""Every query about people, their addresses, sessions, invitations and attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from accounts.models import AddressRow, AttemptRow, InvitationRow, MembershipRow, PersonRow, SessionRow


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in; `institutions` maps the slugs where they are staff to their roles."""

    id: str
    given_name: str
    family_name: str
    email: str
    language: str
    institutions: dict[str, tuple[str, ...]]

    @property
    def full_name(self) -> str:
        """Return given and family name; people with one name have no family name."""
        return " ".join(part for part in (self.given_name, self.family_name) if part)

    @property
    def is_staff(self) -> bool:
        """Are they staff of any institution?"""
        return bool(self.institutions)

    def is_staff_of(self, institution: str) -> bool:
        """Are they staff of the institution with this slug?"""
        return institution in self.institutions


def person(session: Session, person_id: str) -> Person | None:
    """Return the person with their primary address and their memberships."""
    row = session.get(PersonRow, person_id)
    if row is None:
        return None
    email = session.scalars(
        select(AddressRow.email)
        .where(AddressRow.person_id == person_id)
        .order_by(AddressRow.is_primary.desc(), AddressRow.email)
    ).first()
    roles: dict[str, tuple[str, ...]] = {}
    for membership in session.scalars(select(MembershipRow).where(MembershipRow.person_id == person_id)):
        roles[membership.institution] = (*roles.get(membership.institution, ()), membership.role)
    return Person(row.id, row.given_name, row.family_name, email or "", row.language, roles)


def person_row(session: Session, person_id: str) -> PersonRow | None:
    """Return the row of a person, locked for change where the database can."""
    return session.get(PersonRow, person_id, with_for_update=True)


def address(session: Session, email: str) -> AddressRow | None:
    """Return an address, confirmed or not; what is no text for a database is not found."""
    return session.get(AddressRow, email) if email.isprintable() else None


def addresses(session: Session, person_id: str) -> list[AddressRow]:
    """Return a person's addresses."""
    return list(session.scalars(select(AddressRow).where(AddressRow.person_id == person_id)))


def add(session: Session, row: PersonRow | AddressRow | MembershipRow | SessionRow | InvitationRow) -> None:
    """Add a row and send it, so that a broken rule shows here."""
    session.add(row)
    session.flush()


def membership(session: Session, person_id: str, institution: str, role: str) -> MembershipRow | None:
    """Return one membership."""
    return session.get(MembershipRow, (person_id, institution, role))


def people_of(session: Session, institution: str) -> list[str]:
    """Return the ids of an institution's staff, oldest account first."""
    query = (
        select(PersonRow.id)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(MembershipRow.institution == institution)
        .order_by(PersonRow.created_at, PersonRow.id)
        .distinct()
    )
    return list(session.scalars(query))


def session_owner(session: Session, digest: str, now: datetime) -> str | None:
    """Return the person of a session that has not ended."""
    query = select(SessionRow.person_id).where(SessionRow.digest == digest, SessionRow.expires_at > now)
    return session.scalar(query)


def end_session(session: Session, digest: str) -> None:
    """Forget one session."""
    session.execute(delete(SessionRow).where(SessionRow.digest == digest))


def end_sessions(session: Session, person_id: str) -> None:
    """Forget every session of a person."""
    session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))


def forget_old(session: Session, now: datetime) -> None:
    """Forget sessions and counts whose time is over."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    session.execute(delete(AttemptRow).where(AttemptRow.ends_at <= now))


def use_invitation(session: Session, digest: str, now: datetime) -> str | None:
    """Use up an invitation; return its address, or None when it is unknown, over or used."""
    row = session.get(InvitationRow, digest, with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at <= now:
        return None
    row.used_at = now
    return row.email


def open_invitation(session: Session, digest: str, now: datetime) -> str | None:
    """Return the address of an invitation that can still be used."""
    row = session.get(InvitationRow, digest)
    return row.email if row is not None and row.used_at is None and row.expires_at > now else None


def end_invitations(session: Session, email: str, now: datetime) -> None:
    """Use up every open invitation of an address: a newer one replaces them."""
    session.execute(
        update(InvitationRow).where(InvitationRow.email == email, InvitationRow.used_at.is_(None)).values(used_at=now)
    )


def count_attempt(session: Session, digest: str, now: datetime, ends_at: datetime) -> int:
    """Count one more attempt under the key and return how many there were in this window."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(AttemptRow).values(digest=digest, ends_at=ends_at, count=0)
    session.execute(first.on_conflict_do_nothing(index_elements=["digest"]))
    row = session.get_one(AttemptRow, digest, with_for_update=True)
    if row.ends_at <= now:
        row.ends_at, row.count = ends_at, 0
    row.count += 1
    return row.count


def attempts(session: Session, digest: str, now: datetime) -> int:
    """Return how many attempts were counted under the key in the window that lasts."""
    row = session.get(AttemptRow, digest)
    return row.count if row is not None and row.ends_at > now else 0


def forget_attempts(session: Session, digest: str) -> None:
    """Start the count of a key again."""
    session.execute(delete(AttemptRow).where(AttemptRow.digest == digest))
