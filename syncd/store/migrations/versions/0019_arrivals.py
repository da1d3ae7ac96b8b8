"""What comes in by forms and files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def partial(name: str, *columns: str, where: str) -> None:
    """Create an index over some rows."""
    op.create_index(
        name, "arrivals", list(columns), unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "arrivals",
        sa.Column("id", LINE, nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("door", LINE, nullable=False),
        sa.Column("mark", LINE, nullable=False),
        sa.Column("state", LINE, nullable=False),
        sa.Column("mode", LINE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("mailbox", LINE),
        sa.Column("record_stream_id", sa.Integer()),
        sa.Column("record_id", LINE),
        sa.Column("fix_id", LINE),
        sa.Column("told", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_arrivals_stream_id_streams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
        sa.UniqueConstraint("door", "mark", name=op.f("uq_arrivals_door_mark")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_arrivals_state", "arrivals", ["state", "stream_id", "id"])
    partial("ix_arrivals_record", "record_stream_id", "record_id", where="record_id IS NOT NULL")
    partial("ix_arrivals_mailbox", "mailbox", where="mailbox IS NOT NULL")
    partial("ix_arrivals_fix", "fix_id", where="fix_id IS NOT NULL")
    op.create_table(
        "arrival_keys",
        sa.Column("key", LINE, nullable=False),
        sa.Column("arrival_id", LINE, nullable=False),
        sa.PrimaryKeyConstraint("key", "arrival_id", name=op.f("pk_arrival_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_arrival_keys_arrival", "arrival_keys", ["arrival_id"])
    op.create_table(
        "arrival_files",
        sa.Column("door", LINE, nullable=False),
        sa.Column("digest", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("state", LINE, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer()),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.Column("outcomes", LINE, nullable=False),
        sa.PrimaryKeyConstraint("door", "digest", name=op.f("pk_arrival_files")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("arrival_files")
    op.drop_table("arrival_keys")
    op.drop_table("arrivals")
