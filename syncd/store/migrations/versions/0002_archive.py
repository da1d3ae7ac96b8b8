"""Copies of records that were removed from the CRM."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.BigInteger()


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "archive",
        sa.Column("fix_id", LINE, nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT),
        sa.Column("modified_at", MOMENT, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["fix_id"], ["fixes.id"], name=op.f("fk_archive_fix_id_fixes")),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_archive_stream_id_streams")),
        sa.PrimaryKeyConstraint("fix_id", name=op.f("pk_archive")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_archive_record", "archive", ["stream_id", "record_id"])
    op.create_index("ix_archive_at", "archive", ["stream_id", "at"])


def downgrade() -> None:
    """Drop the table, and the copies with it."""
    op.drop_table("archive")
