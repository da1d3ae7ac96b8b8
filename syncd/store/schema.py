"""The tables, as they are at the head of the migrations (a test holds the two together).

Hot and cold parts of a record lie apart: `records` is slim, so that versions, states and tallies of a large base are
read without touching the values in `record_values`. Predicates of partial indexes are `IS [NOT] NULL`, which both
databases spell and prove alike.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

from syncd.store.columns import Counter, Line, Moment

#: The newest revision of the migrations.
HEAD = "0006"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def _stream() -> Column[int]:
    return Column("stream_id", Integer, ForeignKey("streams.id"), primary_key=True, autoincrement=False)


def _number() -> Column[int]:
    # The key to `records` covers it: a second one to `streams` would double the price of every insert.
    return Column("stream_id", Integer, primary_key=True, autoincrement=False)


def _of_record() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["stream_id", "record_id"], ["records.stream_id", "records.id"], ondelete="CASCADE")


#: Who answers under the name of an account; guards against another portal's token under the same name.
accounts = Table(
    "accounts",
    metadata,
    Column("account", Line, primary_key=True),
    Column("identity", Line, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

#: When the owners of an account were asked for last, and whether the CRM told.
owner_lists = Table(
    "owner_lists",
    metadata,
    Column("account", Line, primary_key=True),
    Column("asked_at", Moment, nullable=False),
    Column("is_known", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

#: Who may own records, by the id that records name, and whether they still work there.
owners = Table(
    "owners",
    metadata,
    Column("account", Line, primary_key=True),
    Column("id", Line, primary_key=True),
    Column("is_active", Boolean, nullable=False),
    Column("seen_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

#: Domains of mail addresses. `is_dead` is NULL as long as nobody knows.
mail_domains = Table(
    "mail_domains",
    metadata,
    Column("domain", Line, primary_key=True),
    Column("is_dead", Boolean),
    #: When it is to be looked up, for the first time or again.
    Column("due_at", Moment, nullable=False),
    Index("ix_mail_domains_due_at", "due_at"),
    sqlite_with_rowid=False,
)

streams = Table(
    "streams",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Line, nullable=False),
    Column("object", Line, nullable=False),
    Column("kind", Line, nullable=False),
    Column("last_success_at", Moment),
    #: Records the last census found missing here.
    Column("missing_count", Integer, nullable=False),
    UniqueConstraint("account", "object"),
)

cursors = Table(
    "cursors",
    metadata,
    _stream(),
    Column("since", Moment, nullable=False),
    Column("after", Line),
    Column("walked_at", Moment),
)

#: One row a record that was ever kept; `gone_at` is set when the CRM has it no more.
records = Table(
    "records",
    metadata,
    _stream(),
    Column("id", Line, primary_key=True),
    #: The engine's hash of what judging looks at.
    Column("content", BigInteger, nullable=False),
    Column("judged_with", Line, nullable=False),
    Column("created_at", Moment),
    Column("modified_at", Moment, nullable=False),
    Column("again_at", Moment),
    Column("kept_at", Moment, nullable=False),
    Column("gone_at", Moment),
    Column("owner", Line, nullable=False),
    Column("created_source", Line, nullable=False),
    #: Kinds it should be linked to and is not, sorted, joined by `;`.
    Column("unlinked_to", Line, nullable=False),
    Column("is_clean", Boolean, nullable=False),
    _partial("ix_records_modified", "stream_id", "modified_at", where="gone_at IS NULL"),
    _partial("ix_records_again", "stream_id", "again_at", where="again_at IS NOT NULL"),
    _partial("ix_records_judged", "stream_id", "judged_with", "id", where="gone_at IS NULL"),
    sqlite_with_rowid=False,
)

#: The fat part of a record, as packed by `packing`.
record_values = Table(
    "record_values",
    metadata,
    _number(),
    Column("record_id", Line, primary_key=True),
    Column("raw", LargeBinary, nullable=False),
    Column("links", LargeBinary, nullable=False),
    _of_record(),
)

#: When single fields of a record were last set, as far as that is known; packed. Kept only where a rule asks for it.
field_times = Table(
    "field_times",
    metadata,
    _number(),
    Column("record_id", Line, primary_key=True),
    Column("times", LargeBinary, nullable=False),
    _of_record(),
    sqlite_with_rowid=False,
)

#: What live records can be looked up by.
lookup_keys = Table(
    "lookup_keys",
    metadata,
    _number(),
    Column("name", Line, primary_key=True),
    Column("value", Line, primary_key=True),
    Column("record_id", Line, primary_key=True),
    _of_record(),
    Index("ix_lookup_keys_record", "stream_id", "record_id"),
    sqlite_with_rowid=False,
)

#: Open findings only: a finding that is gone leaves no row.
findings = Table(
    "findings",
    metadata,
    _number(),
    Column("record_id", Line, primary_key=True),
    Column("rule", Line, primary_key=True),
    Column("field", Line, primary_key=True),
    Column("severity", Integer, nullable=False),
    Column("message", Line, nullable=False),
    Column("mode", Line, nullable=False),
    #: The packed proposal; NULL when there is none (a proposal to empty the field is a packed null).
    Column("proposal", LargeBinary),
    Column("opened_at", Moment, nullable=False),
    _of_record(),
    Index("ix_findings_rule", "stream_id", "rule", "severity"),
    sqlite_with_rowid=False,
)

#: The journal. It has no foreign key to `records`: it outlives them. `settled_at IS NULL` means open or in flight.
fixes = Table(
    "fixes",
    metadata,
    Column("id", Line, primary_key=True),
    Column("stream_id", Integer, ForeignKey("streams.id"), nullable=False),
    Column("record_id", Line, nullable=False),
    Column("action", Line, nullable=False),
    Column("state", Line, nullable=False),
    #: Hash of what it would do; two fixes of a record that would do the same have the same.
    Column("digest", LargeBinary, nullable=False),
    #: Where a link leads, or what a merged record goes into, in the same account.
    Column("link_object", Line),
    Column("link_id", Line),
    Column("link_label", Line),
    #: JSON lists.
    Column("rules", Line, nullable=False),
    Column("reasons", Line, nullable=False),
    #: The run that wrote it, or that decided it as long as none has.
    Column("run", Line, nullable=False),
    Column("decided_at", Moment, nullable=False),
    #: When it last changed its state.
    Column("moved_at", Moment, nullable=False),
    Column("settled_at", Moment),
    #: The person who approved it; empty when its rules' mode did.
    Column("approved_by", Line, nullable=False),
    Column("detail", Line, nullable=False),
    Column("undoes", Line, ForeignKey("fixes.id")),
    Index("ix_fixes_record", "stream_id", "record_id"),
    Index("ix_fixes_state", "stream_id", "state", "id"),
    Index("ix_fixes_run", "run", "id"),
    _partial("ix_fixes_open", "stream_id", "record_id", where="settled_at IS NULL"),
    _partial("ix_fixes_settled", "stream_id", "settled_at", where="settled_at IS NOT NULL"),
    _partial("ix_fixes_link", "link_id", where="link_id IS NOT NULL"),
    _partial("ix_fixes_undoes", "undoes", where="undoes IS NOT NULL"),
)

#: One row a field of a fix. `standing_since` is set while the field holds our value, as far as we know.
fix_changes = Table(
    "fix_changes",
    metadata,
    Column("fix_id", Line, ForeignKey("fixes.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("stream_id", Integer, nullable=False),
    Column("record_id", Line, nullable=False),
    Column("property", Line, nullable=False),
    Column("field", Line, nullable=False),
    Column("before", LargeBinary, nullable=False),
    Column("after", LargeBinary, nullable=False),
    Column("rules", Line, nullable=False),
    Column("reasons", Line, nullable=False),
    Column("standing_since", Moment),
    _partial(
        "uq_fix_changes_standing", "stream_id", "record_id", "property", where="standing_since IS NOT NULL", unique=True
    ),
)

#: One row a change of state of a fix, with who and when.
fix_events = Table(
    "fix_events",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("fix_id", Line, ForeignKey("fixes.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("was", Line),
    Column("became", Line, nullable=False),
    Column("by", Line, nullable=False),
    Column("run", Line, nullable=False),
    Column("detail", Line, nullable=False),
    Index("ix_fix_events_fix", "fix_id", "id"),
)

#: How many fixes of a rule ever entered a state: it never goes down, and no scrape has to scan the journal.
fix_counts = Table(
    "fix_counts",
    metadata,
    _stream(),
    Column("rule", Line, primary_key=True),
    Column("state", Line, primary_key=True),
    Column("count", Counter, nullable=False),
    sqlite_with_rowid=False,
)

#: What is counted of a stream's live records, kept up to date with them: reading a KPI never scans a base.
kpi_counts = Table(
    "kpi_counts",
    metadata,
    _stream(),
    #: `records`, `clean`, `filled` (by property), `unlinked` (by kind), `dirty` (by source), `finding` (by rule),
    #: `twins` (`groups`, `records`).
    Column("name", Line, primary_key=True),
    Column("key", Line, primary_key=True),
    #: The severity of findings, 0 for everything else.
    Column("grade", Integer, primary_key=True, autoincrement=False),
    Column("count", Counter, nullable=False),
    sqlite_with_rowid=False,
)

#: Values a person set against a rule: the rule leaves that field of that record alone.
overrides = Table(
    "overrides",
    metadata,
    _stream(),
    Column("record_id", Line, primary_key=True),
    Column("field", Line, primary_key=True),
    Column("rule", Line, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_overrides_rule", "stream_id", "rule"),
    sqlite_with_rowid=False,
)

#: Ids that were merged away, and the id that answers instead.
aliases = Table(
    "aliases",
    metadata,
    _stream(),
    Column("old", Line, primary_key=True),
    Column("new", Line, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

#: Records as they were before we removed them from the CRM or merged them, with every property they had. A merge keeps
#: a copy of both.
archive = Table(
    "archive",
    metadata,
    Column("fix_id", Line, ForeignKey("fixes.id"), primary_key=True),
    Column("stream_id", Integer, ForeignKey("streams.id"), nullable=False),
    Column("record_id", Line, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("created_at", Moment),
    Column("modified_at", Moment, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("links", LargeBinary, nullable=False),
    Index("ix_archive_record", "stream_id", "record_id"),
    Index("ix_archive_at", "stream_id", "at"),
    sqlite_with_rowid=False,
)

#: Records that are compared with each other: those of one kind in one account, whatever their object.
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
    _stream(),
    Column("pool_id", Integer, ForeignKey("match_pools.id"), nullable=False),
    Column("mapping", Line, nullable=False),
    sqlite_with_rowid=False,
)

#: Records that came, changed or went, and that matching has not seen to yet.
match_due = Table(
    "match_due",
    metadata,
    _number(),
    Column("record_id", Line, primary_key=True),
    sqlite_with_rowid=False,
)

#: Records whose twins, or whose twins' values, changed: they have to be judged again.
twins_due = Table(
    "twins_due",
    metadata,
    _number(),
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
    Column("facts", LargeBinary),
    #: The group of twins it is in, and which of its parts that are beyond doubt; 0 when it is in none.
    Column("group_no", Counter),
    Column("part", Integer, nullable=False),
    UniqueConstraint("stream_id", "record_id"),
    Index("ix_match_records_pool", "pool_id", "id"),
    _partial("ix_match_records_group", "pool_id", "group_no", where="group_no IS NOT NULL"),
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

#: Pairs that are not one, in both directions: said by a person, or inherited from what was merged into one of them.
kept_apart = Table(
    "kept_apart",
    metadata,
    _stream(),
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
    _stream(),
    Column("record_id", Line, primary_key=True),
    Column("other_stream_id", Integer, primary_key=True, autoincrement=False),
    Column("other_id", Line, primary_key=True),
    Column("is_one", Boolean, nullable=False),
    Column("score", Double),
    Column("at", Moment, nullable=False),
    Column("by", Line, nullable=False),
    sqlite_with_rowid=False,
)

#: The key of the hashes below; there is none as long as nobody has asked to be forgotten.
erasure_keys = Table(
    "erasure_keys",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

#: Who asked to be forgotten: keyed hashes of ids and mailboxes, by which they are known again.
erasures = Table(
    "erasures",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

runs = Table(
    "runs",
    metadata,
    Column("id", Line, primary_key=True),
    Column("trigger", Line, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("report", LargeBinary),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kpis", LargeBinary, nullable=False),
    Index("ix_snapshots_at", "at", "id"),
)

#: Who works on the store, and the fencing number that tells an overtaken holder so.
locks = Table(
    "locks",
    metadata,
    Column("name", Line, primary_key=True),
    Column("holder", Line, nullable=False),
    Column("fence", Counter, nullable=False),
    Column("taken_at", Moment, nullable=False),
)
