"""Who is whose twin, and what people said of pairs."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from syncd.store.columns.sealed import Sealed
from syncd.store.columns.types import Counter, Line, Moment
from syncd.store.schema.shapes import metadata, number_of_stream, of_record, of_stream, partial

#: Records that are compared with each other: those of one kind in one account, or in accounts that are linked (then
#: `account` has the names of all of them), whatever their object.
match_pools = Table(
    "match_pools",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Line, nullable=False),
    Column("kind", Line, nullable=False),
    #: What facts were read by and pairs compared by; with another everything is worked out anew.
    Column("version", Line, nullable=False),
    #: The step of a walk over all records that is under way, and how far it has come; empty when there is none.
    Column("sweep", Line, nullable=False),
    Column("sweep_after", Counter, nullable=False),
    #: How many records there are, and how many groups ever were: their ids count up.
    Column("record_count", Counter, nullable=False),
    Column("last_group", Counter, nullable=False),
    #: The packed calibration that people's decisions led to (NULL: too few), and how many decisions there were.
    Column("calibration", LargeBinary),
    Column("decision_count", Counter, nullable=False),
    UniqueConstraint("account", "kind"),
)

#: The streams whose records are matched, and the mapping their facts were read with.
match_streams = Table(
    "match_streams",
    metadata,
    of_stream(),
    Column("pool_id", Integer, ForeignKey("match_pools.id"), nullable=False),
    Column("mapping", Line, nullable=False),
    sqlite_with_rowid=False,
)

#: Records that came, changed or went, and that matching has not seen to yet.
match_due = Table(
    "match_due",
    metadata,
    number_of_stream(),
    Column("record_id", Line, primary_key=True),
    sqlite_with_rowid=False,
)

#: Records whose twins, or whose twins' values, changed: they have to be judged again.
twins_due = Table(
    "twins_due",
    metadata,
    number_of_stream(),
    Column("record_id", Line, primary_key=True),
    sqlite_with_rowid=False,
)

#: What matching knows of a record. Its number stands for it in the tables below.
match_records = Table(
    "match_records",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("pool_id", Integer, nullable=False),
    Column("stream_id", Integer, nullable=False),
    Column("record_id", Line, nullable=False),
    #: The packed facts; NULL while they have to be read anew.
    Column("facts", Sealed),
    #: The group of twins it is in, and which of its parts that are beyond doubt; 0 when it is in none.
    Column("group_no", Counter),
    Column("part", Integer, nullable=False),
    #: Where accounts are linked: 2 when it surely has a counterpart, 1 when that is in question; NULL: neither.
    Column("counterpart", Integer),
    UniqueConstraint("stream_id", "record_id"),
    Index("ix_match_records_pool", "pool_id", "id"),
    partial("ix_match_records_counterpart", "stream_id", "counterpart", "record_id", where="counterpart IS NOT NULL"),
    partial("ix_match_records_group", "pool_id", "group_no", where="group_no IS NOT NULL"),
)

#: The hashed keys by which records find each other, and the hashed values that several may use.
match_keys = Table(
    "match_keys",
    metadata,
    Column("pool_id", Integer, primary_key=True, autoincrement=False),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

#: How many records say of each user of a value that he uses it; all hashed. Nobody has a row with 0.
match_users = Table(
    "match_users",
    metadata,
    Column("pool_id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("used_by", BigInteger, primary_key=True, autoincrement=False),
    Column("count", Counter, nullable=False),
    sqlite_with_rowid=False,
)

#: Pairs worth asking about, in both directions, with their points.
match_edges = Table(
    "match_edges",
    metadata,
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("other", BigInteger, primary_key=True, autoincrement=False),
    Column("score", Double, nullable=False),
    sqlite_with_rowid=False,
)

match_groups = Table(
    "match_groups",
    metadata,
    Column("pool_id", Integer, primary_key=True, autoincrement=False),
    Column("group_no", BigInteger, primary_key=True, autoincrement=False),
    #: The probability of the weakest link that holds it together.
    Column("weakest", Double, nullable=False),
    sqlite_with_rowid=False,
)

#: Pairs a person should be asked about, in both directions.
match_questions = Table(
    "match_questions",
    metadata,
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("other", BigInteger, primary_key=True, autoincrement=False),
    Column("probability", Double, nullable=False),
    Column("doubt", Line, nullable=False),
    sqlite_with_rowid=False,
)

#: Records of linked accounts that came to say they are somebody else, all at once: whoever they are, a person has to
#: say. By what they said before, hashed: who says that again is believed again.
written_over = Table(
    "written_over",
    metadata,
    number_of_stream(),
    Column("record_id", Line, primary_key=True),
    Column("was", Sealed, nullable=False),
    of_record(),
    sqlite_with_rowid=False,
)

#: Pairs that are not one, in both directions: said by a person, or inherited from what was merged into one of them.
kept_apart = Table(
    "kept_apart",
    metadata,
    of_stream(),
    Column("record_id", Line, primary_key=True),
    Column("other_stream_id", Integer, primary_key=True, autoincrement=False),
    Column("other_id", Line, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Line, nullable=False),
    sqlite_with_rowid=False,
)

#: What people said of pairs, the smaller one first; the points the pair had then, where they were known.
match_decisions = Table(
    "match_decisions",
    metadata,
    of_stream(),
    Column("record_id", Line, primary_key=True),
    Column("other_stream_id", Integer, primary_key=True, autoincrement=False),
    Column("other_id", Line, primary_key=True),
    Column("is_one", Boolean, nullable=False),
    Column("score", Double),
    Column("at", Moment, nullable=False),
    Column("by", Line, nullable=False),
    Index("ix_match_decisions_other", "other_stream_id", "other_id"),
    sqlite_with_rowid=False,
)
