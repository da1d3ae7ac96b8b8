"""The first form of the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Text in code point order; microseconds since 1970; a number that counts up by itself.
LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.BigInteger()
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "accounts",
        sa.Column("account", LINE, nullable=False),
        sa.Column("identity", LINE, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_accounts")),
    )
    op.create_table(
        "locks",
        sa.Column("name", LINE, nullable=False),
        sa.Column("holder", LINE, nullable=False),
        sa.Column("fence", COUNTER, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_locks")),
    )
    op.create_table(
        "runs",
        sa.Column("id", LINE, nullable=False),
        sa.Column("trigger", LINE, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_table(
        "snapshots",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kpis", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
    )
    op.create_index("ix_snapshots_at", "snapshots", ["at", "id"], unique=False)
    op.create_table(
        "streams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", LINE, nullable=False),
        sa.Column("object", LINE, nullable=False),
        sa.Column("kind", LINE, nullable=False),
        sa.Column("last_success_at", MOMENT, nullable=True),
        sa.Column("missing_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streams")),
        sa.UniqueConstraint("account", "object", name=op.f("uq_streams_account_object")),
    )
    op.create_table(
        "aliases",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("old", LINE, nullable=False),
        sa.Column("new", LINE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_aliases_stream_id_streams")),
        sa.PrimaryKeyConstraint("stream_id", "old", name=op.f("pk_aliases")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cursors",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("after", LINE, nullable=True),
        sa.Column("walked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_cursors_stream_id_streams")),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_cursors")),
    )
    op.create_table(
        "fix_counts",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", LINE, nullable=False),
        sa.Column("state", LINE, nullable=False),
        sa.Column("count", COUNTER, nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_fix_counts_stream_id_streams")),
        sa.PrimaryKeyConstraint("stream_id", "rule", "state", name=op.f("pk_fix_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fixes",
        sa.Column("id", LINE, nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("action", LINE, nullable=False),
        sa.Column("state", LINE, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("link_object", LINE, nullable=True),
        sa.Column("link_id", LINE, nullable=True),
        sa.Column("link_label", LINE, nullable=True),
        sa.Column("rules", LINE, nullable=False),
        sa.Column("reasons", LINE, nullable=False),
        sa.Column("run", LINE, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("approved_by", LINE, nullable=False),
        sa.Column("detail", LINE, nullable=False),
        sa.Column("undoes", LINE, nullable=True),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_fixes_stream_id_streams")),
        sa.ForeignKeyConstraint(["undoes"], ["fixes.id"], name=op.f("fk_fixes_undoes_fixes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixes")),
    )
    op.create_index(
        "ix_fixes_link",
        "fixes",
        ["link_id"],
        unique=False,
        sqlite_where=sa.text("link_id IS NOT NULL"),
        postgresql_where=sa.text("link_id IS NOT NULL"),
    )
    op.create_index(
        "ix_fixes_open",
        "fixes",
        ["stream_id", "record_id"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index("ix_fixes_record", "fixes", ["stream_id", "record_id"], unique=False)
    op.create_index("ix_fixes_run", "fixes", ["run", "id"], unique=False)
    op.create_index(
        "ix_fixes_settled",
        "fixes",
        ["stream_id", "settled_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NOT NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.create_index("ix_fixes_state", "fixes", ["stream_id", "state", "id"], unique=False)
    op.create_index(
        "ix_fixes_undoes",
        "fixes",
        ["undoes"],
        unique=False,
        sqlite_where=sa.text("undoes IS NOT NULL"),
        postgresql_where=sa.text("undoes IS NOT NULL"),
    )
    op.create_table(
        "kpi_counts",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("key", LINE, nullable=False),
        sa.Column("grade", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", COUNTER, nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_kpi_counts_stream_id_streams")),
        sa.PrimaryKeyConstraint("stream_id", "name", "key", "grade", name=op.f("pk_kpi_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "overrides",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("field", LINE, nullable=False),
        sa.Column("rule", LINE, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_overrides_stream_id_streams")),
        sa.PrimaryKeyConstraint("stream_id", "record_id", "field", "rule", name=op.f("pk_overrides")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_overrides_rule", "overrides", ["stream_id", "rule"], unique=False)
    op.create_table(
        "records",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", LINE, nullable=False),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.Column("judged_with", LINE, nullable=False),
        sa.Column("created_at", MOMENT, nullable=True),
        sa.Column("modified_at", MOMENT, nullable=False),
        sa.Column("again_at", MOMENT, nullable=True),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("owner", LINE, nullable=False),
        sa.Column("created_source", LINE, nullable=False),
        sa.Column("unlinked_to", LINE, nullable=False),
        sa.Column("is_clean", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_records_stream_id_streams")),
        sa.PrimaryKeyConstraint("stream_id", "id", name=op.f("pk_records")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_records_again",
        "records",
        ["stream_id", "again_at"],
        unique=False,
        sqlite_where=sa.text("again_at IS NOT NULL"),
        postgresql_where=sa.text("again_at IS NOT NULL"),
    )
    op.create_index(
        "ix_records_judged",
        "records",
        ["stream_id", "judged_with", "id"],
        unique=False,
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.create_index(
        "ix_records_modified",
        "records",
        ["stream_id", "modified_at"],
        unique=False,
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.create_table(
        "findings",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("rule", LINE, nullable=False),
        sa.Column("field", LINE, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("message", LINE, nullable=False),
        sa.Column("mode", LINE, nullable=False),
        sa.Column("proposal", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["stream_id", "record_id"],
            ["records.stream_id", "records.id"],
            name=op.f("fk_findings_stream_id_record_id_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stream_id", "record_id", "rule", "field", name=op.f("pk_findings")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_findings_rule", "findings", ["stream_id", "rule", "severity"], unique=False)
    op.create_table(
        "fix_changes",
        sa.Column("fix_id", LINE, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("property", LINE, nullable=False),
        sa.Column("field", LINE, nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.Column("rules", LINE, nullable=False),
        sa.Column("reasons", LINE, nullable=False),
        sa.Column("standing_since", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["fix_id"], ["fixes.id"], name=op.f("fk_fix_changes_fix_id_fixes"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fix_id", "position", name=op.f("pk_fix_changes")),
    )
    op.create_index(
        "uq_fix_changes_standing",
        "fix_changes",
        ["stream_id", "record_id", "property"],
        unique=True,
        sqlite_where=sa.text("standing_since IS NOT NULL"),
        postgresql_where=sa.text("standing_since IS NOT NULL"),
    )
    op.create_table(
        "fix_events",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("fix_id", LINE, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("was", LINE, nullable=True),
        sa.Column("became", LINE, nullable=False),
        sa.Column("by", LINE, nullable=False),
        sa.Column("run", LINE, nullable=False),
        sa.Column("detail", LINE, nullable=False),
        sa.ForeignKeyConstraint(["fix_id"], ["fixes.id"], name=op.f("fk_fix_events_fix_id_fixes"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fix_events")),
    )
    op.create_index("ix_fix_events_fix", "fix_events", ["fix_id", "id"], unique=False)
    op.create_table(
        "lookup_keys",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", LINE, nullable=False),
        sa.Column("value", LINE, nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.ForeignKeyConstraint(
            ["stream_id", "record_id"],
            ["records.stream_id", "records.id"],
            name=op.f("fk_lookup_keys_stream_id_record_id_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stream_id", "name", "value", "record_id", name=op.f("pk_lookup_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lookup_keys_record", "lookup_keys", ["stream_id", "record_id"], unique=False)
    op.create_table(
        "record_values",
        sa.Column("stream_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream_id", "record_id"],
            ["records.stream_id", "records.id"],
            name=op.f("fk_record_values_stream_id_record_id_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stream_id", "record_id", name=op.f("pk_record_values")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("record_values")
    op.drop_index("ix_lookup_keys_record", table_name="lookup_keys")
    op.drop_table("lookup_keys")
    op.drop_index("ix_fix_events_fix", table_name="fix_events")
    op.drop_table("fix_events")
    op.drop_index(
        "uq_fix_changes_standing",
        table_name="fix_changes",
        sqlite_where=sa.text("standing_since IS NOT NULL"),
        postgresql_where=sa.text("standing_since IS NOT NULL"),
    )
    op.drop_table("fix_changes")
    op.drop_index("ix_findings_rule", table_name="findings")
    op.drop_table("findings")
    op.drop_index(
        "ix_records_modified",
        table_name="records",
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.drop_index(
        "ix_records_judged",
        table_name="records",
        sqlite_where=sa.text("gone_at IS NULL"),
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.drop_index(
        "ix_records_again",
        table_name="records",
        sqlite_where=sa.text("again_at IS NOT NULL"),
        postgresql_where=sa.text("again_at IS NOT NULL"),
    )
    op.drop_table("records")
    op.drop_index("ix_overrides_rule", table_name="overrides")
    op.drop_table("overrides")
    op.drop_table("kpi_counts")
    op.drop_index(
        "ix_fixes_undoes",
        table_name="fixes",
        sqlite_where=sa.text("undoes IS NOT NULL"),
        postgresql_where=sa.text("undoes IS NOT NULL"),
    )
    op.drop_index("ix_fixes_state", table_name="fixes")
    op.drop_index(
        "ix_fixes_settled",
        table_name="fixes",
        sqlite_where=sa.text("settled_at IS NOT NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.drop_index("ix_fixes_run", table_name="fixes")
    op.drop_index("ix_fixes_record", table_name="fixes")
    op.drop_index(
        "ix_fixes_open",
        table_name="fixes",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_index(
        "ix_fixes_link",
        table_name="fixes",
        sqlite_where=sa.text("link_id IS NOT NULL"),
        postgresql_where=sa.text("link_id IS NOT NULL"),
    )
    op.drop_table("fixes")
    op.drop_table("fix_counts")
    op.drop_table("cursors")
    op.drop_table("aliases")
    op.drop_table("streams")
    op.drop_index("ix_snapshots_at", table_name="snapshots")
    op.drop_table("snapshots")
    op.drop_table("runs")
    op.drop_table("locks")
    op.drop_table("accounts")
