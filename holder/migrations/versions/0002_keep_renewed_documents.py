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
        "holder_renewals",
        sa.Column("document_id", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["holder_documents.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "number"),
    )


def downgrade() -> None:
    """Remove the table and the renewed documents in it; those delivered first remain."""
    op.drop_table("holder_renewals")
