"""What people, forms, imports, integrations and administrators do in the CRM of a simulation.

Each act names records by number, so that it still means something when other acts are left out of a schedule. An act
that is not possible (the record is gone, the address is taken) does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.journeys.crms import SALESFORCE

if TYPE_CHECKING:
    from random import Random

    from tests.simulation.run import Run

Act = dict[str, Any]

#: What fields of people hold: dirty, clean, and what looks right and is not theirs.
VALUES: dict[str, tuple[str | None, ...]] = {
    "first_name": ("ADA", "ada", "Ada", " Bo ", "Bo", "Test", None),
    "last_name": ("LOVELACE", "lovelace", "O'NEILL", "Ray", "McRAY"),
    "country": ("Germany", "DE", "FRANCE", "FR", "Deutschland", "Atlantis", None),
    "city": ("PARIS", "Paris", "berlin", "Berlin", "n/a", None),
    "phone": ("0049 30 5555 7312", "+493055557312", "030/55557313", "123", None),
    "job_title": ("vp sales", "CEO", "Chief Executive Officer", "HEAD OF MARKETING", None),
}
COMPANY_VALUES: dict[str, tuple[str | None, ...]] = {
    "name": ("EXAMPLE WORKS GMBH", "Example Works GmbH", "Northern  Lights sas"),
    "country": ("Germany", "DE", "France", None),
    "city": ("PARIS", "Paris", "berlin", None),
    "phone": ("0049 30 5555 0000", "+493055550000", None),
}
WHO = ("person", "person", "person", "form", "import", "integration", "workflow")
_NAMES = ("Marlow", "Quint", "Sandoval", "Tereshko", "Umbridge", "Vasquez", "Whitlock", "Xanthou", "Yardley", "Zoll")
_FIRST = ("Nora", "Otto", "Pia", "Quentin", "Rosa", "Sven", "Tara", "Ugo", "Vera", "Willem")


# Made from the dice


def create(dice: Random) -> Act:
    values = {name: dice.choice(held) for name, held in VALUES.items() if name not in {"first_name", "last_name"}}
    return {"do": "create", "who": dice.choice(WHO), "values": values, "shout": dice.random() < 0.5}


def twin(dice: Random) -> Act:
    return {"do": "twin", "of": dice.randrange(1000), "who": dice.choice(WHO), "city": dice.choice(VALUES["city"])}


def create_company(dice: Random) -> Act:
    return {"do": "create_company", "values": {name: dice.choice(held) for name, held in COMPANY_VALUES.items()}}


def edit(dice: Random) -> Act:
    name = dice.choice(list(VALUES))
    return {"do": "edit", "n": dice.randrange(1000), "field": name, "value": dice.choice(VALUES[name]),
            "who": dice.choice(WHO)}  # fmt: skip


def edit_company(dice: Random) -> Act:
    name = dice.choice(list(COMPANY_VALUES))
    return {"do": "edit_company", "n": dice.randrange(1000), "field": name,
            "value": dice.choice(COMPANY_VALUES[name]), "who": dice.choice(WHO)}  # fmt: skip


def set_back(dice: Random) -> Act:
    return {"do": "set_back", "nth": dice.randrange(12), "who": dice.choice(WHO), "to": dice.choice(("before", "else"))}


def fight(dice: Random) -> Act:
    """An integration writes back whatever it had, again and again."""
    return {"do": "set_back", "nth": dice.randrange(3), "who": "integration", "to": "before"}


def merge(dice: Random) -> Act:
    return {"do": "merge", "n": dice.randrange(1000), "m": dice.randrange(1000),
            "what": dice.choice(("people", "people", "companies"))}  # fmt: skip


def remove(dice: Random) -> Act:
    return {"do": "remove", "n": dice.randrange(1000), "what": dice.choice(("people", "people", "companies")),
            "how": dice.choice(("archive", "archive", "purge"))}  # fmt: skip


def restore(dice: Random) -> Act:
    return {"do": "restore", "nth": dice.randrange(10)}


def relink(dice: Random) -> Act:
    return {"do": "relink", "n": dice.randrange(1000), "m": dice.randrange(1000), "off": dice.random() < 0.4}


def touch(dice: Random) -> Act:
    """Stamp all with one and the same moment, as mass jobs do."""
    return {"do": "touch", "count": dice.choice((3, 8, 1000))}


def schema(dice: Random) -> Act:
    """Hide or delete a property, or bring it back."""
    return {"do": "schema", "field": dice.choice(("phone", "city", "normalised_title", "country")),
            "back": dice.random() < 0.4}  # fmt: skip


def permissions(dice: Random) -> Act:
    return {"do": "permissions", "seen": dice.choice(("all", "all", "companies", "people")),
            "changed": dice.choice(("all", "none", "companies"))}  # fmt: skip


def knobs(dice: Random) -> Act:
    return {"do": "knobs", "lag_s": dice.choice((0, 0.5, 4, 60)), "jitter_s": dice.choice((0, 3)),
            "disorder": dice.choice((0, 0, 0.3)), "seed": dice.randrange(1000)}  # fmt: skip


def pause(dice: Random) -> Act:
    """Let time pass: a moment, a minute, a day."""
    return {"do": "pause", "seconds": dice.choice((0.001, 0.3, 0.9, 1, 2.5, 30, 700, 4000, 90_000))}


#: Acts and how often they are drawn, among those between lives, and those in the middle of one.
BETWEEN: tuple[tuple[int, Callable[[Random], Act]], ...] = (
    (6, create), (3, twin), (1, create_company), (12, edit), (3, edit_company), (8, set_back), (2, fight), (3, merge),
    (3, remove), (2, restore), (4, relink), (1, touch), (2, schema), (1, permissions), (2, knobs), (5, pause),
)  # fmt: skip
DURING: tuple[tuple[int, Callable[[Random], Act]], ...] = (
    (3, create), (1, twin), (12, edit), (3, edit_company), (8, set_back), (3, merge), (3, remove), (2, restore),
    (3, relink), (1, schema), (1, permissions), (1, touch),
)  # fmt: skip


def draw(dice: Random, table: tuple[tuple[int, Callable[[Random], Act]], ...]) -> Act:
    """Draw an act."""
    [make] = dice.choices([one for _, one in table], [weight for weight, _ in table])
    return make(dice)


# Done in the CRM


def perform(run: Run, act: Act) -> None:
    """Do it, on the sandbox's own thread; what is not possible is left."""
    run.ground.world.clock.shift(0.007)
    try:
        DOINGS[act["do"]](run, act)
    except ValueError as problem:
        run.tell(f"    not possible: {problem}")


