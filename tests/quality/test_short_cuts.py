"""What is worked out in a shorter way than the library's is what the library says."""

from __future__ import annotations

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.subjects import artefacts, phone_kinds, phones, postal, texts, usual_phones, webs

_extract = webs._extract()
SUFFIXES = sorted(name for name in _extract.tlds if name.isascii())
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?", fullmatch=True)
HOSTS = st.builds(
    lambda labels, suffix: ".".join([*labels, suffix.lstrip("*.!")]),
    st.lists(LABELS, max_size=3),
    st.one_of(st.sampled_from(SUFFIXES), st.sampled_from([one for one in SUFFIXES if one[0] in "*!"]), LABELS),
)


@given(HOSTS)
def test_registrable_part_is_that_of_the_public_suffix_list(host):
    parts = _extract(host)

    assert webs.registrable(host) == (f"{parts.domain}.{parts.suffix}" if parts.suffix and parts.domain else "")


@pytest.mark.parametrize("code", sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
def test_region_of_a_number_is_that_of_the_library(code):
    dice = random.Random(code)
    for _ in range(300 if code == 1 else 10):
        text = f"+{code}{dice.randint(10**5, 10 ** (12 - len(str(code))))}"
        parsed = phonenumbers.parse(text, None)
        if not phonenumbers.is_valid_number(parsed):
            continue

        region = phones.region_of(text)

        assert region == {"001": ""}.get(known := phonenumbers.region_code_for_number(parsed) or "", known)


def _as_typed(region: str) -> Iterator[str]:
    """Yield an example number of a region in many ways, and the same with one digit changed."""
    dice = random.Random(region)
    example = phonenumbers.example_number(region)
    assert example is not None
    formats = phonenumbers.PhoneNumberFormat
    national = phonenumbers.national_significant_number(example)
    written = [
        phonenumbers.format_number(example, one) for one in (formats.E164, formats.INTERNATIONAL, formats.NATIONAL)
    ]
    written += [
        f"{before}{national}" for before in ("", "0", "1", "8", example.country_code, f"00{example.country_code}")
    ]
    for text in written:
        place = dice.choice([at for at, sign in enumerate(text) if sign.isdigit()])
        yield from (text, text[:-1], text.replace(" ", "-"), f"{text[:place]}{dice.randint(0, 9)}{text[place + 1 :]}")


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_number_of_a_usual_shape_is_read_as_the_library_reads_it(region, monkeypatch):
    read = phones.read_phone.__wrapped__
    cases = [(text, where) for text in _as_typed(region) for where in (region, "", "US", "DE")]
    short = [read(text, where) for text, where in cases]
    monkeypatch.setattr(phones, "usual_form", lambda _text, _region: "")

    long = [read(text, where) for text, where in cases]

    assert short == long


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_number_that_is_usual_is_in_normal_form_and_costs_nothing(region):
    for text in _as_typed(region):
        if usual_phones.is_usual(text):
            assert phones.is_normal.__wrapped__(text)
            assert not phone_kinds.is_premium(text)


@pytest.mark.parametrize("country", sorted(postal._PROPER))
@settings(max_examples=60)
@given(data=st.data())
def test_postal_code_of_a_proper_form_is_left_so_by_the_library(country, data):
    code = data.draw(st.from_regex(postal._PROPER[country], fullmatch=True))

    assert postal._normalized(code, country) == code


@settings(max_examples=500)
@given(st.text(alphabet="aBc9 .,'-äÄßéèãÃâÂàÀłĳŉžſ\u00a0\u00ad\u0080€™ı&", max_size=8))
def test_text_that_is_plain_has_nothing_to_clean(text):
    if not texts.is_plain(text):
        return

    tidy = artefacts.removed(texts.cleaned(text), has_lines=False, is_prose=False)

    assert tidy == text
