"""Make the tables of the holder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _make_holder_documents() -> None:
    op.create_table(
        "holder_documents",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("institution_did", sa.String(length=2048), nullable=False),
        sa.Column("institution_names", sa.JSON(), nullable=False),
        sa.Column("institution_contact", sa.String(length=254), nullable=False),
        sa.Column("learner_name", sa.String(length=401), nullable=False),
        sa.Column("issued_on", sa.String(length=10), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("withholdable", sa.JSON(), nullable=False),
        sa.Column("replaces", sa.String(length=100), nullable=True),
        sa.Column("message_sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_holder_documents_person_id", "holder_documents", ["person_id"], unique=False)
    op.create_index("ix_holder_documents_replaces", "holder_documents", ["replaces"], unique=False)


def _make_holder_events() -> None:
    op.create_table(
        "holder_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=100), nullable=True),
        sa.Column("share_id", sa.String(length=36), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_holder_events_document_id", "holder_events", ["document_id"], unique=False)
    op.create_index("ix_holder_events_person_id", "holder_events", ["person_id"], unique=False)
    op.create_index("ix_holder_events_share_id", "holder_events", ["share_id"], unique=False)


def _make_holder_shares() -> None:
    op.create_table(
        "holder_shares",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("allow_download", sa.Boolean(), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("paused_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "request_key", name="uq_holder_shares_request"),
        sa.UniqueConstraint("token_digest"),
    )
    op.create_index("ix_holder_shares_person_id", "holder_shares", ["person_id"], unique=False)


def _make_holder_exchanges() -> None:
    op.create_table(
        "holder_exchanges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=100), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("challenge_digest", sa.String(length=64), nullable=True),
        sa.Column("collected_at", UtcDateTime(), nullable=True),
        sa.Column("holder_did", sa.String(length=2048), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["holder_documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_holder_exchanges_document_id", "holder_exchanges", ["document_id"], unique=False)
    op.create_index("ix_holder_exchanges_person_id", "holder_exchanges", ["person_id"], unique=False)


def _make_holder_files() -> None:
    op.create_table(
        "holder_files",
        sa.Column("document_id", sa.String(length=100), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["holder_documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id"),
    )


def _make_holder_forms() -> None:
    op.create_table(
        "holder_forms",
        sa.Column("document_id", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("bound_to", sa.String(length=2048), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["holder_documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "position"),
    )


def _make_holder_share_documents() -> None:
    op.create_table(
        "holder_share_documents",
        sa.Column("share_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["holder_documents.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["share_id"], ["holder_shares.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("share_id", "position"),
    )
    op.create_index("ix_holder_share_documents_document_id", "holder_share_documents", ["document_id"], unique=False)


def _make_holder_visits() -> None:
    op.create_table(
        "holder_visits",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("share_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("shown_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["share_id"], ["holder_shares.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_holder_visits_share_id", "holder_visits", ["share_id"], unique=False)


def upgrade() -> None:
    """Make the change."""
    _make_holder_documents()
    _make_holder_events()
    _make_holder_shares()
    _make_holder_exchanges()
    _make_holder_files()
    _make_holder_forms()
    _make_holder_share_documents()
    _make_holder_visits()


def downgrade() -> None:
    """Take it back."""
    op.drop_table("holder_visits")
    op.drop_table("holder_share_documents")
    op.drop_table("holder_forms")
    op.drop_table("holder_files")
    op.drop_table("holder_exchanges")
    op.drop_table("holder_shares")
    op.drop_table("holder_events")
    op.drop_table("holder_documents")
