"""Records that syncd makes: what for, for which record, and what they are linked to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEYED = "made_key IS NOT NULL"
OPEN = "made_key IS NOT NULL AND settled_at IS NULL"
CAUSED = "cause_id IS NOT NULL"


def upgrade() -> None:
    """Add the columns; no fix that is there has made a record."""
    for column in (
        sa.Column("made_key", LINE),
        sa.Column("cause_stream", sa.Integer()),
        sa.Column("cause_id", LINE),
        sa.Column("ties", LINE),
    ):
        op.add_column("fixes", column)
    _index("ix_fixes_key", "made_key", KEYED)
    _index("uq_fixes_key", "made_key", OPEN, unique=True)
    _index("ix_fixes_cause", "cause_id", CAUSED)


def downgrade() -> None:
    """Drop them."""
    for name in ("ix_fixes_key", "uq_fixes_key", "ix_fixes_cause"):
        op.drop_index(name, "fixes")
    for name in ("ties", "cause_id", "cause_stream", "made_key"):
        op.drop_column("fixes", name)


def _index(name: str, column: str, where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, "fixes", [column], unique=unique, sqlite_where=condition, postgresql_where=condition)
