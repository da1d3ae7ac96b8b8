"""When values were set, by whom, and where they are from, for records with counterparts in other accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INDEX = "ix_value_marks_wanting"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "value_marks",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("is_wanting", sa.Boolean()),
        sa.ForeignKeyConstraint(
            ["stream_id", "record_id"],
            ["records.stream_id", "records.id"],
            name=op.f("fk_value_marks_stream_id_record_id_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stream_id", "record_id", name=op.f("pk_value_marks")),
        sqlite_with_rowid=False,
    )
    is_wanting = sa.text("is_wanting IS NOT NULL")
    columns = ["stream_id", "record_id"]
    op.create_index(INDEX, "value_marks", columns, sqlite_where=is_wanting, postgresql_where=is_wanting)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("value_marks")
