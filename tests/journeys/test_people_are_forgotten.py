"""Somebody asks to be forgotten: nothing of them stays here, and nothing of them is kept when they come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, inspect, text

from connectors.sandbox import Sandbox
from syncd.cli import ExitCode
from syncd.engine import Sweep, sweep
from syncd.engine.outside.providing import ask_once
from syncd.model import Action
from tests.connectors.api_double import ApiDouble, ApiRequest, saying
from tests.journeys.both import BothJourney
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey

MAILBOX = "zoe.quarrington@example-works.com"


def person(journey: Journey) -> str:
    return journey.create(email=MAILBOX, first_name="zoe", last_name="Quarrington", country="Germany")


@EACH_CRM_ONCE
def test_nothing_of_somebody_who_is_forgotten_stays_in_the_files_of_the_store(journey: Journey) -> None:
    who = person(journey)
    assert journey.command("sync").code == ExitCode.OK
    held_before = _files(journey)

    said = journey.command("forget", journey.stream().name, who, "--yes")

    assert said.code == ExitCode.OK
    assert b"uarrington" in held_before
    assert b"uarrington" not in _files(journey)


@EACH_CRM_ONCE
def test_somebody_forgotten_who_comes_back_under_another_id_is_not_kept_judged_or_missed(journey: Journey) -> None:
    who = person(journey)
    journey.command("sync")
    journey.act("archive", object=journey.crm.people, id=who)
    journey.command("sync")
    journey.command("forget", journey.stream().name, who, "--yes")
    back = person(journey)
    written_before = len(journey.written(object=journey.crm.people))

    said = journey.command("sync", "--json")
    with journey.life() as parts:
        setup = next(one for one in parts.setups if one.stream == journey.stream())
        sweep(parts.tools, setup, Sweep.CENSUS)

    assert said.code == ExitCode.OK
    assert len(journey.written(object=journey.crm.people)) == written_before
    assert journey.command("explain", journey.stream().name, back).code == ExitCode.USAGE
    assert journey.with_store(lambda tx: tx.cursors.missing(journey.stream())) == 0
    assert b"uarrington" not in _files(journey)


@EACH_CRM_ONCE
@pytest.mark.parametrize("decision", ["", "dismiss"], ids=["proposed", "dismissed"])
def test_nothing_of_somebody_forgotten_stays_in_what_was_decided_on_their_twin(journey: Journey, decision: str) -> None:
    same = {"first_name": "Zoe", "last_name": "Quarrington", "phone": "+493055573120"}
    stays = journey.create(email="zoe@example-works.com", city="Berlin", **same)
    who = journey.create(email="zq@gmail.com", job_title="Keeper of Otters", **same)
    journey.command("sync")
    [merge] = [fix for fix in journey.fixes() if fix.action is Action.MERGE]
    if decision:
        journey.command("review", "dismiss", merge.id, "--why", "the Keeper of Otters is her sister")
    held_before = _files(journey)

    with journey.life():
        said = journey.command("forget", journey.stream().name, who, "--yes")
        held = _files(journey)

    assert said.code == ExitCode.OK
    assert merge.ref.id == who
    assert b"Keeper of Otters" in held_before
    assert b"Keeper of Otters" not in held
    assert b"zq@gmail.com" not in held
    assert b"zoe@example-works.com" in held
    assert journey.command("explain", journey.stream().name, stays).code == ExitCode.OK


@EACH_CRM_ONCE
def test_fix_of_somebody_forgotten_is_not_undone(journey: Journey) -> None:
    who = person(journey)
    journey.command("sync")
    [fix] = [one for one in journey.fixes() if one.ref.id == who]
    journey.command("forget", journey.stream().name, who, "--yes")
    written_before = len(journey.written(object=journey.crm.people))

    said = journey.command("undo", fix.id, "--yes", "--json")

    assert said.code in {ExitCode.OK, ExitCode.LEFT_TO_DO}
    assert said.data["undone"] == []
    assert len(journey.written(object=journey.crm.people)) == written_before


def test_unknown_record_cannot_be_forgotten(journey: Journey) -> None:
    said = journey.command("forget", journey.stream().name, "999", "--yes")

    assert said.code == ExitCode.USAGE
    assert "Nothing is kept of" in said.complaint


#: Of one person; every value has a word that stands nowhere else.
ZOE = {"email": MAILBOX, "first_name": "Zoe", "last_name": "Quarrington"}
WORDS = (b"uarrington", b"Otter", b"55573120", b"Zedburg", b"Vellum", b"Isolde", b"Gone Street")


@pytest.fixture
def api() -> Iterator[ApiDouble]:
    """A provider who knows where one person works."""

    def answer(request: ApiRequest) -> None:
        knows = "quarrington" in request.path
        (saying({"trade": "Vellum Binding"}) if knows else saying({}, 404))(request)

    made = ApiDouble(answer)
    yield made
    made.close()


@pytest.fixture
def both(store_url: str, tmp_path, api: ApiDouble) -> Iterator[BothJourney]:
    """Both CRMs, linked, with a provider."""
    with Sandbox.start(tier="off") as sandbox:
        begun = BothJourney(sandbox.url, store_url, tmp_path)
        begun.rules = "{duplicate: suggest, quality_flags: off, enriched: suggest}"
        begun.sections = f"""
