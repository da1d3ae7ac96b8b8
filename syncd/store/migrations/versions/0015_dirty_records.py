"""Records that are not clean, by owner and by what made them: the console lists them without a look at the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WHERE = sa.text("NOT is_clean")


def upgrade() -> None:
    """Create the index."""
    columns = ["stream_id", "owner", "created_source", "id"]
    op.create_index("ix_records_dirty", "records", columns, sqlite_where=WHERE, postgresql_where=WHERE)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_records_dirty", "records")
