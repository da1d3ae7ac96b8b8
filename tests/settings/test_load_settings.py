"""What settings mean: defaults, streams, mappings, rules, guards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mappings import crms, shipped_mappings, to_canonical, to_source
from quality import RuleChoice, catalog, compile_ruleset
from syncd.errors import ConfigError
from syncd.model import Mode, Ref, Severity, SourceRecord, Stream
from syncd.settings import Settings, load_settings, parse_duration, spell_duration

Read = Any
SOME_RULE, OTHER_RULE = list(catalog())[:2]

OWN_MAPPING = """
crm: hubspot
object: 2-77
kind: company
fields: {name: {source: name, write: true}, x_vat: {source: vat, type: text}}
examples: [{given: {name: Acme}, becomes: {name: Acme}}]
"""


def test_account_alone_has_companies_and_people_watched_without_writing(read: Read) -> None:
    settings = read()

    assert [one.stream for one in settings.streams] == [
        Stream("main", "companies", "company"),
        Stream("main", "contacts", "person"),
    ]
    assert {one.mode for one in settings.streams} == {Mode.OBSERVE}
    assert {one.every for one in settings.streams} == {timedelta(minutes=1)}


def test_account_that_a_stream_names_has_only_its_streams(read: Read) -> None:
    settings = read("streams: {main/contacts: {mode: apply, every: 90s}}\n")

    (contacts,) = settings.streams
    assert (contacts.stream.name, contacts.mode, contacts.every) == ("main/contacts", Mode.APPLY, timedelta(seconds=90))


def test_stream_without_content_has_the_defaults(read: Read) -> None:
    settings = read("streams:\n  main/deals:\n  main/contacts:\n")

    assert [one.stream.object for one in settings.streams] == ["contacts", "deals"]


def test_sections_without_content_are_as_if_absent(read: Read) -> None:
    assert read("streams:\nrules:\nguards:\nstore:\nweb:\nlog:\n") == read()


def test_without_a_file_there_are_defaults_and_no_account() -> None:
    settings = load_settings(None, {})

    assert settings == Settings()
    assert settings.streams == ()
    assert settings.store.url.reveal() == "sqlite:///syncd.db"


def test_missing_file_is_told_with_the_way_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file") as caught:
        load_settings(tmp_path / "syncd.yaml", {})

    assert caught.value.hint == "`syncd init` writes one"


def test_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "syncd.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        load_settings(tmp_path / "syncd.yaml", {})


def test_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_settings(tmp_path, {})


def test_values_of_a_picklist_can_be_named_without_a_mapping_of_ones_own(read: Read) -> None:
    settings = read("streams:\n  main/contacts: {values: {lead_status: {HOT: open, OPEN: open}}}\n")

    mapping = settings.stream("main/contacts").mapping
    found = SourceRecord(
        Ref("main", "contacts", "1"), {"hs_lead_status": "OPEN"}, None, datetime(2026, 3, 1, tzinfo=UTC)
    )
    assert to_canonical(mapping, found).values["lead_status"] == "open"
    assert to_source(mapping, "lead_status", "open") == ("hs_lead_status", "HOT")


def test_values_of_a_field_that_is_not_there_or_holds_no_text_are_refused(tell: Any) -> None:
    assert tell(
        "streams:\n  main/contacts: {values: {lead_stats: {A: b}}}\n  main/deals: {values: {amount: {A: b}}}\n"
    ) == [
        "3:28: streams.main/contacts.values.lead_stats: the mapping has no such field (did you mean 'lead_status'?)",
        "4:24: streams.main/deals.values: amount holds no text",
    ]


def test_what_a_mapping_says_of_rules_stands_below_what_the_settings_say(read: Read, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        f"{OWN_MAPPING}rules: {{inactive_90_days: {{days: 30, signs: [last_visited]}}}}\n"
    )

    settings = read(
        "streams:\n  main/2-77: {mapping: own.yaml, rules: {inactive_90_days: {options: {days: 60}}}}\n"
        "rules: {inactive_90_days: {severity: warning}}\n"
    )

    choice = settings.stream("main/2-77").rules["inactive_90_days"]
    assert choice.options == {"days": 60, "signs": ["last_visited"]}
    assert choice.severity is Severity.WARNING


def test_wrong_parameters_in_a_mapping_are_told_where_it_is_named(tell: Any, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(f"{OWN_MAPPING}rules: {{inactive_90_days: {{dais: 30}}}}\n")

    (told,) = tell("streams: {main/2-77: {mapping: own.yaml}}\n")

    assert told.startswith("2:32: streams.main/2-77.mapping: its rules are wrong: inactive_90_days.options.dais: ")


@pytest.mark.parametrize("crm", crms())
def test_what_shipped_mappings_say_of_rules_is_right(crm: str) -> None:
    for mapping in shipped_mappings(crm):
        compile_ruleset(mapping.kind, {name: RuleChoice(options=it) for name, it in mapping.rules.items()}, Mode.APPLY)


def test_property_of_another_name_reaches_the_mapping(read: Read) -> None:
    settings = read("streams: {main/contacts: {properties: {quality_flags: my_flags}}}\n")

    field = settings.stream("main/contacts").mapping.fields["quality_flags"]
    assert (field.property, field.is_optional) == ("my_flags", False)


def test_own_mapping_makes_a_stream_of_any_object(read: Read, tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "own.yaml").write_text(OWN_MAPPING)

    settings = read("streams: {main/2-77: {mapping: mappings/own.yaml}}\n")

    (own,) = settings.streams
    assert own.stream == Stream("main", "2-77", "company")
    assert own.mapping.properties == ("name", "vat")
    assert tmp_path / "mappings" / "own.yaml" in settings.files


def test_rules_of_a_stream_stand_before_those_of_all(read: Read) -> None:
    settings = read(
        f"rules: {{{SOME_RULE}: off, {OTHER_RULE}: {{severity: info, mode: suggest}}}}\n"
        f"streams: {{main/contacts: {{rules: {{{SOME_RULE}: suggest, {OTHER_RULE}: {{mode: observe}}}}}}}}\n"
    )

    rules = settings.stream("main/contacts").rules

    assert (rules[SOME_RULE].enabled, rules[SOME_RULE].mode) == (True, Mode.SUGGEST)
    assert (rules[OTHER_RULE].severity, rules[OTHER_RULE].mode) == (Severity.INFO, Mode.OBSERVE)
    assert rules[OTHER_RULE].enabled is None


def test_chosen_rules_compile(read: Read) -> None:
    settings = read(f"rules: {{{SOME_RULE}: off}}\n")

    for one in settings.streams:
        assert SOME_RULE not in compile_ruleset(one.stream.kind, one.rules, one.mode).rules


def test_guards_of_a_stream_stand_before_those_of_all(read: Read, tmp_path: Path) -> None:
    settings = read("guards: {canary: 2, max_share: 0.1}\nstreams: {main/contacts: {guards: {canary: 0}}}\n")

    guards = settings.stream("main/contacts").guards

    assert (guards.canary, guards.max_share, guards.max_changes_per_run) == (0, 0.1, 1000)
    assert guards.stop_file == tmp_path / "syncd.stop"


def test_relative_paths_begin_in_the_folder_of_the_file(read: Read, tmp_path: Path) -> None:
    account = (
        "accounts: {main: {crm: hubspot, oauth: "
        "{client_id: a, client_secret: '${TOKEN}', refresh_token: '${TOKEN}', token_file: tokens/main}}}\n"
    )

    settings = read("store: {url: sqlite:///data/syncd.db}\n", account=account)

    assert settings.store.url.reveal() == f"sqlite:///{tmp_path}/data/syncd.db"
    assert settings.accounts["main"].oauth.token_file == tmp_path / "tokens/main"
    assert settings.guards.stop_file == tmp_path / "syncd.stop"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:////var/lib/syncd.db"])
def test_absolute_stores_stay_as_they_are(read: Read, url: str) -> None:
    assert read(f"store: {{url: '{url}'}}\n").store.url.reveal() == url


def test_settings_that_mean_the_same_are_equal(read: Read) -> None:
    assert read("web: {port: 9187}\n") == read("# a comment\n")
    assert read("web: {port: 1}\n") != read()


def test_changed_token_makes_other_settings(read: Read) -> None:
    assert read(env={"TOKEN": "one"}) != read(env={"TOKEN": "two"})


def test_settings_cannot_be_changed(read: Read) -> None:
    settings = read()

    with pytest.raises(AttributeError):
        settings.web = None
    with pytest.raises(ValueError, match="frozen"):
        settings.web.port = 1
    with pytest.raises(TypeError):
        settings.accounts["other"] = None


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("1h30m", 5400), ("1d", 86400), ("2w", 1209600), ("250ms", 0.25)]
)
def test_durations_are_read_and_spelled(text: str, seconds: float) -> None:
    duration = parse_duration(text)

    assert duration == timedelta(seconds=seconds)
    assert parse_duration(spell_duration(duration)) == duration


@pytest.mark.parametrize("given", ["", "10", 7, "m", "1.5h", "-1m", "1 m", "1y", None, "٣m", "9999999d"])
def test_what_is_no_duration_is_told(given: object) -> None:
    with pytest.raises(ValueError, match="a duration is a number with a unit: 90s, 10m, 1h, 1d"):
        parse_duration(given)


def test_preset_turns_its_rules_on_in_its_rhythm_and_the_settings_stand_above_it(read: Read) -> None:
    (contacts,) = read("presets: [monthly]\nstreams: {main/contacts: {}}\nrules: {purge_fake: off}\n").streams

    assert contacts.guards.removals_every == timedelta(days=30)
    assert {name for name, choice in contacts.rules.items() if choice.enabled} == {
        "purge_incomplete",
        "purge_undeliverable",
    }


@pytest.mark.parametrize(
    ("rest", "count"),
    [
        ("", 1),
        ("presets: [monthly]\n", 0),
        ("streams: {main/contacts: {rules: {purge_fake: {enabled: true}}}}\n", 0),
    ],
)
def test_rule_that_is_told_how_to_work_and_never_switched_on_is_warned_of(read: Read, rest: str, count: int) -> None:
    warnings = read(f"rules: {{purge_fake: {{mode: apply, options: {{policy: archive}}}}}}\n{rest}").warnings

    assert ["enabled: true" in one.message for one in warnings] == [True] * count


def test_shortest_rhythm_of_several_presets_holds_unless_a_pause_is_given(read: Read) -> None:
    both, given = (
        read(f"presets: [quarterly, monthly]\nstreams: {{main/contacts: {{}}}}\n{guards}").streams[0].guards
        for guards in ("", "guards: {removals_every: 7d}\n")
    )

    assert (both.removals_every, given.removals_every) == (timedelta(days=30), timedelta(days=7))


def test_rules_of_presets_exist(read: Read) -> None:
    rules = read("presets: [monthly, quarterly]\n").streams[0].rules

    assert {name for name, choice in rules.items() if choice.enabled} <= set(catalog())
