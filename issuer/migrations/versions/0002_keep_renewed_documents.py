"""Keep renewed documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of renewed documents."""
    op.create_table(
        "issuer_renewals",
        sa.Column("document_id", sa.String(length=45), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("lasts_until", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["issuer_documents.id"]),
        sa.PrimaryKeyConstraint("document_id", "number"),
    )
    op.create_index(op.f("ix_issuer_renewals_lasts_until"), "issuer_renewals", ["lasts_until"], unique=False)


def downgrade() -> None:
    """Remove the table and the renewed documents in it."""
    op.drop_index(op.f("ix_issuer_renewals_lasts_until"), table_name="issuer_renewals")
    op.drop_table("issuer_renewals")
