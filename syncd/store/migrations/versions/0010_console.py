"""Users, sessions and orders of the console."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "users",
        sa.Column("name", LINE, nullable=False),
        sa.Column("role", LINE, nullable=False),
        sa.Column("password", LINE, nullable=False),
        sa.Column("subject", LINE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_users")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_users_subject", "users", ["subject"])
    op.create_table(
        "sessions",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user", LINE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_user", "sessions", ["user"])
    op.create_table(
        "signing_keys",
        sa.Column("name", LINE, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_signing_keys")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "login_failures",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_login_failures")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_login_failures_at", "login_failures", ["at"])
    op.create_table(
        "orders",
        sa.Column("id", LINE, nullable=False),
        sa.Column("kind", LINE, nullable=False),
        sa.Column("account", LINE, nullable=False),
        sa.Column("by", LINE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", LINE, nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("result", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_orders_state", "orders", ["state", "account", "id"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("orders", "login_failures", "signing_keys", "sessions", "users"):
        op.drop_table(table)
