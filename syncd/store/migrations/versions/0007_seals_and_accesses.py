"""The key of encryption at rest, and who looked at what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "seals",
        sa.Column("key_name", LINE, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_name", name=op.f("pk_seals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "accesses",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", LINE, nullable=False),
        sa.Column("command", LINE, nullable=False),
        sa.Column("target", LINE, nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accesses")),
    )
    op.create_index("ix_accesses_at", "accesses", ["at", "id"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("accesses")
    op.drop_table("seals")
