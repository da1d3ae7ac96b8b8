"""What a condition was told as, until it is told to be over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COLUMNS = ("severity", "about", "subject")


def upgrade() -> None:
    """Add the columns; of what goes on now nobody is told that it is over."""
    for name in COLUMNS:
        op.add_column("conditions", sa.Column(name, LINE))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("conditions") as table:
        for name in COLUMNS:
            table.drop_column(name)
