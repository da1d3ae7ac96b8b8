"""Two CRMs, people, a connector of the CRMs' own and syncd: whatever the order they act in, all comes to rest.

The CRMs here are dictionaries; who wins, and what may be carried where, is told by the code that tells it in earnest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.facts import Fact, Member, Setter
from quality.golden import Authority, Carried, FieldAuthority, Wins, carried_to, golden_record, says_same, words_of
from syncd.model import Record, Ref, Value

START = datetime(2026, 1, 1, tzinfo=UTC)
SIDES = ("alpha", "beta")
VALUES: dict[str, list[Value]] = {
    "email": [None, "ada@acme.com", "ADA@acme.com", "eva@newtel.com"],
    "job_title": [None, "Buyer", "dr Buyer", "Head of Sales"],
    "street": [None, "Main St 5", "Elm Rd 9"],
    "city": [None, "Berlin", "Paris"],
    "company_name": [None, "Acme", "Apex"],
    "has_opted_out": [False, True],
}
HEADS = ("email", "job_title", "street", "company_name")
ROUNDS, QUIET = 8, 20
_NOBODY = object()


@dataclass
class Side:
    """One CRM's record, and what syncd keeps of it."""

    name: str
    values: dict[str, Value]
    #: Whether the CRM tells histories, and what it would tell: the newest last.
    tells: bool
    history: dict[str, list[tuple[Value, datetime, Setter]]] = field(default_factory=dict)
    marks: dict[str, dict[str, Fact]] = field(default_factory=dict)
    written: dict[str, tuple[Value, Value, str]] = field(default_factory=dict)
    #: What somebody set against a rule, by field and rule.
    overrides: dict[tuple[str, str], Value] = field(default_factory=dict)
    seen: dict[str, tuple[Value, datetime]] = field(default_factory=dict)

    @property
    def ref(self) -> Ref:
        return Ref(self.name, "people", "1")

    def hold(self, name: str, value: Value, at: datetime, by: Setter) -> None:
        self.history.setdefault(name, []).append((value, at, by))
        self.values[name] = value

    def tidied(self) -> dict[str, Value]:
        """Return the values as this side's rules want them: alpha knows no titles of honour."""
        return {name: self._tidy(value) for name, value in self.values.items()}

    def is_overruled(self, name: str) -> bool:
        """Return whether somebody has set what the field holds against a rule that would speak of it."""
        value = self.values[name]
        rules = ("authority", "form") if self._tidy(value) != value else ("authority",)
        return any(self.overrides.get((name, rule), _NOBODY) == value for rule in rules)

    def _tidy(self, value: Value) -> Value:
        return value.removeprefix("dr ") if self.name == "alpha" and isinstance(value, str) else value

    def member(self, now: datetime) -> Member:
        facts = {name: self._fact(name, now) for name in self.values if self.history.get(name)}
        return Member(Record(self.ref, "person", self.tidied(), {}, START), facts)

    def _fact(self, name: str, now: datetime) -> Fact:
        value, before = self.values[name], self.written.get(name, (None, None, ""))
        marks = self.marks.get(name, {})
        mark = marks.get(words_of(before[0])) if before[1:] == (value, "form") else None
        mark = mark or marks.get(words_of(value))
        told = [(one, at, by) for one, at, by in self.history[name] if by is not Setter.SYNCD] or self.history[name]
        earlier = tuple((words_of(one), at) for one, at, _ in told[:-1])
        if mark is not None:
            return mark
        if self.tells:
            return Fact(told[-1][1], by=told[-1][2], earlier=earlier)
        known, at = self.seen.get(name, (None, now))
        return Fact(at if known == value else now, since=START if name not in self.seen else None)


