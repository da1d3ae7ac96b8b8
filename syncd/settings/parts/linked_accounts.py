"""Which accounts tell of the same people, companies and deals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from quality.golden import FieldAuthority, Wins
from syncd.errors import Mistake
from syncd.located import Document, did_you_mean
from syncd.model import Stream
from syncd.settings.parts.authority import wrong_fields
from syncd.settings.parts.part import Part


class LinkedKind(StrEnum):
    """What records of linked accounts may be the same."""

    PERSON = "person"
    COMPANY = "company"
    DEAL = "deal"


class RecordsPerAccount(StrEnum):
    """How many records of one object of an account one person, company or deal may be."""

    #: Two that are the same are twins: one of them counts, and they are to become one.
    ONE = "one"
    #: Each of them is a counterpart in its own right: several branches of one company, say.
    SEVERAL = "several"


def _by_policy_alone(given: object) -> object:
    return {"policy": given} if isinstance(given, str) else given


#: What is chosen for a field: a policy alone, or more.
FieldChosen = Annotated[FieldAuthority, BeforeValidator(_by_policy_alone, json_schema_input_type=Wins | FieldAuthority)]


class LinkedAccounts(Part):
    """Accounts whose records are the same people, companies or deals: each has a counterpart in each of them."""

    accounts: tuple[str, ...] = ()
    """Two accounts or more; an account is linked but once."""
    kinds: tuple[LinkedKind, ...] = (LinkedKind.PERSON, LinkedKind.COMPANY)
    """What is looked for in all of them: person, company, deal."""

    fields: dict[str, FieldChosen] = Field(default_factory=dict)
    """Which value wins in single fields, and where it may be written, where that is not what comes with syncd:
    {phone: newest, name: {policy: source, source: [salesforce-main], alert: true}}."""

    records_per_account: RecordsPerAccount | dict[LinkedKind, RecordsPerAccount] = RecordsPerAccount.ONE
    """How many records of an account may be the same: one, or several; for all kinds or by kind: {company: several}.
    Lead and contact of one person are two objects and no matter of this."""

    def has_several(self, kind: str) -> bool:
        """Return whether an account may have several records of one person, company or deal."""
        chosen = self.records_per_account
        if isinstance(chosen, RecordsPerAccount):
            return chosen is RecordsPerAccount.SEVERAL
        return any(one.value == kind and many is RecordsPerAccount.SEVERAL for one, many in chosen.items())

    @property
    def name(self) -> str:
        """Return what the accounts are called together; no account is called so."""
        return "+".join(sorted(self.accounts))


def wrong_linked_accounts(linked: Mapping[str, LinkedAccounts], document: Document) -> list[Mistake]:
    """Return what is wrong with the linked accounts: names that are not there, and accounts that are linked twice."""
    accounts = document.data.get("accounts") or {}
    mistakes: list[Mistake] = []
    places: dict[str, str] = {}
    for name, group in linked.items():
        if len(group.accounts) < 2:
            mistakes.append(document.mistake(("linked_accounts", name), "names less than two accounts", of_key=True))
        for number, account in enumerate(group.accounts):
            path = ("linked_accounts", name, "accounts", number)
            if account not in accounts:
                told = f"no account is called '{account}'{did_you_mean(account, accounts)}"
                mistakes.append(document.mistake(path, told))
            elif account in places:
                mistakes.append(document.mistake(path, f"'{account}' is linked already, in '{places[account]}'"))
            places.setdefault(account, name)
        mistakes += _wrong_kinds(name, group, document)
        mistakes += wrong_fields(name, group.kinds, group.accounts, group.fields, document)
    return mistakes


def _wrong_kinds(name: str, group: LinkedAccounts, document: Document) -> Iterator[Mistake]:
    """Yield kinds of which several records are allowed, and that are not looked for at all."""
    chosen = group.records_per_account
    for kind in chosen if isinstance(chosen, dict) else ():
        if kind not in group.kinds:
            told = f"{kind.value} is none of the kinds that are looked for: {', '.join(group.kinds)}"
            yield document.mistake(("linked_accounts", name, "records_per_account", kind.value), told, of_key=True)


def odd_linked_accounts(
    linked: Mapping[str, LinkedAccounts], document: Document, streams: Sequence[Stream]
) -> Iterator[Mistake]:
    """Yield which linked accounts watch nothing of a kind that is looked for in all of them."""
    for name, group in linked.items():
        for kind in group.kinds:
            idle = [one for one in group.accounts if not any((one, kind) == (s.account, s.kind) for s in streams)]
            if idle:
                told = f"no {kind} has a counterpart in {', '.join(idle)}: no stream there is of the kind"
                yield document.mistake(("linked_accounts", name), told, of_key=True)


def linked_with(linked: Mapping[str, LinkedAccounts], account: str) -> LinkedAccounts | None:
    """Return the accounts that one is linked with, itself among them; None when it stands alone."""
    return next((group for group in linked.values() if account in group.accounts), None)
