"""How far each stream was looked through, and what was caught beside plain reading."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
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
        "sweeps",
        *_of_stream("sweeps"),
        sa.Column("began_at", sa.BigInteger()),
        sa.Column("place", LINE, nullable=False),
        sa.Column("behind", LINE, nullable=False),
        sa.Column("run", LINE, nullable=False),
        sa.Column("seen", COUNTER, nullable=False),
        sa.Column("calls", COUNTER, nullable=False),
        sa.Column("caught", sa.LargeBinary(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_seen", COUNTER, nullable=False),
        sa.Column("ended_calls", COUNTER, nullable=False),
        sa.Column("ended_caught", sa.LargeBinary(), nullable=False),
        sa.Column("gap", COUNTER),
        sa.Column("last_gap", COUNTER),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_sweeps")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "catches",
        *_of_stream("catches"),
        sa.Column("by", LINE, nullable=False),
        sa.Column("kind", LINE, nullable=False),
        sa.Column("count", COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "by", "kind", name=op.f("pk_catches")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("catches")
    op.drop_table("sweeps")
