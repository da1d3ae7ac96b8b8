"""When single fields of a record were last set."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "field_times",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("times", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream_id", "record_id"],
            ["records.stream_id", "records.id"],
            name=op.f("fk_field_times_stream_id_record_id_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stream_id", "record_id", name=op.f("pk_field_times")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("field_times")