def _create(run: Run, act: Act) -> None:
    number = run.next_number()
    first, last = _FIRST[number % 10], f"{_NAMES[number // 10 % 10]}{'abcdefghij'[number // 100 % 10]}"
    values = dict(act["values"])
    values["email"] = f"{first}.{last}@{'Example-Works.com' if number % 3 else f'own{number}.example'}"
    values["first_name"], values["last_name"] = (first.upper(), last.upper()) if act["shout"] else (first, last)
    run.make(run.crm.people, values, act["who"])


def _twin(run: Run, act: Act) -> None:
    other = run.person(act["of"])
    if other is None:
        return
    held = {name: run.value(run.crm.people, other, name) for name in ("first_name", "last_name", "email", "phone")}
    if run.crm is not SALESFORCE:
        local, _, domain = str(held["email"] or "x@own.example").partition("@")
        held["email"] = f"{local.replace('.', '')}@{domain}"
    run.make(run.crm.people, {**held, "city": act["city"]}, act["who"])


def _create_company(run: Run, act: Act) -> None:
    number = run.next_number()
    domain = "example-works.com" if not run.made[run.crm.companies] else f"own{number}.example"
    run.make(run.crm.companies, {**act["values"], "domain": domain}, "person")


def _edit(run: Run, act: Act) -> None:
    found = run.person(act["n"])
    if found is not None:
        run.change(run.crm.people, found, act["field"], act["value"], act["who"])


def _edit_company(run: Run, act: Act) -> None:
    found = run.company(act["n"])
    if found is not None:
        run.change(run.crm.companies, found, act["field"], act["value"], act["who"])