@dataclass
class World:
    """Both CRMs, and what goes on between them."""

    sides: dict[str, Side]
    authority: Authority
    #: What the CRMs' own connector copies, by field: which side wins there; empty: who changed last.
    native: dict[str, str]
    now: datetime = START
    copied: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    writes: int = 0

    def edit(self, side: str, name: str, value: Value) -> None:
        self.now += timedelta(minutes=3)
        self.sides[side].hold(name, value, self.now, Setter.PERSON)

    def connector(self) -> None:
        self.now += timedelta(minutes=3)
        one, other = (self.sides[side] for side in SIDES)
        for name, winner in self.native.items():
            before = self.copied.get(name)
            mine, theirs = one.values[name], other.values[name]
            if before == (mine, theirs) or mine == theirs:
                continue
            is_mine = winner == one.name or (not winner and (before is None or before[0] != mine))
            source, target = (one, other) if is_mine else (other, one)
            target.hold(name, source.values[name], self.now, Setter.PROGRAM)
            self.copied[name] = (one.values[name], other.values[name])
            self.writes += 1

    def judge(self, name: str) -> None:
        """Let syncd read one side, and write what follows."""
        self.now += timedelta(minutes=3)
        side = self.sides[name]
        for each in self.sides.values():
            for one, value in each.values.items():
                if each.seen.get(one, (_NOBODY, None))[0] != value:
                    each.seen[one] = (value, self.now)
                    if each.written.get(one, (None, _NOBODY))[1] != value:
                        each.marks.get(one, {}).pop(words_of(value), None)
        for one, (_, after, rule) in list(side.written.items()):
            if side.values[one] != after:
                side.overrides[one, rule] = side.values[one]
                del side.written[one]
        for carried in self.wanted(name):
            self._write(side, carried)
        for one, value in side.tidied().items():
            if value != side.values[one] and not side.is_overruled(one):
                self._set(side, one, value, "form")

    def wanted(self, name: str) -> list[Carried]:
        """Return what syncd would write: what nobody has overruled, and nobody need be asked about."""
        side = self.sides[name]
        golden = golden_record([one.member(self.now) for one in self.sides.values()], self.authority)
        for (one, rule), value in list(side.overrides.items()):
            best = golden.values.get(one)
            is_settled = rule == "authority" and best is not None and says_same(one, value, best.value)
            if value != side.values[one] or is_settled:
                del side.overrides[one, rule]
        return [
            one
            for one in carried_to(side.ref, golden, self.authority)
            if one.is_sure and not side.is_overruled(one.value.field)
        ]

    def _write(self, side: Side, carried: Carried) -> None:
        value = carried.value
        said = words_of(value.value)
        fact = Fact(value.at or self.now, by=Setter.SYNCD, origin=value.origin, said=said)
        side.marks.setdefault(value.field, {})[words_of(carried.after)] = fact
        self._set(side, value.field, carried.after, "authority")

    def _set(self, side: Side, name: str, value: Value, rule: str) -> None:
        side.written[name] = (side.values[name], value, rule)
        side.hold(name, value, self.now, Setter.SYNCD)
        self.writes += 1

    @property
    def opted_out(self) -> set[str]:
        return {name for name, side in self.sides.items() if side.values["has_opted_out"] is True}


_policies = st.one_of(
    st.builds(
        FieldAuthority,
        policy=st.sampled_from([Wins.NEWEST, Wins.COMPLETE, Wins.FILL]),
        direction=st.sampled_from(["both", "both", "never", "from alpha", "from beta"]),
    ),
    st.builds(FieldAuthority, policy=st.just(Wins.SOURCE), source=st.sampled_from([("alpha",), ("beta",)])),
)
_acts = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(SIDES), st.sampled_from([*VALUES]), st.integers(0, 3)),
    st.tuples(st.just("judge"), st.sampled_from(SIDES)),
    st.just(("connector",)),
)


@st.composite
def _worlds(draw: st.DrawFn) -> World:
    sides = {}
    for name in SIDES:
        side = Side(name, {}, draw(st.booleans()))
        for one, options in VALUES.items():
            side.hold(
                one, draw(st.sampled_from(options)), START - timedelta(days=draw(st.integers(1, 9))), Setter.PERSON
            )
        sides[name] = side
    fields = {head: draw(_policies) for head in HEADS} | {"has_opted_out": FieldAuthority(policy=Wins.STRICTEST)}
    native = draw(
        st.dictionaries(st.sampled_from(["email", "job_title", "company_name"]), st.sampled_from(["", *SIDES]))
    )
    return World(sides, Authority(accounts=SIDES, fields=fields), native)


def _come_to_rest(world: World, acts: list[tuple[object, ...]]) -> None:
    for what, *how in acts:
        out = world.opted_out
        if what == "edit":
            side, name, number = how
            world.edit(str(side), str(name), VALUES[str(name)][int(str(number)) % len(VALUES[str(name)])])
        elif what == "judge":
            world.judge(str(how[0]))
            assert out <= world.opted_out
        else:
            world.connector()
            assert out <= world.opted_out

    for _ in range(ROUNDS):
        _round(world)
    before = world.writes
    for _ in range(QUIET):
        _round(world)

    assert world.writes == before
    assert [world.wanted(name) for name in SIDES] == [[], []]
    # Who opted out anywhere has done so everywhere, but where a person has taken it back.
    silent = [one.history["has_opted_out"] for one in world.sides.values() if one.name not in world.opted_out]
    assert not world.opted_out or all(True in {value for value, _, _ in told} for told in silent)


def _round(world: World) -> None:
    world.connector()
    for name in SIDES:
        world.judge(name)


@settings(max_examples=40, deadline=None)
@given(_worlds(), st.lists(_acts, max_size=12))
def test_whatever_the_order_all_comes_to_the_policys_answer_and_then_is_quiet(
    world: World, acts: list[tuple[object, ...]]
) -> None:
    _come_to_rest(world, acts)


@pytest.mark.soak
@settings(max_examples=5_000, deadline=None)
@given(_worlds(), st.lists(_acts, max_size=30))
def test_whatever_the_order_all_comes_to_rest_at_length(world: World, acts: list[tuple[object, ...]]) -> None:
    _come_to_rest(world, acts)
