"""Merging is done once, as it was decided, and undone as far as the CRM lets it. The effect log is the witness."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.cli import ExitCode
from syncd.model import Action, Change, Fix, FixState
from tests.journeys.crms import EACH_CRM_ONCE, HUBSPOT
from tests.journeys.graphs import graph, hang_on
from tests.journeys.journey import Journey

pytestmark = EACH_CRM_ONCE

FIRST = {"email": "ada.king@example-works.com", "first_name": "Ada", "last_name": "King", "city": "Paris"}
SECOND = {"email": "a.king@example-works.com", "first_name": "Ada", "last_name": "King", "phone": "+49305557312"}


@pytest.fixture
def pair(journey: Journey) -> tuple[str, str]:
    """One person twice, known to syncd: the record that is to stay, and the one that is to go."""
    stays, goes = journey.create(**FIRST), journey.create(**SECOND)
    get_known(journey)
    return stays, goes


def get_known(journey: Journey) -> None:
    """Let syncd know everybody, and leave nothing to be looked at again."""
    for _ in range(2):
        journey.pass_once()
    journey.control("DELETE", "effects")


def decided(journey: Journey, stays: str, goes: str, **values: str) -> str:
    """Let a merge be approved, by which the one that stays gets values; return the fix."""
    held = journey.with_store(lambda tx: tx.records.read(journey.stream(), [stays]))[stays].values
    spelled = journey.crm.spelled(journey.crm.people, values)
    changes = tuple(
        Change(journey.crm.field(journey.crm.people, name), name, held[name], value, ("duplicate",), ("It is known.",))
        for name, value in spelled.items()
    )
    fix = Fix(
        "", journey.ref(goes), Action.MERGE, FixState.APPROVED, changes,
        rules=("duplicate",), reasons=("They are one.",), into=journey.ref(stays),
    )  # fmt: skip
    with journey.life() as parts, parts.tools.store.transaction() as tx:
        [made] = tx.journal.add(journey.stream(), [fix], "test")
    return str(made)


def merged(journey: Journey) -> int:
    """Return how many merges syncd made, by the sandbox's own log."""
    return len(journey.written(kind="merge"))


def the(journey: Journey, fix: str) -> Fix:
    found: Fix = journey.with_store(lambda tx: tx.journal.find(fix))
    return found


def current(journey: Journey, record: str) -> str:
    """Return the id that answers for a record, by what syncd knows."""
    return str(journey.with_store(lambda tx: tx.aliases.current(journey.stream(), record)))


def test_pair_is_merged_once_with_the_values_that_were_decided(journey: Journey, pair: tuple[str, str]) -> None:
    fix = decided(journey, *pair, phone=SECOND["phone"], city="Lyon")

    journey.apply()
    journey.apply()

    at = current(journey, pair[0])
    assert the(journey, fix).state is FixState.APPLIED
    assert merged(journey) == 1
    assert current(journey, pair[1]) == at
    assert (journey.value(at, "phone"), journey.value(at, "city")) == (SECOND["phone"], "Lyon")


def test_undone_merge_leaves_both_records_and_all_that_hangs_on_them_as_they_were(
    journey: Journey, pair: tuple[str, str]
) -> None:
    hang_on(journey, *pair)
    get_known(journey)
    before = graph(journey, {"stays": pair[0], "goes": pair[1]})
    fix = decided(journey, *pair, phone=SECOND["phone"], email=SECOND["email"])
    journey.apply()

    said = journey.command("undo", fix, "--json")

    after = graph(journey, {"stays": current(journey, pair[0]), "goes": current(journey, pair[1])})
    assert said.code == ExitCode.OK, said
    assert the(journey, fix).state is FixState.UNDONE
    assert after == before


