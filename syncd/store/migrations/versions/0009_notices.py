"""What calls for a person, and the messages about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "conditions",
        sa.Column("key", LINE, nullable=False),
        sa.Column("event", LINE, nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_conditions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "messages",
        sa.Column("id", LINE, nullable=False),
        sa.Column("channel", LINE, nullable=False),
        sa.Column("event", LINE, nullable=False),
        sa.Column("severity", LINE, nullable=False),
        sa.Column("about", LINE, nullable=False),
        sa.Column("subject", LINE, nullable=False),
        sa.Column("text", LINE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", LINE, nullable=False),
        sa.Column("failure", LINE, nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_messages_state", "messages", ["state", "channel", "due_at"])
    op.create_index("ix_messages_settled_at", "messages", ["settled_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("messages")
    op.drop_table("conditions")
