"""The rules: what each says, what was chosen for it, what it finds; and what is said of it in the settings."""

from __future__ import annotations

from starlette.responses import Response

from syncd.model import Role
from syncd.rulebook import Tallies, data_of_rule, data_of_rules, examples_of
from syncd.settings.reading.drafts import editable, said_of, text_of
from syncd.web.ask import Ask, NotThereError
from syncd.web.page import Menu, page


@page("/rules", role=Role.VIEWER, menu=Menu("Rules", 40))
def rules(ask: Ask) -> Response:
    """Show all of them, those that find most first."""
    with ask.reading() as tx:
        found = data_of_rules(ask.settings, Tallies.of(tx, ask.settings), is_whole=False)
    wanted, on = ask.query("q").casefold(), ask.query("on")
    shown = [
        one
        for one in found
        if wanted in f"{one['rule']} {one['description']}".casefold() and (not on or _is_on(one) == (on == "yes"))
    ]
    return ask.show("rules.html", rules=sorted(shown, key=lambda one: (-one["findings"], one["rule"])), is_on=_is_on)


@page("/rules/{name}", role=Role.VIEWER)
def rule(ask: Ask) -> Response:
    """Show one whole: its parameters, its examples, what holds in each stream, and what the settings say of it."""
    name, settings = ask.path("name"), ask.settings
    if name not in settings.rule_names:
        raise NotThereError("There is no rule of this name.")
    with ask.reading() as tx:
        told = data_of_rule(settings, Tallies.of(tx, settings), name)
    own = f"rules/{name}.yaml"
    return ask.show(
        "rule.html",
        rule=told,
        examples=examples_of(settings, name),
        said=said_of(text_of(settings.files[0]), name) if settings.files else "",
        can_try=bool(settings.files) and ask.may(Role.ADMIN),
        own=own if own in editable(settings) else "",
    )


def _is_on(one: dict[str, object]) -> bool:
    streams = one["streams"]
    return any(each["is_on"] for each in streams) if isinstance(streams, list) and streams else bool(one["is_on"])
