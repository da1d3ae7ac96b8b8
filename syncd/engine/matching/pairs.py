"""Two kept records side by side: whether matching takes them for one, and why. Asks no CRM."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from mappings import RecordMapping, bind, to_canonical
from quality.dedupe import Facts, Points, Reason
from quality.dedupe.known import KNOWN, KNOWN_POINTS
from quality.dedupe.scoring import BY_ID, compare, sentence_of
from quality.dedupe.usage import Usage, used_values
from syncd.engine.matching.known_ids import with_known_ids
from syncd.engine.matching.pools import learned_points, learned_reader, points_of_pool, pool_name, pool_of, reader_of
from syncd.engine.matching.state import KeptState
from syncd.model import Field, FieldType, Record, Schema, SourceRecord, Stream
from syncd.settings import StreamSettings
from syncd.store import Transaction

_MISSING = " is missing."


@dataclass(frozen=True, slots=True)
class PairReading:
    """What matching says of two records."""

    probability: float
    #: Why they may not be merged without asking; empty when nothing forbids it.
    doubt: str
    #: What speaks for it (points above 0) and against it (below), the weightiest first; one for each kind of evidence.
    reasons: tuple[Reason, ...]
    #: What all that is missing in either record counts together.
    missing: float
    #: From which probability on two records are merged without asking, and from which on a person is asked.
    merge_from: float
    ask_from: float
    #: Whether a person said that they are not one.
    is_apart: bool = False


class Spelling:
    """How kept records of a stream read as ours; what was fetched of one stands for what the account has."""

    def __init__(self, wanted: StreamSettings) -> None:
        self._mapping = wanted.mapping
        self._bound: dict[frozenset[str], RecordMapping] = {}

    def ours(self, source: SourceRecord) -> Record:
        """Return a kept record as we spell it."""
        fetched = frozenset(source.values)
        if fetched not in self._bound:
            schema = Schema(source.ref.object, {name: Field(name, FieldType.TEXT) for name in fetched})
            self._bound[fetched] = bind(self._mapping, schema)[0]
        return to_canonical(self._bound[fetched], source)


def as_ours(wanted: StreamSettings, source: SourceRecord) -> Record:
    """Return one kept record as we spell it."""
    return Spelling(wanted).ours(source)


def read_pair(tx: Transaction, one: Record, other: Record) -> PairReading | None:
    """Compare two records of one account or of linked ones; None where such are not matched with each other."""
    pool = pool_of(tx, _stream(one))
    kind = pool_name(_stream(one)) if pool is None else pool.kind
    read = learned_reader(kind) if pool is None else reader_of(pool)
    points = learned_points(kind) if pool is None else points_of_pool(pool)
    theirs_pool = pool_of(tx, _stream(other))
    is_together = pool_name(_stream(other)) == kind if pool is None or theirs_pool is None else pool == theirs_pool
    if read is None or points is None or not is_together:
        return None
    streams = [] if pool is None else list(tx.matching.members(pool).values())
    if len({stream.account for stream in streams}) > 1:
        one, other = with_known_ids(tx, streams, (one, other))
    ours, theirs = read(one), read(other)
    names = [str(record.ref) for record in (one, other)]
    if pool is None:
        usage, size, is_apart = _usage(ours, theirs), 1, False
    else:
        state = KeptState(tx, pool)
        usage, size = state.usage(used_values(ours) | used_values(theirs)), state.size
        is_apart = bool(state.apart(names))
    comparison = compare(ours, theirs, usage, points)
    reasons = _by_evidence(kind, points, comparison.levels)
    told = [reason for reason in reasons if not reason.text.endswith(_MISSING)]
    return PairReading(
        points.calibration.probability(comparison.score, size),
        comparison.veto or comparison.lack,
        tuple(sorted(told, key=lambda reason: (-abs(reason.points), reason.text))),
        sum(reason.points for reason in reasons if reason.text.endswith(_MISSING)),
        points.merge_from,
        points.ask_from,
        is_apart,
    )


def _by_evidence(kind: str, points: Points, levels: Mapping[str, str]) -> list[Reason]:
    """Return what each kind of evidence counts; what two count only together is shared between them."""
    shares: dict[str, float] = defaultdict(float)
    for evidence, counted in points.parts(levels).items():
        for name in evidence:
            shares[name] += counted / len(evidence)
    found = [Reason(sentence_of(kind, name, levels[name]), counted) for name, counted in shares.items()]
    return [Reason(BY_ID, KNOWN_POINTS), *found] if KNOWN in levels else found


def _stream(record: Record) -> Stream:
    return Stream(record.ref.account, record.ref.object, record.kind)


def _usage(ours: Facts, theirs: Facts) -> Usage:
    """Return who uses what as far as the two records tell: nothing is known of the others yet."""
    usage = Usage()
    usage.add(ours)
    usage.add(theirs)
    return usage
