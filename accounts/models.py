"""Tables of the people who sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.database import UtcDateTime


class Base(DeclarativeBase):
    """The tables of accounts; no other role has a foreign key to them."""

    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 (SQLAlchemy's own declaration)


class PersonRow(Base):
    """pii: names, language and the argon2id hash of the password of one person."""

    __tablename__ = "account_people"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    given_name: Mapped[str] = mapped_column(String(200))
    family_name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]


class AddressRow(Base):
    """pii: e-mail addresses; `confirmed_at` says when its owner proved to read it."""

    __tablename__ = "account_addresses"

    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey(PersonRow.id, ondelete="CASCADE"), index=True)
    is_primary: Mapped[bool]
    confirmed_at: Mapped[datetime | None]


class MembershipRow(Base):
    """pii: which person is staff of which institution (its slug), and as what."""

    __tablename__ = "account_memberships"

    person_id: Mapped[str] = mapped_column(ForeignKey(PersonRow.id, ondelete="CASCADE"), primary_key=True)
    institution: Mapped[str] = mapped_column(String(100), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class SessionRow(Base):
    """pii: who is signed in; the cookie's token only as a keyed hash."""

    __tablename__ = "account_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey(PersonRow.id, ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class InvitationRow(Base):
    """pii: an invitation to an address (R1); its token only as a keyed hash."""

    __tablename__ = "account_invitations"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(ForeignKey(AddressRow.email, ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AttemptRow(Base):
    """no_pii: how often something was tried in a window of time; the key is a keyed hash."""

    __tablename__ = "account_attempts"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[datetime]
    count: Mapped[int]
