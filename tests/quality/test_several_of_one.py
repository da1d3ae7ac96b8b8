"""What several records of one account differ in is nobody else's; what one of them alone says is everybody's."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.golden import (
    Authority,
    Fact,
    FieldAuthority,
    Member,
    Setter,
    Wins,
    carried_to,
    doubted_where_several_differ,
    golden_record,
)
from syncd.model import Record, Ref, Value

_EARLY, _LATE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
_AUTHORITY = Authority(
    accounts=("hub", "org"),
    fields={
        "phone": FieldAuthority(policy=Wins.NEWEST),
        "street": FieldAuthority(policy=Wins.NEWEST),
        "description": FieldAuthority(policy=Wins.FILL),
        "has_opted_out": FieldAuthority(policy=Wins.STRICTEST),
    },
)


def member(name: str, *, by: Setter = Setter.PERSON, at: datetime = _LATE, **values: Value) -> Member:
    """Return a record; `org1` and `org2` are of one account."""
    ref = Ref(name[:3], "company", name[3:] or "1")
    held = [field for field, value in values.items() if value is not None]
    return Member(Record(ref, "company", values), dict.fromkeys(held, Fact(at, by=by)))


def carried(*members: Member) -> dict[str, Value]:
    """Return what comes to the first."""
    seen = doubted_where_several_differ(members, _AUTHORITY)
    return {
        one.value.field: one.after for one in carried_to(members[0].ref, golden_record(seen, _AUTHORITY), _AUTHORITY)
    }


def test_what_several_differ_in_goes_nowhere_and_the_wish_for_no_mail_to_all():
    here = member("hub", phone=None, street=None, city=None, has_opted_out=False)
    one = member("org1", phone="+493055573120", street="Main St 5", city="Berlin", has_opted_out=False)
    two = member("org2", phone="+498934417798", street="Elm Rd 9", city="Munich", has_opted_out=True)

    assert carried(here, one, two) == {"has_opted_out": True}


def test_what_one_of_several_alone_says_or_all_alike_comes():
    here = member("hub", phone=None, description=None)
    one = member("org1", phone="+493055573120", description="Tools")
    two = member("org2", phone="+493055573120", description=None)

    assert carried(here, one, two) == {"phone": "+493055573120", "description": "Tools"}


def test_value_that_was_carried_to_one_of_several_does_not_gainsay_the_others():
    here = member("hub", phone="+493055573120", at=_EARLY, by=Setter.SYNCD)
    one = member("org1", phone="+498934417798")
    two = member("org2", phone="+493055573120", at=_EARLY, by=Setter.SYNCD)

    assert carried(here, one, two) == {"phone": "+498934417798"}