enrichment:
  providers:
    firmo:
      {{type: http, about: person, by: [email], url: '{api.url}/v1/{{email}}', allow_private: true,
        values: {{company_name: trade}}}}
  fields: {{person: {{company_name: [firmo]}}}}
"""
        yield begun
        begun.close()


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def test_person_is_forgotten_with_all_records_of_both_crms_and_nothing_of_them_stays_anywhere(
    both: BothJourney,
) -> None:
    gone = both.create("Lead", **ZOE, street="7 Gone Street")
    grace = both.create(email="grace.hopper@example-navy.com", first_name="Grace", last_name="Hopper")
    both.pass_once()
    both.act("archive", crm="salesforce", object="Lead", id=gone)
    # What one says is carried over to the other; what a provider says waits for a person; then a twin comes.
    here = both.create(**ZOE, job_title="Keeper of Otters")
    there = both.create("Contact", **ZOE, phone="+493055573120")
    with both.life() as parts:
        both.live(parts)
        ask_once(parts.tools, parts.settings.enrichment, 60.0)
        both.pass_time(60.0)
        both.edit(there, "Contact", city="Zedburg")
        twin = both.create("Contact", **ZOE, phone="+493055573120", MailingStreet="Isolde's Lane")
        both.live(parts)
    held_before = _files(both)

    said = both.command("forget", "hubspot-main/contacts", here, "--yes", "--json")
    held = _files(both)
    written_before = len(both.written())
    both.pass_once()

    assert (both.value(there, "job_title"), both.value(here, "phone")) == ("Keeper of Otters", "+493055573120")
    assert [word for word in WORDS if word not in held_before] == []
    assert {one["record"] for one in said.data["records"]} == {
        f"hubspot-main/contacts/{here}", f"salesforce-main/Contact/{there}", f"salesforce-main/Contact/{twin}",
        f"salesforce-main/Lead/{gone}",
    }  # fmt: skip
    assert [word for word in WORDS if word in held] == []
    assert b"grace.hopper" in held
    assert both.command("explain", "hubspot-main/contacts", grace).code == ExitCode.OK
    # They are in the CRMs still, and are not known here any more.
    assert [word for word in WORDS if word in _files(both)] == []
    assert len(both.written()) == written_before


@pytest.mark.parametrize("backend", ["sqlite"])
def test_one_record_alone_can_be_forgotten_and_leaves_nothing_with_its_counterpart(both: BothJourney) -> None:
    both.modes["salesforce-main"] = "suggest"
    here = both.create(**ZOE, job_title="Keeper of Otters", phone="+493055573120")
    there = both.create("Contact", **ZOE)
    perhaps = both.create("Lead", first_name="Z.", last_name="Quarrington", phone="+493055573120")
    both.pass_once()
    both.pass_once()
    held_before = _files(both)

    shown = both.command("forget", "hubspot-main/contacts", here, "--only-this", "--yes")

    assert b"Otters" in held_before
    assert [(line.split()[0], line.split()[-1]) for line in shown.out.splitlines() if "-main/" in line][:3] == [
        (f"hubspot-main/contacts/{here}", "erased"),
        (f"salesforce-main/Contact/{there}", "stays"),
        (f"salesforce-main/Lead/{perhaps}", "stays"),
    ]
    assert b"Otters" not in _files(both)
    assert both.with_store(lambda tx: list(tx.records.read(both.stream("Contact"), [there]))) == [there]


def _files(journey: Journey) -> bytes:
    """Return all the store's files hold, where it is one of files; else what its tables hold."""
    if journey.store_url.startswith("sqlite"):
        return b"".join(path.read_bytes() for path in journey.folder.glob("*.db*"))
    held: bytes = journey.with_store(lambda tx: _tables(tx.records.connection))
    return held


def _tables(connection: Connection) -> bytes:
    rows = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in inspect(connection).get_table_names()]
    return repr(
        [[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for part in rows for row in part]
    ).encode()
