"""What providers of values from outside said, what they are to be asked, and what that cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "provided",
        sa.Column("provider", LINE, nullable=False),
        sa.Column("key", LINE, nullable=False),
        sa.Column("answer", sa.LargeBinary()),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "key", name=op.f("pk_provided")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_provided_due_at"), "provided", ["provider", "due_at"])
    op.create_table(
        "provider_days",
        sa.Column("provider", LINE, nullable=False),
        sa.Column("day", LINE, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "day", name=op.f("pk_provider_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "provider_states",
        sa.Column("provider", LINE, nullable=False),
        sa.Column("edition", LINE, nullable=False),
        sa.Column("trouble", LINE, nullable=False),
        sa.Column("since", sa.BigInteger()),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_states")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("provider_states", "provider_days", "provided"):
        op.drop_table(name)
