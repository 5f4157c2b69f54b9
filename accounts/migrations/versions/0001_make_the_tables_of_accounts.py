"""Make the tables of accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _make_account_attempts() -> None:
    op.create_table(
        "account_attempts",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def _make_account_people() -> None:
    op.create_table(
        "account_people",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("activated_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def _make_account_addresses() -> None:
    op.create_table(
        "account_addresses",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["account_people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("email"),
    )
    op.create_index("ix_account_addresses_person_id", "account_addresses", ["person_id"], unique=False)


def _make_account_memberships() -> None:
    op.create_table(
        "account_memberships",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["account_people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "institution", "role"),
    )


def _make_account_sessions() -> None:
    op.create_table(
        "account_sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["account_people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_account_sessions_person_id", "account_sessions", ["person_id"], unique=False)


def _make_account_invitations() -> None:
    op.create_table(
        "account_invitations",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["email"], ["account_addresses.email"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_account_invitations_email", "account_invitations", ["email"], unique=False)


def upgrade() -> None:
    """Make the change."""
    _make_account_attempts()
    _make_account_people()
    _make_account_addresses()
    _make_account_memberships()
    _make_account_sessions()
    _make_account_invitations()


def downgrade() -> None:
    """Take it back."""
    op.drop_table("account_invitations")
    op.drop_table("account_sessions")
    op.drop_table("account_memberships")
    op.drop_table("account_addresses")
    op.drop_table("account_people")
    op.drop_table("account_attempts")
