"""What makes records and values, what owners are called, and audits; counts by owner and by what made a record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: The counts of records that are there already, by what kind of thing made them and by owner. Findings had no counts by
#: what made them.
_COUNTS = (
    """
    INSERT INTO kpi_counts (stream_id, name, key, grade, count)
    SELECT stream_id, 'made', created_source, 0, count(*) FROM records
    WHERE gone_at IS NULL AND created_source != 'left_alone' GROUP BY stream_id, created_source
    """,
    """
    INSERT INTO kpi_counts (stream_id, name, key, grade, count)
    SELECT stream_id, 'owned', owner, 0, count(*) FROM records
    WHERE gone_at IS NULL AND created_source != 'left_alone' GROUP BY stream_id, owner
    """,
    """
    INSERT INTO kpi_counts (stream_id, name, key, grade, count)
    SELECT stream_id, 'owned_dirty', owner, 0, count(*) FROM records
    WHERE gone_at IS NULL AND created_source != 'left_alone' AND NOT is_clean GROUP BY stream_id, owner
    """,
    """
    INSERT INTO kpi_counts (stream_id, name, key, grade, count)
    SELECT records.stream_id, 'defect', records.created_source, 0, count(*)
    FROM findings JOIN records ON records.stream_id = findings.stream_id AND records.id = findings.record_id
    WHERE findings.severity >= 20 AND records.gone_at IS NULL
    GROUP BY records.stream_id, records.created_source
    """,
)


def upgrade() -> None:
    """Create the tables and columns, and count what is there."""
    op.create_table(
        "makers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", LINE, nullable=False),
        sa.Column("kind", LINE, nullable=False),
        sa.Column("mark", LINE, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_makers")),
        sa.UniqueConstraint("account", "kind", "mark", name=op.f("uq_makers_account_kind_mark")),
    )
    op.create_table(
        "audits",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", LINE, nullable=False),
        sa.Column("accounts", LINE, nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
    )
    op.create_index("ix_audits_at", "audits", ["at", "id"])
    op.add_column("owners", sa.Column("name", LINE))
    op.add_column("owners", sa.Column("login", LINE))
    op.add_column("records", sa.Column("made_by", sa.Integer()))
    op.add_column("findings", sa.Column("writer", sa.Integer()))
    op.add_column("findings", sa.Column("is_untraced", sa.Boolean()))
    where = sa.text("is_untraced IS NOT NULL")
    op.create_index(
        "ix_findings_untraced", "findings", ["stream_id", "record_id"], sqlite_where=where, postgresql_where=where
    )
    for statement in _COUNTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables and columns, and forget the counts."""
    op.execute("DELETE FROM kpi_counts WHERE name IN ('made', 'owned', 'owned_dirty', 'defect', 'changed')")
    op.drop_index("ix_findings_untraced", "findings")
    for table, column in (
        ("findings", "is_untraced"),
        ("findings", "writer"),
        ("records", "made_by"),
        ("owners", "login"),
        ("owners", "name"),
    ):
        op.drop_column(table, column)
    op.drop_table("audits")
    op.drop_table("makers")