def test_what_only_the_record_that_goes_has_is_kept_and_an_undo_gives_it_back(journey: Journey) -> None:
    unmapped = "jobtitle_of_assistant" if journey.crm is HUBSPOT else "AssistantName"
    if journey.crm is HUBSPOT:
        journey.call("POST", "/crm/v3/properties/contacts", {"name": unmapped, "label": "Assistant", **_TEXT})
    stays, goes = journey.create(**FIRST), journey.create(**SECOND, **{unmapped: "Bo Lind"})
    get_known(journey)
    fix = decided(journey, stays, goes)

    journey.apply()
    merged_into = graph(journey, {"stays": current(journey, stays)})
    journey.command("undo", fix, "--yes")
    after = graph(journey, {"stays": current(journey, stays), "goes": current(journey, goes)})

    assert merged_into["stays"][0][unmapped] == "Bo Lind"
    assert after["stays"][0].get(unmapped) in {None, ""}
    assert after["goes"][0][unmapped] == "Bo Lind"


#: What HubSpot wants to know of a new property.
_TEXT = {"type": "string", "fieldType": "text", "groupName": "contactinformation"}


@pytest.mark.parametrize("how", ["lost_answer", "late_status", "truncate"])
def test_merge_whose_answer_was_lost_is_found_out_finished_and_not_sent_twice(
    journey: Journey, pair: tuple[str, str], how: str
) -> None:
    fix = decided(journey, *pair, phone=SECOND["phone"], city="Lyon", email=SECOND["email"])
    journey.fault(how, endpoint=journey.crm.merges, count=1)

    journey.apply()
    journey.apply()

    at = current(journey, pair[0])
    assert the(journey, fix).state is FixState.APPLIED
    assert merged(journey) == 1
    assert current(journey, pair[1]) == at
    assert [journey.value(at, name) for name in ("phone", "city", "email")] == [
        SECOND["phone"],
        "Lyon",
        SECOND["email"],
    ]


def test_merge_stands_though_the_one_that_stays_is_gone_right_behind_it(
    journey: Journey, pair: tuple[str, str]
) -> None:
    fix = decided(journey, *pair, city="Lyon")
    going = {"do": "archive", "object": journey.crm.people, "id": pair[0]}
    journey.fault("edit", endpoint=journey.crm.merges, when="after", count=1, **going)

    journey.apply()

    assert journey.struck() == [1]
    assert (the(journey, fix).state, merged(journey)) == (FixState.APPLIED, 1)


def test_merge_that_never_arrived_is_sent_again(journey: Journey, pair: tuple[str, str]) -> None:
    fix = decided(journey, *pair, city="Lyon")
    journey.fault("status", endpoint=journey.crm.merges, status=500, count=1)

    journey.apply()
    first = the(journey, fix)
    journey.apply()

    assert (first.state, first.detail) == (FixState.APPROVED, "read back: it never arrived")
    assert the(journey, fix).state is FixState.APPLIED
    assert merged(journey) == 1


@pytest.mark.parametrize("who", [0, 1])
def test_pair_of_which_somebody_edits_one_in_between_is_not_merged(
    journey: Journey, pair: tuple[str, str], who: int
) -> None:
    fix = decided(journey, *pair, phone=SECOND["phone"])
    journey.edit(pair[who], last_name="Kingsley")

    journey.apply()

    assert merged(journey) == 0
    assert the(journey, fix).state in {FixState.APPROVED, FixState.STALE}


def test_pair_that_somebody_edits_while_it_is_copied_is_not_merged(journey: Journey, pair: tuple[str, str]) -> None:
    decided(journey, *pair, phone=SECOND["phone"])
    journey.edited_meanwhile(pair[0], journey.crm.reads, {"last_name": "Kingsley"}, when="after")

    journey.apply()

    assert merged(journey) == 0


def test_pair_that_somebody_merged_already_is_left_as_it_is(journey: Journey, pair: tuple[str, str]) -> None:
    fix = decided(journey, *pair, phone=SECOND["phone"])
    journey.act("merge", object=journey.crm.people, id=pair[0], other=pair[1])

    journey.apply()

    assert merged(journey) == 0
    assert the(journey, fix).state is FixState.ALREADY_TRUE


def test_record_that_somebody_merged_with_another_one_is_left_there(journey: Journey, pair: tuple[str, str]) -> None:
    other = journey.create(email="bo.ray@example-works.com", first_name="Bo", last_name="Ray")
    fix = decided(journey, *pair, phone=SECOND["phone"])
    journey.act("merge", object=journey.crm.people, id=other, other=pair[1])

    journey.apply()

    assert merged(journey) == 0
    assert the(journey, fix).state is FixState.STALE


