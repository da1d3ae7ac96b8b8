"""Merges of several accounts that are one plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "merge_plans",
        sa.Column("fix_id", LINE, nullable=False),
        sa.Column("plan", LINE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["fix_id"], ["fixes.id"], name=op.f("fk_merge_plans_fix_id_fixes"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fix_id", name=op.f("pk_merge_plans")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_merge_plans_plan", "merge_plans", ["plan", "position"])
    op.create_index("ix_merge_plans_open", "merge_plans", ["closed_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("merge_plans")
