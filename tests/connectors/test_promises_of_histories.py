"""What a property held since when, as every CRM promises to tell it."""

from __future__ import annotations


def test_what_a_property_held_is_told_with_its_moments_the_value_of_now_first(rig):
    first, second, untouched = rig.create(rig.people, 3)
    connector = rig.connect()
    rig.edit(rig.people, [first, second], **{rig.city: "Ulm"})
    between = rig.now()
    rig.pass_time(60)
    rig.edit(rig.people, [first], **{rig.city: "Bonn"})

    told = connector.histories(rig.people, [(one, rig.city) for one in (first, second, untouched)])

    values = {place: [one.value for one in versions] for place, versions in told.items()}
    assert values[first, rig.city][:2] == ["Bonn", "Ulm"]
    assert values[second, rig.city][0] == "Ulm"
    newest, before = told[first, rig.city][:2]
    assert newest.at > between >= before.at
    moments = [one.at for one in told[first, rig.city]]
    assert moments == sorted(moments, reverse=True)
    assert newest.maker is not None
    assert "Ulm" not in values.get((untouched, rig.city), [])


def test_history_of_nothing_asks_nobody(rig):
    rig.create(rig.people, 1)
    connector = rig.connect()
    before = rig.calls().total()

    assert connector.histories(rig.people, []) == {}
    assert rig.calls().total() == before
