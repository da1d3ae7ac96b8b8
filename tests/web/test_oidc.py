from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from syncd.model import Role
from syncd.settings import OidcSettings, Secret, Settings, WebSettings
from tests.web.console_given import open_console
from tests.web.oidc_given import CLIENT, SECRET, Provider


@pytest.fixture
def backend():
    return "sqlite"


@pytest.fixture
def provider():
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def console(store, clock, provider):
    roles = {"crm-admins": Role.ADMIN, "revops": Role.REVIEWER, "sales": Role.VIEWER}
    oidc = OidcSettings(issuer=provider.url, client_id=CLIENT, client_secret=Secret(SECRET), roles=roles)
    given = open_console(store, clock, Settings(web=WebSettings(oidc=oidc)))
    yield given
    given.server.close()


def logged_in(console, provider, wanted=""):
    browser = console.browser()
    away = browser.get(f"/login/oidc{wanted}")
    back = browser.get(provider.authorize(away.location))
    return browser, back


def test_person_logs_in_by_way_of_their_organisation(console, provider):
    browser, back = logged_in(console, provider, "?next=/account")

    assert back.location == "/account"
    assert "grace@example.com" in browser.get("/account").text
    assert "Change the password" not in browser.page.text
    assert "Log in with your organisation" in console.browser().get("/login").text
    with console.store.reading() as tx:
        (user,) = tx.users.all()
    assert (user.name, user.role, user.subject) == ("grace@example.com", Role.ADMIN, f"{provider.url} u-1")


def test_role_is_what_the_groups_say_at_each_login_the_strongest_of_them(console, provider):
    first, _ = logged_in(console, provider)
    provider.person["groups"] = ["sales", "revops", "everybody"]

    second, _ = logged_in(console, provider)

    assert first.get("/account").status == 303
    assert "reviewer" in second.get("/account").text


def test_groups_may_come_from_what_the_provider_knows_of_the_person(console, provider):
    del provider.person["groups"]
    provider.userinfo = {"sub": "u-1", "groups": "sales"}
    assert logged_in(console, provider)[1].status == 303

    provider.userinfo = {"sub": "somebody else", "groups": "sales"}
    assert logged_in(console, provider)[1].status == 409


@pytest.mark.parametrize(
    "change",
    [
        {"claims": {"aud": "another"}},
        {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"nonce": "of another login"}},
        {"claims": {"exp": 1}},
        {"claims": {"exp": None}},
        {"claims": {"email": None}},
        {"claims": {"email_verified": False}},
        {"claims": {"groups": ["nobody-knows-it"]}},
        {"claims": {"groups": None}},
        pytest.param({"signs_with": ec.generate_private_key(ec.SECP256R1())}, id="another key"),
        {"signs_with": "", "algorithm": "none"},
        {"facts": {"issuer": "https://evil.example"}},
        {"facts": {"token_endpoint": "http://evil.example/token"}},
        {"facts": {"jwks_uri": "file:///etc/passwd"}},
    ],
    ids=str,
)
def test_whatever_is_not_as_it_should_be_opens_nothing(console, provider, change):
    for name, value in change.items():
        setattr(provider, name, value)

    browser = console.browser()
    away = browser.get("/login/oidc")
    back = browser.get(provider.authorize(away.location)) if away.location else away

    assert back.status == 409
    assert browser.get("/account").status == 303
    with console.store.reading() as tx:
        assert tx.users.count() == 0


def test_answer_to_a_login_begun_elsewhere_opens_nothing(console, provider):
    mine, other = console.browser(), console.browser()
    answer = provider.authorize(mine.get("/login/oidc").location)
    other.get("/login/oidc")

    without, with_another = console.browser().get(answer), other.get(answer)

    assert (without.status, with_another.status) == (403, 409)
    assert "/token" not in provider.seen


def test_code_is_good_once(console, provider):
    browser = console.browser()
    answer = provider.authorize(browser.get("/login/oidc").location)
    asked = browser.cookies["syncd_asked"]
    first = browser.get(answer)

    browser.cookies["syncd_asked"] = asked

    assert (first.status, browser.get(answer).status) == (303, 409)


def test_provider_does_not_take_over_a_user_of_our_own(console, provider):
    console.add("grace@example.com", Role.VIEWER)

    assert logged_in(console, provider)[1].status == 403


def test_provider_that_is_away_is_one_clear_sentence(console, provider):
    provider.close()

    answer = console.browser().get("/login/oidc")

    assert answer.status == 409
    assert "provider cannot be reached" in answer.text


@pytest.mark.parametrize("issuer", ["http://login.example.com", "https://a@b", "ftp://x", "login.example.com"])
def test_provider_is_asked_by_https_only(issuer):
    with pytest.raises(ValidationError):
        OidcSettings(issuer=issuer, client_id=CLIENT, roles={"a": Role.VIEWER})
