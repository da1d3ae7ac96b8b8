"""What golden records come to in figures, by the record each is told with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table; records are counted when they are judged next."""
    op.create_table(
        "golden_shares",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("share", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream_id", "record_id"],
            ["records.stream_id", "records.id"],
            name=op.f("fk_golden_shares_stream_id_record_id_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stream_id", "record_id", name=op.f("pk_golden_shares")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it, and what was counted."""
    op.drop_table("golden_shares")
    op.execute("DELETE FROM kpi_counts WHERE name IN ('golden', 'golden_filled', 'golden_conflict')")
