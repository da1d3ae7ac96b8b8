"""Who owns records and who of them has left; which mail domains are dead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "owner_lists",
        sa.Column("account", LINE, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_owner_lists")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "owners",
        sa.Column("account", LINE, nullable=False),
        sa.Column("id", LINE, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_owners")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail_domains",
        sa.Column("domain", LINE, nullable=False),
        sa.Column("is_dead", sa.Boolean(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_mail_domains")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_mail_domains_due_at"), "mail_domains", ["due_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("mail_domains")
    op.drop_table("owners")
    op.drop_table("owner_lists")
