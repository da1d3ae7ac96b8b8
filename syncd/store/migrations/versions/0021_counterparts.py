"""Whether a record has a counterpart in a linked account; what people said of pairs, found from either end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEX = "ix_match_records_counterpart"
BY_OTHER = "ix_match_decisions_other"


def upgrade() -> None:
    """Add the column; accounts are linked from now on, so nobody has a counterpart yet."""
    op.add_column("match_records", sa.Column("counterpart", sa.Integer()))
    is_told = sa.text("counterpart IS NOT NULL")
    columns = ["stream_id", "counterpart", "record_id"]
    op.create_index(INDEX, "match_records", columns, sqlite_where=is_told, postgresql_where=is_told)
    op.create_index(BY_OTHER, "match_decisions", ["other_stream_id", "other_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(BY_OTHER, "match_decisions")
    op.drop_index(INDEX, "match_records")
    with op.batch_alter_table("match_records") as table:
        table.drop_column("counterpart")
