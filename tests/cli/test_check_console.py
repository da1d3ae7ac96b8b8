from __future__ import annotations

import pytest

from syncd.checkup import _users, _web
from syncd.model import Role
from syncd.settings import Secret, Settings, WebSettings


@pytest.fixture
def backend():
    return "sqlite"


@pytest.mark.parametrize(
    ("web", "told"),
    [
        (WebSettings(), []),
        (WebSettings(host="0.0.0.0"), ["metrics and health there", "no console is served"]),
        (WebSettings(host="0.0.0.0", console=False, metrics_token=Secret("t")), []),
        (WebSettings(public_url="https://syncd.example.com"), ["see the proxy's address"]),
        (WebSettings(public_url="https://syncd.example.com", trusted_proxies=("10.0.0.7",)), []),
    ],
)
def test_what_others_can_reach_is_told(web, told):
    found = [one.message for one in _web(Settings(web=web))]

    assert len(found) == len(told)
    assert all(words in one for words, one in zip(told, found, strict=True))


def test_console_that_nobody_may_use_is_told(store):
    settings = Settings(web=WebSettings())
    told = [[one.message for one in _users(settings, store)]]
    for role in (Role.VIEWER, Role.ADMIN):
        with store.transaction() as tx:
            tx.users.add(role.value, role)
        told.append([one.message for one in _users(settings, store)])

    assert told == [["nobody may log in to the console yet"], ["no user of the console is admin"], []]