def _set_back(run: Run, act: Act) -> None:
    """Put back what stood there before one of our last writes, where our value still stands; or put something else."""
    ours = [one for one in run.effects() if one.actor_kind == "app" and one.kind == "update" and run.is_plain(one)]
    if not ours:
        return
    one = ours[-1 - act["nth"] % len(ours)]
    if run.raw_value(one.object, one.id, one.property) != (one.after or None):
        return
    value = one.before if act["to"] == "before" else "Somewhere Else"
    run.act("update", object=one.object, id=one.id, properties={one.property: value or None}, **{"as": act["who"]})


def _merge(run: Run, act: Act) -> None:
    name = run.crm.people if act["what"] == "people" else run.crm.companies
    one, other = run.nth(name, act["n"]), run.nth(name, act["m"])
    if one is None or other is None or one == other:
        return
    answer = run.act("merge", object=name, id=one, other=other, **{"as": "person"})
    made = str(answer["results"][0]["id"])
    if made not in run.made[name]:
        run.made[name].append(made)


def _remove(run: Run, act: Act) -> None:
    name = run.crm.people if act["what"] == "people" else run.crm.companies
    found = run.nth(name, act["n"])
    if found is None:
        return
    run.act(act["how"], object=name, id=found, **{"as": "person"})
    if act["how"] == "archive":
        run.removed.append((name, found))


def _restore(run: Run, act: Act) -> None:
    if run.removed:
        name, found = run.removed[act["nth"] % len(run.removed)]
        run.act("restore", object=name, id=found, **{"as": "person"})


def _relink(run: Run, act: Act) -> None:
    person, company = run.person(act["n"]), run.company(act["m"])
    if person is None or company is None:
        return
    if run.crm.company_link:
        value = None if act["off"] else company
        run.act("update", object=run.crm.people, id=person, properties={run.crm.company_link: value},
                **{"as": "person"})  # fmt: skip
    else:
        what = {"object": run.crm.people, "id": person, "to": run.crm.companies, "to_id": company, "as": "person"}
        if act["off"]:
            run.act("unlink", **what)
        else:
            run.act("link", types=[279], **what)


def _touch(run: Run, act: Act) -> None:
    run.act("touch", object=run.crm.people, count=act["count"])


def _schema(run: Run, act: Act) -> None:
    name = run.crm.property(run.crm.people, act["field"])
    if run.crm is SALESFORCE:
        run.hidden.discard(name) if act["back"] else run.hidden.add(name)
        run.set_permissions()
        return
    account = run.ground.account
    definition = account.type_of(run.crm.people).properties.get(name)
    if definition is not None:
        definition.archived_ms = None if act["back"] else account.now_ms()
        account.schema_revision += 1


def _permissions(run: Run, act: Act) -> None:
    crm = run.crm
    some = {"all": crm.objects, "companies": (crm.companies,), "people": (crm.people, *crm.more_people), "none": ()}
    run.seen, run.changed = some[act["seen"]], [one for one in some[act["changed"]] if one in some[act["seen"]]]
    run.set_permissions()


def _knobs(run: Run, act: Act) -> None:
    """Let the index be late; where there is none, let new records show up late, as those of long transactions do."""
    if run.crm is SALESFORCE:
        run.late_s = float(act["lag_s"])
        return
    run.ground.world.knobs.turn(
        {"index_lag_s": act["lag_s"], "index_lag_jitter_s": act["jitter_s"], "sort_disorder": act["disorder"],
         "seed": act["seed"]}
    )  # fmt: skip


def _pause(run: Run, act: Act) -> None:
    run.ground.world.clock.shift(act["seconds"])


#: Whoever adds an act adds it here, and to the tables above.
DOINGS: dict[str, Callable[[Run, Act], None]] = {
    "create": _create,
    "twin": _twin,
    "create_company": _create_company,
    "edit": _edit,
    "edit_company": _edit_company,
    "set_back": _set_back,
    "merge": _merge,
    "remove": _remove,
    "restore": _restore,
    "relink": _relink,
    "touch": _touch,
    "schema": _schema,
    "permissions": _permissions,
    "knobs": _knobs,
    "pause": _pause,
}
