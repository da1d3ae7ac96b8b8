"""Calls to CRMs by what they were for, and what the daemon last told of an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "calls_made",
        sa.Column("account", LINE, nullable=False),
        sa.Column("quarter", sa.BigInteger(), nullable=False),
        sa.Column("purpose", LINE, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "quarter", "purpose", name=op.f("pk_calls_made")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outlooks",
        sa.Column("account", LINE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_outlooks")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("outlooks")
    op.drop_table("calls_made")
