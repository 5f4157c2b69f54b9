"""Make the tables of the issuer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _make_institutions() -> None:
    op.create_table(
        "issuer_institutions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("did", sa.String(length=500), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("did"),
        sa.UniqueConstraint("slug"),
    )


def _make_jobs() -> None:
    op.create_table(
        "issuer_jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lost_leases", sa.Integer(), nullable=False),
        sa.Column("available_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "key", name="uq_issuer_jobs_kind_key"),
        comment="pii: the payload holds the message until the job is done",
    )
    op.create_index(
        "ix_issuer_jobs_state_kind_available_at", "issuer_jobs", ["state", "kind", "available_at"], unique=False
    )


def _make_api_clients() -> None:
    op.create_table(
        "issuer_api_clients",
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["issuer_institutions.id"],
        ),
        sa.PrimaryKeyConstraint("prefix"),
    )
    op.create_index("ix_issuer_api_clients_institution_id", "issuer_api_clients", ["institution_id"], unique=False)


def _make_api_requests() -> None:
    op.create_table(
        "issuer_api_requests",
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["issuer_institutions.id"],
        ),
        sa.PrimaryKeyConstraint("institution_id", "key"),
    )
    op.create_index("ix_issuer_api_requests_created_at", "issuer_api_requests", ["created_at"], unique=False)


def _make_documents() -> None:
    op.create_table(
        "issuer_documents",
        sa.Column("id", sa.String(length=45), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("award", sa.JSON(), nullable=False),
        sa.Column("award_sha256", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.LargeBinary(length=32), nullable=False),
        sa.Column("printed_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("base_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["issuer_institutions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("institution_id", "external_id", name="uq_issuer_documents_natural_key"),
        sa.UniqueConstraint("printed_sha256"),
    )
    op.create_index("ix_issuer_documents_created_at", "issuer_documents", ["created_at"], unique=False)
    op.create_index("ix_issuer_documents_state", "issuer_documents", ["state"], unique=False)


def _make_status_lists() -> None:
    op.create_table(
        "issuer_status_lists",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("signed_version", sa.Integer(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("valid_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["issuer_institutions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_issuer_status_lists_institution_id", "issuer_status_lists", ["institution_id"], unique=False)


def _make_document_events() -> None:
    op.create_table(
        "issuer_document_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=45), nullable=False),
        sa.Column("happened", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("audit_number", sa.Integer(), nullable=False),
        sa.Column("audit_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["issuer_documents.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_issuer_document_events_audit_number", "issuer_document_events", ["audit_number"], unique=False)
    op.create_index("ix_issuer_document_events_document_id", "issuer_document_events", ["document_id"], unique=False)


def _make_intents() -> None:
    op.create_table(
        "issuer_intents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=45), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("will_sign_sha256", sa.String(length=64), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["issuer_documents.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_issuer_intents_open",
        "issuer_intents",
        ["document_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_issuer_intents_document_id", "issuer_intents", ["document_id"], unique=False)
    op.create_index("ix_issuer_intents_state", "issuer_intents", ["state"], unique=False)


def _make_status_entries() -> None:
    op.create_table(
        "issuer_status_entries",
        sa.Column("list_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("intent_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=45), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.Column("is_burnt", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["issuer_documents.id"],
        ),
        sa.ForeignKeyConstraint(
            ["intent_id"],
            ["issuer_intents.id"],
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["issuer_status_lists.id"],
        ),
        sa.PrimaryKeyConstraint("list_id", "place"),
    )
    op.create_index("ix_issuer_status_entries_document_id", "issuer_status_entries", ["document_id"], unique=False)
    op.create_index("ix_issuer_status_entries_intent_id", "issuer_status_entries", ["intent_id"], unique=False)


def upgrade() -> None:
    """Make the change."""
    _make_institutions()
    _make_jobs()
    _make_api_clients()
    _make_api_requests()
    _make_documents()
    _make_status_lists()
    _make_document_events()
    _make_intents()
    _make_status_entries()


def downgrade() -> None:
    """Take it back."""
    op.drop_table("issuer_status_entries")
    op.drop_table("issuer_intents")
    op.drop_table("issuer_document_events")
    op.drop_table("issuer_status_lists")
    op.drop_table("issuer_documents")
    op.drop_table("issuer_api_requests")
    op.drop_table("issuer_api_clients")
    op.drop_table("issuer_jobs")
    op.drop_table("issuer_institutions")
