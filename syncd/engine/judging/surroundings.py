"""What rules may know beyond the record itself, looked up for a whole batch at once, in a handful of queries.

Only what a record of the batch lacks is looked up: companies for people without one, the kept values of a company for
those who lack something it may give, the mail domains of people for companies without a domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mappings import to_canonical
from quality import (
    ARRIVED,
    COMPANY_NAME,
    COUNTERPARTS,
    DOMAIN,
    EMAIL_DOMAIN,
    LACKS,
    LINKS_ELSEWHERE,
    MAIL_DOMAINS,
    NAME,
    NO_DOMAIN,
    OWNERS,
    PERSON,
    TWINS,
    WORKS_AT,
    Keys,
    Surroundings,
)
from syncd.engine.judging.arrived import arrived_of
from syncd.engine.judging.claimants import with_claimants
from syncd.engine.judging.counterparts import counterparts_of
from syncd.engine.judging.links_elsewhere import LinksElsewhere
from syncd.engine.matching.twins import twins_of
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Ref, Stream
from syncd.store import Transaction


def surroundings_of(
    tx: Transaction, setup: StreamSetup, records: Sequence[Record], keys: Sequence[Keys], now: datetime
) -> Surroundings:
    """Look up what the judgement of these records, which have these keys, may depend on."""
    asks = setup.ruleset.asks
    around = _neighbours(_Look(tx, setup), records, keys, now)
    if OWNERS in asks:
        owners = {str(record.values.get("owner") or "").strip() for record in records} - {""}
        around = replace(around, active_owners=tx.owners.among(setup.stream.account, owners))
    if MAIL_DOMAINS in asks:
        around = replace(around, dead_domains=tx.mail_domains.dead(_values(keys, EMAIL_DOMAIN)))
    if TWINS in asks:
        twins = twins_of(tx, setup, records)
        around = replace(around, twins=with_claimants(tx, setup, records, keys, twins))
    if COUNTERPARTS in asks:
        around = replace(around, counterparts=counterparts_of(tx, setup, records))
    if LINKS_ELSEWHERE in asks and around.counterparts:
        around = _with_links_elsewhere(LinksElsewhere(tx, setup), around)
    if ARRIVED in asks:
        around = replace(around, arrived=arrived_of(tx, setup, records))
    return around


def _with_links_elsewhere(elsewhere: LinksElsewhere, around: Surroundings) -> Surroundings:
    ours = elsewhere.ours(around.counterparts)
    if elsewhere.setup.stream.kind != "company":
        return replace(around, ours=ours)
    linked = {**around.linked, "company": elsewhere.groups_of(ours.values())}
    return replace(around, ours=ours, linked=linked)


def _neighbours(look: _Look, records: Sequence[Record], keys: Sequence[Keys], now: datetime) -> Surroundings:
    """Look up other records that these may be linked to, or have values from."""
    if look.setup.stream.kind == "company":
        return look.around_companies(keys, now)
    if "company" not in look.setup.mapping.links:
        return Surroundings(now)
    return look.around_others(records, keys, now)


def lacking_fields(setup: StreamSetup) -> frozenset[str]:
    """Return the fields that some rule of the stream may fill from a linked company."""
    return frozenset(name for step in setup.ruleset.steps for name in step.options.lacking_fields(setup.stream.kind))


@dataclass(frozen=True, slots=True)
class _Look:
    """Looking around in the store, for records of one stream."""

    tx: Transaction
    setup: StreamSetup

    def around_companies(self, keys: Sequence[Keys], now: datetime) -> Surroundings:
        """Return the domains of the people of companies that have none, and who has those domains already."""
        bare = _values(keys, NO_DOMAIN)
        if not bare:
            return Surroundings(now)
        account = self.setup.stream.account
        domains = self.tx.records.keys_beside(account, "person", {(WORKS_AT, one) for one in bare}, EMAIL_DOMAIN)
        taken = {(DOMAIN, domain) for found in domains.values() for domain in found}
        owners = self.tx.records.with_key(account, "company", taken) if taken else {}
        return Surroundings(
            now,
            companies_by_domain=_by_value(owners, DOMAIN),
            people_domains={company: found for (_, company), found in domains.items()},
        )

    def around_others(self, records: Sequence[Record], keys: Sequence[Keys], now: datetime) -> Surroundings:
        """Return the companies that people, deals and tickets may belong to, or have values from."""
        held = [(found, record.links.get("company")) for record, found in zip(records, keys, strict=True)]
        unlinked = [found for found, companies in held if companies == ()]
        # Of several companies, the one with the domain of the address may be the primary one.
        undecided = [found for found, companies in held if companies == () or (companies and len(companies) > 1)]
        wanted = {(DOMAIN, domain) for domain in _values(undecided, EMAIL_DOMAIN)}
        wanted |= {(NAME, name) for name in _values(unlinked, COMPANY_NAME)}
        found = self.tx.records.with_key(self.setup.stream.account, "company", wanted) if wanted else {}
        linked = {
            "company": self._kept("company", {*_possible_groups(found), *_givers(keys)}),
            "person": self._kept("person", _values(keys, PERSON)),
        }
        return Surroundings(
            now,
            companies_by_domain=_by_value(found, DOMAIN),
            companies_by_name=_by_value(found, NAME),
            linked={kind: kept for kind, kept in linked.items() if kept},
            company_object=self.setup.mapping.links["company"],
        )

    def _kept(self, kind: str, ids: Iterable[str]) -> dict[str, Record]:
        """Return what is kept of linked records, without the values that something is wrong with."""
        name = self.setup.mapping.links.get(kind, "")
        mapping = self.setup.mappings.get(name)
        wanted = sorted(ids)
        if mapping is None or not wanted:
            return {}
        stream = Stream(self.setup.stream.account, name, kind)
        sources = self.tx.records.read(stream, wanted)
        doubted = self.tx.findings.doubted_fields(stream, list(sources))
        return {
            key: _without(to_canonical(mapping, source), doubted.get(key, frozenset()))
            for key, source in sources.items()
        }


def _givers(keys: Iterable[Keys]) -> set[str]:
    """Return the ids of companies that records lack a value of."""
    return {value for one in keys for name, value in one if name.startswith(LACKS)}


def _possible_groups(found: Mapping[tuple[str, str], tuple[Ref, ...]]) -> set[str]:
    """Return the ids of companies whose parents may tell which one somebody belongs to.

    Those that share a domain; and those that have a name somebody wears, where any company has a domain of theirs.
    """
    has_domain = any(name == DOMAIN for name, _ in found)
    return {
        ref.id for (name, _), refs in found.items() for ref in refs if len(refs) > 1 or (has_domain and name == NAME)
    }


def _values(keys: Iterable[Keys], name: str) -> set[str]:
    return {value for one in keys for found, value in one if found == name}


def _without(record: Record, doubted: frozenset[str]) -> Record:
    if not doubted:
        return record
    return replace(record, values={name: value for name, value in record.values.items() if name not in doubted})


def _by_value(found: Mapping[tuple[str, str], tuple[Ref, ...]], name: str) -> dict[str, tuple[Ref, ...]]:
    return {value: refs for (key, value), refs in found.items() if key == name}
