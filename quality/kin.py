"""Which company of a group somebody belongs to, where companies name the one they are a part of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quality.keys import company_name_key
from quality.rule import Case
from quality.subjects import mail
from syncd.model import Ref


def domain_owners(case: Case) -> tuple[Ref, ...]:
    """Return the companies that have the domain of a person's corporate address."""
    if not case.surroundings.companies_by_domain:
        return ()
    domain = mail.company_domain(case.text("email"))
    return case.surroundings.companies_by_domain.get(domain, ()) if domain else ()


def named_companies(case: Case) -> tuple[Ref, ...]:
    """Return the companies that have the name written on a person."""
    if not case.surroundings.companies_by_name:
        return ()
    key = company_name_key(case.text("company_name"))
    return case.surroundings.companies_by_name.get(key, ()) if key else ()


def member_of(case: Case, head: Ref) -> Ref | None:
    """Return the one company that is named on a person and is a part of `head`; None where there is no such one."""
    named = [ref for ref in named_companies(case) if ref != head]
    parts = [ref for ref in named if _parent_of(case, ref) == head.id]
    return parts[0] if len(parts) == 1 and head not in named_companies(case) else None


def head_of(case: Case, companies: Sequence[Ref]) -> Ref | None:
    """Return the one of `companies` that all others of them are parts of, at whatever remove; None if there is none."""
    ids = {ref.id for ref in companies}
    parents = {ref.id: _parent_of(case, ref) for ref in companies}
    heads = [ref for ref in companies if parents[ref.id] not in ids]
    if len(heads) != 1:
        return None
    return heads[0] if all(_leads_to(heads[0].id, one, parents) for one in ids) else None


def _leads_to(head: str, company: str, parents: Mapping[str, str]) -> bool:
    for _ in parents:  # as many steps as there are companies: more would be going in circles
        if company == head:
            return True
        company = parents.get(company, "")
    return company == head


def _parent_of(case: Case, company: Ref) -> str:
    known = case.surroundings.linked.get("company", {}).get(company.id)
    return str(known.values.get("parent") or "") if known is not None else ""