def test_three_records_become_one_in_a_single_run(journey: Journey, pair: tuple[str, str]) -> None:
    third = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    get_known(journey)
    fixes = [decided(journey, *pair, phone=SECOND["phone"]), decided(journey, pair[0], third)]

    journey.apply()

    assert [the(journey, fix).state for fix in fixes] == [FixState.APPLIED] * 2
    assert merged(journey) == 2
    assert len({current(journey, record) for record in (*pair, third)}) == 1
    assert journey.value(current(journey, third), "phone") == SECOND["phone"]


def test_value_set_back_by_a_person_before_the_merge_was_known_of_stays_so(
    journey: Journey, pair: tuple[str, str]
) -> None:
    fix = decided(journey, *pair, city="Lyon")
    journey.fault("lost_answer", endpoint=journey.crm.merges if journey.crm is not HUBSPOT else "batch_update", count=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("syncd.engine.writing.write.recover", lambda _: None)
        journey.apply()
    unheard = the(journey, fix).state
    at = pair[0] if journey.crm is not HUBSPOT else journey.call("GET", f"/crm/v3/objects/contacts/{pair[0]}")["id"]
    journey.edit(at, city="Paris")

    journey.apply()

    assert unheard is FixState.UNKNOWN
    assert the(journey, fix).state is FixState.APPLIED
    assert merged(journey) == 1
    assert journey.value(at, "city") == "Paris"


def test_undo_keeps_what_people_did_since_and_lists_it(journey: Journey, pair: tuple[str, str]) -> None:
    fix = decided(journey, *pair, phone=SECOND["phone"], city="Lyon")
    journey.apply()
    journey.edit(current(journey, pair[0]), city="Nice")

    said = journey.command("undo", fix, "--json")

    stays, goes = (current(journey, one) for one in pair)
    assert said.code == ExitCode.LEFT_TO_DO
    assert [one["reason"] for one in said.data["refused"]] == [
        f"changed since: {journey.crm.property(journey.crm.people, 'city')}"
    ]
    assert [journey.value(stays, name) or None for name in ("city", "phone")] == ["Nice", None]
    assert journey.value(goes, "phone") == SECOND["phone"]


def test_undone_pair_is_kept_apart_and_undoing_twice_is_undoing_once(journey: Journey, pair: tuple[str, str]) -> None:
    fix = decided(journey, *pair, phone=SECOND["phone"])
    journey.apply()
    first = journey.command("undo", fix, "--yes")
    wrote = len(journey.written())

    second = journey.command("undo", fix, "--yes")
    journey.pass_once()

    stays, goes = (current(journey, one) for one in pair)
    assert (first.code, second.code) == (ExitCode.OK, ExitCode.OK)
    assert len(journey.written()) == wrote
    assert stays != goes
    assert journey.with_store(lambda tx: tx.twins.is_apart(journey.stream(), stays, goes))


@pytest.mark.parametrize("how", ["lost_answer", "late_status"])
def test_undo_whose_answer_was_lost_brings_back_one_record(journey: Journey, pair: tuple[str, str], how: str) -> None:
    before = graph(journey, {"stays": pair[0], "goes": pair[1]})
    fix = decided(journey, *pair, phone=SECOND["phone"])
    journey.apply()
    journey.fault(how, endpoint=journey.crm.revivals, count=1)

    journey.command("undo", fix, "--yes")
    journey.apply()

    ids = {"stays": current(journey, pair[0]), "goes": current(journey, pair[1])}
    assert the(journey, fix).state is FixState.UNDONE
    assert len(journey.written(kind="create")) <= 1
    assert graph(journey, ids) == before


def test_merge_whose_copies_are_gone_is_not_undone(journey: Journey, pair: tuple[str, str]) -> None:
    fix = decided(journey, *pair, phone=SECOND["phone"])
    journey.apply()
    with journey.life() as parts, parts.tools.store.transaction() as tx:
        tx.archive.forget_before(journey.stream(), parts.tools.clock.now() + timedelta(days=1))
    wrote = len(journey.written())

    said = journey.command("undo", fix, "--json")

    assert said.code == ExitCode.LEFT_TO_DO
    assert [one["reason"] for one in said.data["refused"]] == ["the copies of both records are not kept any more"]
    assert len(journey.written()) == wrote


def test_what_does_not_come_back_is_said_before_a_merge_is_undone(journey: Journey, pair: tuple[str, str]) -> None:
    fix = decided(journey, *pair, phone=SECOND["phone"])
    journey.apply()

    said = journey.command("undo", fix, "--json")

    with journey.life() as parts:
        fidelity = parts.setups[0].connector.merge_fidelity(journey.crm.people)
    assert said.data["cannot"] == list(fidelity.cannot)


def test_whole_run_is_undone_with_what_it_wrote_to_the_record_that_stayed(journey: Journey) -> None:
    stays = journey.create(**{**FIRST, "city": "PARIS"})
    goes = journey.create(**SECOND)
    journey.pass_once(may_write=False)
    fix = decided(journey, stays, goes, phone=SECOND["phone"])
    before = graph(journey, {"stays": stays, "goes": goes})
    run = journey.apply()
    written = journey.value(current(journey, stays), "city")

    said = journey.command("undo", run, "--json")

    assert written == "Paris"
    assert the(journey, fix).state is FixState.UNDONE
    assert said.code == ExitCode.OK, [one["detail"] for one in said.data["undone"]]
    assert graph(journey, {"stays": current(journey, stays), "goes": current(journey, goes)}) == before


def test_twins_are_proposed_approved_merged_undone_and_never_proposed_again(journey: Journey) -> None:
    values = {**FIRST, "phone": SECOND["phone"]}
    twins = [journey.create(**{**values, "email": f"ada.king{number}@example-works.com"}) for number in ("", ".2")]
    get_known(journey)
    [proposed] = proposals(journey)

    journey.command("review", "approve", proposed.id)
    journey.apply()
    done = the(journey, proposed.id)
    said = journey.command("undo", proposed.id, "--yes")
    get_known(journey)

    assert (proposed.state, done.state, done.detail) == (FixState.PROPOSED, FixState.APPLIED, "")
    assert (said.code, the(journey, proposed.id).state) == (ExitCode.OK, FixState.UNDONE)
    assert len({current(journey, one) for one in twins}) == 2
    assert proposals(journey) == []


def proposals(journey: Journey) -> list[Fix]:
    waiting = journey.fixes("", FixState.PROPOSED, FixState.APPROVED)
    return [fix for fix in waiting if fix.action is Action.MERGE]


def test_canary_that_was_not_merged_stops_the_others(journey: Journey, pair: tuple[str, str]) -> None:
    others = journey.create(email="bo.ray@example-works.com", last_name="Ray"), journey.create(last_name="Ray")
    get_known(journey)
    journey.guards = "{max_changes_per_run: 1000, max_share: 1.0, canary: 1}"
    fixes = [decided(journey, *pair, city="Lyon"), decided(journey, *others)]
    if journey.crm is HUBSPOT:
        journey.fault("status", endpoint=journey.crm.merges, status=200, body={"id": pair[0]}, count=1)
    else:
        journey.fault("status", endpoint=journey.crm.merges, status=500, count=1)

    journey.apply()

    assert merged(journey) == 0
    assert [the(journey, fix).state for fix in fixes] == [FixState.APPROVED] * 2


def test_merge_that_the_crm_refuses_is_rejected_with_its_reason(journey: Journey, pair: tuple[str, str]) -> None:
    fix = decided(journey, *pair, city="Lyon")
    if journey.crm is HUBSPOT:
        refusal = {"category": "VALIDATION_ERROR", "message": "Cannot have more than 250 identities on a profile"}
        journey.fault("status", endpoint=journey.crm.merges, status=414, body=refusal, count=1)
    else:
        journey.edit(pair[0], ReportsToId=pair[1])
        get_known(journey)
        fix = decided(journey, *pair, city="Lyon")

    journey.apply()

    reason = "250 identities" if journey.crm is HUBSPOT else "would stand above itself"
    assert merged(journey) == 0
    assert the(journey, fix).state is FixState.REJECTED
    assert reason in the(journey, fix).detail
