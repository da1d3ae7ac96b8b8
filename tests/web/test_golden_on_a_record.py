"""The page of a record tells what all accounts come to, and where each value is from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from syncd.clock import SystemClock
from syncd.settings import load_settings
from syncd.store import Store
from tests.cli.given_golden import base
from tests.web.console_given import open_console


def test_record_with_counterparts_shows_what_all_accounts_come_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(Path(base(tmp_path, monkeypatch)), os.environ)
    store = Store.open(f"sqlite:///{tmp_path}/syncd.db", SystemClock())
    given = open_console(store, SystemClock(), settings)
    try:
        browser = given.logged_in()
        both, alone = (browser.get(f"/records/hub/contacts/{record_id}") for record_id in ("1", "2"))
    finally:
        given.server.close()
        store.close()

    assert "The same as org a . What they come to, and where each value is from:" in both.text
    assert "Head of Sales 1 differs org" in both.text
    assert "it was set last hub: another one was set later" in both.text
    assert "In all accounts" not in alone.text
