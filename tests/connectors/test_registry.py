"""A CRM is found by its folder."""

from __future__ import annotations

import pytest

from connectors import Options, crms, open_connector
from syncd.errors import ConfigError


def test_every_folder_with_a_connector_is_a_crm():
    assert "hubspot" in crms()
    assert "sandbox" not in crms()


def test_opening_a_connector_makes_no_call(clock, ear):
    connector = open_connector("hubspot", "main", "http://127.0.0.1:1", {"token": "t"}, Options(), ear, clock)

    assert connector.account == "main"
    assert ear.answers == []
    connector.close()


def test_a_misspelt_crm_is_guessed(clock, ear):
    with pytest.raises(ConfigError) as caught:
        open_connector("hubspott", "main", "", {}, Options(), ear, clock)

    assert caught.value.hint == "Did you mean hubspot?"


@pytest.mark.parametrize("name", ["sandbox", "protocol", "os.path", ""])
def test_what_is_no_crm_cannot_be_opened(name, clock, ear):
    with pytest.raises(ConfigError):
        open_connector(name, "main", "", {}, Options(), ear, clock)
