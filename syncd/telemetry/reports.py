"""What the engine hands over: one pass, and the state of a stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from syncd.model import Severity


@dataclass(frozen=True, slots=True)
class PassReport:
    """What one pass over one stream did. Becomes one log line."""

    #: The run that the journal's entries belong to.
    run: str = ""
    #: Records read, and how many of them came back only because of the overlap.
    pulled: int = 0
    repeated: int = 0
    #: Of those, how many the CRM showed only after an earlier pull had gone past them.
    late: int = 0
    #: Records judged, and records whose content and rules were as before.
    judged: int = 0
    unchanged: int = 0
    fixes_proposed: int = 0
    fixes_approved: int = 0
    fixes_applied: int = 0
    fixes_already_true: int = 0
    fixes_stale: int = 0
    fixes_rejected: int = 0
    fixes_unknown: int = 0
    #: Records the CRM no longer has: archived, deleted or merged away.
    gone: int = 0
    #: HTTP calls made.
    calls: int = 0
    seconds: float = 0.0
    #: Records with no open finding of severity warning or above, 0 to 1.
    clean_ratio: float = 1.0

    def facts(self) -> dict[str, str | int | float]:
        """Return the report as the fields of a log line."""
        facts: dict[str, str | int | float] = asdict(self)
        facts["seconds"] = round(self.seconds, 3)
        facts["clean_ratio"] = round(self.clean_ratio, 4)
        return facts


@dataclass(frozen=True, slots=True)
class Share:
    """Some records of a stream, and how many of them are clean."""

    judged: int
    clean: int


#: A share wobbles a little from day to day.
_GIVE_OR_TAKE = 0.005


@dataclass(frozen=True, slots=True)
class TargetState:
    """Where a target stands now; all shares from 0 to 1, more is better."""

    goal: float
    current: float
    #: Where a straight way from the baseline to the goal would be now.
    expected: float
    deadline: datetime

    @property
    def is_reached(self) -> bool:
        """Return whether it has what it wants."""
        return self.current >= self.goal

    @property
    def is_on_track(self) -> bool:
        """Return whether it is where it should be by now, give or take half a point as long as there is time."""
        return self.is_reached or (self.expected < self.goal and self.current >= self.expected - _GIVE_OR_TAKE)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the values of a field are."""

    #: Share of the values that are older than the half-life.
    stale: float
    #: In how many seconds half of the values change; None while nobody can know.
    half_life_s: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What records that are not clean cost, by the settings' figures."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class GoldenFigures:
    """Golden records that are told with a record of a stream; nothing where no account is linked."""

    #: By whether `one` account knows them, or `several`.
    records: Mapping[str, int] = field(default_factory=dict)
    #: By field, how many hold a value, and of how many accounts hold different ones.
    filled: Mapping[str, int] = field(default_factory=dict)
    conflicts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kpis:
    """How clean one stream is now, counted from the store. What is left out of a mapping is zero."""

    records: int = 0
    #: Records without an open finding of severity warning or above, each counted once.
    clean: int = 0
    #: Records that a mapping has nobody judge: neither clean nor not.
    left_alone: int = 0
    #: Open findings by rule and severity.
    findings: Mapping[tuple[str, Severity], int] = field(default_factory=dict)
    #: Share of records in which a field is filled, 0 to 1.
    completeness: Mapping[str, float] = field(default_factory=dict)
    #: Records that have gone stale, by signal.
    stale: Mapping[str, int] = field(default_factory=dict)
    #: Records linked to no record of a kind, by that kind.
    unassociated: Mapping[str, int] = field(default_factory=dict)
    #: Open findings of warning or above, by what wrote the value, as far as the CRM told, or else created the record.
    defects_by_source: Mapping[str, int] = field(default_factory=dict)
    #: Judged records by what created them.
    sources: Mapping[str, Share] = field(default_factory=dict)
    #: Judged records by the owners and teams that the settings name.
    owners: Mapping[str, Share] = field(default_factory=dict)
    review_pending: int = 0
    #: When the oldest fix that waits for a person was proposed; None: none waits.
    review_since: datetime | None = None
    #: Values a person changed back, by the rule that had written them.
    overrides: Mapping[str, int] = field(default_factory=dict)
    #: Records the CRM has and the store lacks, as of the last reconciliation.
    missing: int = 0
    #: What stays held until it is over or a person says go on, by guard.
    holds: Mapping[str, int] = field(default_factory=dict)
    #: By whether they have a counterpart in a linked account: `sure`, `asked`, `none`; nothing where none is linked.
    counterparts: Mapping[str, int] = field(default_factory=dict)
    golden: GoldenFigures = field(default_factory=GoldenFigures)
    #: None while nothing looks for duplicates: not looked for is not none found.
    duplicate_groups: int | None = None
    duplicate_records: int | None = None
    #: The share of clean records before anything was written, and when that was; None before the first pass.
    baseline: float | None = None
    baseline_at: datetime | None = None
    targets: Mapping[str, TargetState] = field(default_factory=dict)
    #: By field, for those whose age is known.
    freshness: Mapping[str, Freshness] = field(default_factory=dict)
    #: None where the settings have no figure.
    cost: Cost | None = None

    @property
    def clean_ratio(self) -> float:
        """Return the share of clean records among those that are judged; an empty object is clean."""
        judged = self.records - self.left_alone
        return self.clean / judged if judged else 1.0
