"""What makes records keeps its number; a flood of sources is no flood of rows; counts follow what wrote a value."""

from __future__ import annotations

from syncd.model import Maker
from syncd.store.records.makers import MOST_OF_A_KIND
from tests.store.given import CONTACTS, finding, kept

IMPORT, FORM = Maker("IMPORT", "7", "fair.xlsx"), Maker("FORMS", "9")


def test_maker_keeps_its_number_and_learns_its_name(store):
    with store.transaction() as tx:
        first = tx.makers.numbers(CONTACTS.account, {IMPORT, FORM})
        again = tx.makers.numbers(CONTACTS.account, {Maker("FORMS", "9", "Contact us"), Maker("IMPORT", "7")})
        names = {one: one.name for one in tx.makers.all(CONTACTS.account).values()}

    assert (again[FORM], again[IMPORT]) == (first[FORM], first[IMPORT])
    assert names == {IMPORT: "fair.xlsx", FORM: "Contact us"}


def test_what_comes_from_too_many_sources_counts_by_their_kind(store):
    many = {Maker("API", f"call-{number}") for number in range(MOST_OF_A_KIND + 50)}
    with store.transaction() as tx:
        numbers = tx.makers.numbers(CONTACTS.account, many)
        later = tx.makers.numbers(CONTACTS.account, {Maker("API", "one more"), Maker("FORMS", "9")})
        known = tx.makers.all(CONTACTS.account)

    assert len(set(numbers.values())) == MOST_OF_A_KIND + 1
    assert known[later[Maker("API", "one more")]] == Maker("API")
    assert known[later[Maker("FORMS", "9")]] == Maker("FORMS", "9")


def test_defect_moves_to_what_wrote_the_value_until_the_record_says_something_else(store):
    def keep(content):
        with store.transaction() as tx:
            row = kept(
                findings=(finding(), finding(rule="other")),
                is_clean=False,
                maker=IMPORT,
                is_to_trace=True,
                content=content,
            )
            tx.records.keep(CONTACTS, [row])

    def defects():
        with store.reading() as tx:
            return dict(tx.findings.tally(CONTACTS).defects), tx.makers.untraced(CONTACTS, 10)

    keep(1)
    before = defects()
    with store.transaction() as tx:
        tx.makers.trace(CONTACTS, {("1", "email"): FORM})
    traced = defects()
    keep(1)
    judged_again = defects()
    keep(2)

    assert before == ({IMPORT: 2}, [("1", "email")])
    assert traced == judged_again == ({FORM: 2}, [])
    assert defects() == before
