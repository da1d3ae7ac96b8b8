"""What CRMs announced and is not read yet, and where their feeds stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "announced",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("news", LINE, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_announced_stream_id_streams")),
        sa.PrimaryKeyConstraint("stream_id", "record_id", name=op.f("pk_announced")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feeds",
        sa.Column("account", LINE, nullable=False),
        sa.Column("feed", LINE, nullable=False),
        sa.Column("position", LINE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "feed", name=op.f("pk_feeds")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("feeds")
    op.drop_table("announced")
