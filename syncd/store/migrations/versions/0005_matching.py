"""Who is whose twin, kept up to date with every change; copies of both records of a merge."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LINE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: In the order in which they can be made.
TABLES = (
    "match_pools",
    "match_streams",
    "match_due",
    "twins_due",
    "match_records",
    "match_keys",
    "match_users",
    "match_edges",
    "match_groups",
    "match_questions",
    "kept_apart",
    "match_decisions",
)


def upgrade() -> None:
    """Create the tables; let the archive hold several records of a fix."""
    _create_pools()
    _create_lists()
    _create_records()
    _create_pairs()
    _create_words()
    _key_archive("fix_id", "record_id")


def downgrade() -> None:
    """Drop the tables; of several copies a fix has, one is kept."""
    op.execute(
        "DELETE FROM archive WHERE EXISTS (SELECT 1 FROM archive AS other"
        " WHERE other.fix_id = archive.fix_id AND other.record_id < archive.record_id)"
    )
    _key_archive("fix_id")
    for name in reversed(TABLES):
        op.drop_table(name)


def _create_pools() -> None:
    op.create_table(
        "match_pools",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", LINE, nullable=False),
        sa.Column("kind", LINE, nullable=False),
        sa.Column("version", LINE, nullable=False),
        sa.Column("sweep", LINE, nullable=False),
        sa.Column("sweep_after", COUNTER, nullable=False),
        sa.Column("record_count", COUNTER, nullable=False),
        sa.Column("last_group", COUNTER, nullable=False),
        sa.Column("calibration", sa.LargeBinary()),
        sa.Column("decision_count", COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_pools")),
        sa.UniqueConstraint("account", "kind", name=op.f("uq_match_pools_account_kind")),
    )
    op.create_table(
        "match_streams",
        sa.Column("stream_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("mapping", LINE, nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_match_streams_stream_id_streams")),
        sa.ForeignKeyConstraint(["pool_id"], ["match_pools.id"], name=op.f("fk_match_streams_pool_id_match_pools")),
        sa.PrimaryKeyConstraint("stream_id", name=op.f("pk_match_streams")),
        sqlite_with_rowid=False,
    )


def _create_lists() -> None:
    for name in ("match_due", "twins_due"):
        op.create_table(
            name,
            sa.Column("stream_id", sa.Integer(), nullable=False, autoincrement=False),
            sa.Column("record_id", LINE, nullable=False),
            sa.PrimaryKeyConstraint("stream_id", "record_id", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )


def _create_records() -> None:
    op.create_table(
        "match_records",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("facts", sa.LargeBinary()),
        sa.Column("group_no", COUNTER),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_records")),
        sa.UniqueConstraint("stream_id", "record_id", name=op.f("uq_match_records_stream_id_record_id")),
    )
    op.create_index("ix_match_records_pool", "match_records", ["pool_id", "id"])
    op.create_index(
        "ix_match_records_group",
        "match_records",
        ["pool_id", "group_no"],
        sqlite_where=sa.text("group_no IS NOT NULL"),
        postgresql_where=sa.text("group_no IS NOT NULL"),
    )
    op.create_table(
        "match_keys",
        sa.Column("pool_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("key", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("member", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("pool_id", "key", "member", name=op.f("pk_match_keys")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match_users",
        sa.Column("pool_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("value", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("used_by", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("count", COUNTER, nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "value", "used_by", name=op.f("pk_match_users")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match_groups",
        sa.Column("pool_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("group_no", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("weakest", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "group_no", name=op.f("pk_match_groups")),
        sqlite_with_rowid=False,
    )


def _create_pairs() -> None:
    for name, more in (
        ("match_edges", [sa.Column("score", sa.Double(), nullable=False)]),
        (
            "match_questions",
            [sa.Column("probability", sa.Double(), nullable=False), sa.Column("doubt", LINE, nullable=False)],
        ),
    ):
        op.create_table(
            name,
            sa.Column("member", sa.BigInteger(), nullable=False, autoincrement=False),
            sa.Column("other", sa.BigInteger(), nullable=False, autoincrement=False),
            *more,
            sa.PrimaryKeyConstraint("member", "other", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )


def _create_words() -> None:
    """Create what people said of pairs."""
    told: tuple[sa.Column[Any], ...] = (
        sa.Column("is_one", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double()),
    )
    for name, more in (("kept_apart", told[:0]), ("match_decisions", told)):
        op.create_table(
            name,
            sa.Column("stream_id", sa.Integer(), nullable=False, autoincrement=False),
            sa.Column("record_id", LINE, nullable=False),
            sa.Column("other_stream_id", sa.Integer(), nullable=False, autoincrement=False),
            sa.Column("other_id", LINE, nullable=False),
            *more,
            sa.Column("at", sa.BigInteger(), nullable=False),
            sa.Column("by", LINE, nullable=False),
            sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f(f"fk_{name}_stream_id_streams")),
            sa.PrimaryKeyConstraint("stream_id", "record_id", "other_stream_id", "other_id", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )


def _key_archive(*columns: str) -> None:
    """Give the archive another primary key."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("pk_archive", "archive", type_="primary")
        op.create_primary_key("pk_archive", "archive", list(columns))
        return
    # SQLite cannot change a key, and keeps these rows in the order of it: they move to a table made anew.
    op.drop_index("ix_archive_record", "archive")
    op.drop_index("ix_archive_at", "archive")
    op.rename_table("archive", "archive_before")
    op.create_table(
        "archive",
        sa.Column("fix_id", LINE, nullable=False),
        sa.Column("stream_id", sa.Integer(), nullable=False),
        sa.Column("record_id", LINE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["fix_id"], ["fixes.id"], name=op.f("fk_archive_fix_id_fixes")),
        sa.ForeignKeyConstraint(["stream_id"], ["streams.id"], name=op.f("fk_archive_stream_id_streams")),
        sa.PrimaryKeyConstraint(*columns, name=op.f("pk_archive")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO archive SELECT * FROM archive_before")
    op.drop_table("archive_before")
    op.create_index("ix_archive_record", "archive", ["stream_id", "record_id"])
    op.create_index("ix_archive_at", "archive", ["stream_id", "at"])
