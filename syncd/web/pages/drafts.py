"""Change a rule, a mapping or the settings: see what would come of it on the base there is, then save it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from starlette.responses import Response

from syncd.engine import StreamTrial, try_out
from syncd.errors import ConfigError
from syncd.model import Ref, Role
from syncd.settings.reading.custom_rules import NAME_PATTERN
from syncd.settings.reading.drafts import Draft, digest_of, draft_of, editable, text_of, with_rule
from syncd.store import Transaction
from syncd.web.ask import Ask, NotThereError
from syncd.web.page import Menu, action, page
from syncd.web.told import label_of, spelled_by_us

#: What a new rule begins as.
_NEW_RULE = """\
# What holds for a right record.
description: Customers in Germany have a phone number.
kind: person
when: lifecycle_stage == "customer" && country == "DE"
check: phone != ""
message: a customer in Germany without a phone number
severity: warning
examples:
  - given: {lifecycle_stage: customer, country: DE}
    is_right: false
  - given: {lifecycle_stage: customer, country: DE, phone: "+493012345678"}
    is_right: true
"""


@page("/settings", role=Role.ADMIN, menu=Menu("Settings", 80))
def settings(ask: Ask) -> Response:
    """Show the files there are."""
    return ask.show("drafts.html", files=editable(ask.settings), warnings=ask.settings.warnings)


@page("/settings/edit", role=Role.ADMIN, name="edit settings")
def edit(ask: Ask) -> Response:
    """Show one to change; a rule that is not there yet begins as an example."""
    name = ask.query("file") or f"rules/{ask.query('rule')}.yaml"
    if ask.query("rule") and not re.fullmatch(NAME_PATTERN, ask.query("rule")):
        raise NotThereError("A rule of your own begins with x_, in small letters: x_phone_of_customers.")
    draft = draft_of(ask.settings, name, "")
    before = draft.before
    text = before if draft.file.exists() else _NEW_RULE
    begun = Draft(draft.config, name, text)
    return ask.show("draft.html", draft=begun, base=digest_of(before), mistakes=(), tried=None)


@action("/settings/try", role=Role.ADMIN, name="try settings")
def try_them(ask: Ask) -> Response:
    """Show what the draft changes and what would come of it; nothing is kept."""
    draft = _draft(ask)
    base = ask.field("base") or digest_of(draft.before)
    try:
        after = draft.read(os.environ)
    except ConfigError as error:
        return ask.show("draft.html", status=422, draft=draft, base=base, mistakes=error.mistakes, tried=None)
    with ask.reading() as tx:
        tried = list(try_out(tx, ask.settings, after, ask.console.clock.now()))
        labels = {ref: label for trial in tried for ref, label in _labels(ask, tx, trial)}
    ask.counted(judged=sum(trial.judged for trial in tried))
    return ask.show(
        "draft.html", draft=draft, base=base, mistakes=(), tried=tried, labels=labels, warnings=after.warnings
    )


@action("/settings/save", role=Role.ADMIN, name="save settings")
def save(ask: Ask) -> Response:
    """Put the draft in the file's place; the daemon takes it up, or refuses it and says why, as from anybody else."""
    draft = _draft(ask)
    draft.read(os.environ)
    draft.keep(ask.field("base"))
    ask.counted(files=1)
    ask.console.wake()
    return ask.go("/settings", f"{draft.name} is saved; the daemon takes it up within seconds.")


@action("/settings/difference", role=Role.ADMIN, name="take settings along")
def difference(ask: Ask) -> Response:
    """Return what the draft changes, as a file that `patch -p1` takes."""
    draft = _draft(ask)
    name = draft.name.replace("/", "-")
    headers = {"content-disposition": f'attachment; filename="{name}.diff"'}
    return Response(draft.difference(), media_type="text/x-diff; charset=utf-8", headers=headers)


def _labels(ask: Ask, tx: Transaction, trial: StreamTrial) -> Iterator[tuple[Ref, str]]:
    """Yield by what people know the records that come out otherwise."""
    wanted = ask.settings.stream(trial.stream.name)
    copies = tx.records.read(trial.stream, [one.ref.id for one in trial.examples]) if wanted is not None else {}
    for copy in copies.values():
        if wanted is not None:
            yield copy.ref, label_of(spelled_by_us(wanted, copy))


def _draft(ask: Ask) -> Draft:
    """Return the draft of a form: a whole file, or what is said of one rule in the settings."""
    known = editable(ask.settings)
    if not known:
        raise NotThereError("This syncd runs without a file of settings.")
    rule = ask.field("rule")
    if not rule:
        return draft_of(ask.settings, ask.field("file"), ask.field("text"))
    if rule not in ask.settings.rule_names:
        raise NotThereError("There is no rule of this name.")
    text = with_rule(text_of(ask.settings.files[0]), rule, ask.field("said"))
    return draft_of(ask.settings, known[0], text)
