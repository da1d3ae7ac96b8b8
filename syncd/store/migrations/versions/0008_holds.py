"""What is held until a person has looked, what is usual, and what was set back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _of_stream(table: str) -> list[sa.Column[int] | sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_stream_id_streams")
    return [
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=name),
    ]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "holds",
        *_of_stream("holds"),
        sa.Column("guard", LINE, nullable=False),
        sa.Column("key", LINE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("detail", LINE, nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "guard", "key", name=op.f("pk_holds")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "norms",
        *_of_stream("norms"),
        sa.Column("name", LINE, nullable=False),
        sa.Column("key", LINE, nullable=False),
        sa.Column("level", sa.Double(), nullable=False),
        sa.Column("judged_with", LINE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "name", "key", name=op.f("pk_norms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "set_backs",
        *_of_stream("set_backs"),
        sa.Column("rule", LINE, nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("field", LINE, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "rule", "record_id", "field", name=op.f("pk_set_backs")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_set_backs_at", "set_backs", ["stream_id", "at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("set_backs")
    op.drop_table("norms")
    op.drop_table("holds")
