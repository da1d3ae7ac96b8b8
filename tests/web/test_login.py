from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from syncd.model import Role
from syncd.settings import Settings, WebSettings
from syncd.web import brakes, passwords
from syncd.web.pages import all_pages
from syncd.web.pages.login import _onward
from tests.web.console_given import PASSWORD, open_console


@pytest.fixture
def console(store, clock):
    given = open_console(store, clock)
    yield given
    given.server.close()


@pytest.fixture
def backend():
    return "sqlite"


def test_without_users_only_the_way_to_add_one_is_shown(console):
    browser = console.browser()

    start, login = browser.get("/"), browser.get("/login")

    assert (start.status, start.location) == (303, "/login")
    assert "syncd users add YOUR-NAME --role admin" in login.text
    assert "Password" not in login.text
    assert browser.get("/metrics").status == browser.get("/readyz").status == 200


def test_right_password_opens_the_console_and_is_noted(console):
    console.add("ada", Role.REVIEWER)
    browser = console.browser()

    answer = browser.log_in(" Ada ")

    assert (answer.status, answer.location) == (303, "/")
    assert browser.page.status == 200
    assert "ada reviewer" in browser.page.text
    assert ("ada", "console log in", "from 127.0.0.1") in [(n.by, n.command, n.target) for n in console.notes()]


def test_wrong_password_and_unknown_name_are_told_alike(console):
    console.add("ada")

    wrong = console.browser().log_in("ada", "not it, not at all")
    unknown = console.browser().log_in("bob", "not it, not at all")

    assert wrong.status == unknown.status == 401
    shown = [re.sub(r"[0-9a-f]{64}|ada|bob", "", one.body) for one in (wrong, unknown)]
    assert shown[0] == shown[1]
    assert "name or the password is not right" in wrong.text


def test_whoever_guesses_waits_longer_and_longer(console, clock):
    console.add("ada")
    browser = console.browser()

    free = [browser.log_in("ada", f"guess number {number}").status for number in range(5)]
    held = browser.log_in("ada")
    clock.advance(2)
    again = browser.log_in("ada", "guess number six")
    at_once = browser.log_in("ada")
    clock.advance(900)

    assert free == [401] * 5
    assert (held.status, again.status, at_once.status) == (429, 401, 429)
    assert "Wait 1 s" in held.text
    assert browser.log_in("ada").status == 303


def test_guesses_from_one_address_do_not_lock_a_user_out_elsewhere(console):
    signing, store = console.held, console.store
    console.add("ada")
    from syncd.web.cookies import Signing

    signing = Signing(b"k" * 32)
    moment = store._clock.now()
    for _ in range(12):
        brakes.take_a_try(store, signing, "ada", "198.51.100.7", moment)

    assert brakes.take_a_try(store, signing, "ada", "198.51.100.7", moment) is not None
    assert brakes.take_a_try(store, signing, "ada", "203.0.113.5", moment) is None


@every(st.integers(min_value=-40, max_value=4000))
def test_pauses_never_shrink_and_have_an_end(failures):
    here, further = brakes.pause_after(failures), brakes.pause_after(failures + 1)

    assert timedelta(0) <= here <= further <= brakes.LONGEST


def test_login_changes_what_the_browser_is_known_by(console):
    console.add("ada")
    browser = console.browser()
    browser.get("/login")
    visit = browser.cookies["syncd_visit"]

    browser.log_in("ada")
    first = browser.cookies["syncd_session"]
    browser.get("/account")
    browser.post("/logout")
    browser.log_in("ada")

    assert "syncd_visit" not in browser.cookies
    assert len({visit, first, browser.cookies["syncd_session"]}) == 3


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(console):
    console.add("ada")
    browser = console.browser()

    answer = browser.log_in("ada")

    (cookie,) = [one for one in answer.headers.get_all("set-cookie") if one.startswith("syncd_session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_forged_old_and_stolen_sessions_open_nothing(console):
    browser = console.logged_in()
    good = browser.cookies["syncd_session"]
    forged = ("A" if good[0] != "A" else "B") + good[1:]

    browser.cookies["syncd_session"] = forged
    refused = browser.get("/")
    browser.cookies["syncd_session"] = good
    browser.get("/account")
    browser.post("/logout")
    browser.cookies["syncd_session"] = good

    assert refused.location == browser.get("/").location == "/login"


def test_sessions_end_when_idle_and_after_their_longest_time(console, clock):
    browser = console.logged_in()
    used = []
    for _ in range(24):
        clock.advance(7 * 3600)
        used.append(browser.get("/account").status)
    clock.advance(2 * 3600)
    ended = browser.get("/account").status
    browser.log_in("viewer")
    clock.advance(9 * 3600)

    assert used == [200] * 24
    assert ended == browser.get("/account").status == 303


def test_new_password_and_new_role_end_every_other_session(console):
    here, there = console.logged_in(), console.browser()
    there.log_in("viewer")

    here.get("/account")
    short = here.post("/account/password", current=PASSWORD, new="short", again="short")
    changed = here.post("/account/password", current=PASSWORD, new="a much better one", again="a much better one")

    assert "at least 12" in short.text
    assert changed.location == "/account"
    assert here.get("/account").status == 200
    assert there.get("/account").status == 303
    with console.store.transaction() as tx:
        tx.users.change("viewer", role=Role.ADMIN)
    assert here.get("/account").status == 303
    assert here.log_in("viewer", "a much better one").status == 303


def test_logging_out_everywhere_ends_all(console):
    here, there = console.logged_in(), console.browser()
    there.log_in("viewer")
    here.get("/account")

    here.post("/account/end")

    assert here.get("/").status == there.get("/").status == 303


@pytest.mark.parametrize("case", ["no token", "token of another browser", "another site", "null origin"])
def test_forms_from_elsewhere_do_nothing(console, case):
    browser = console.logged_in()
    browser.get("/account")
    other = console.browser()
    other.get("/login")
    token = {"no token": "", "token of another browser": other.token}.get(case)
    origin = {"another site": "https://evil.example", "null origin": "null"}.get(case)

    answer = browser.post("/account/end", token=token, origin=origin)

    assert answer.status == 403
    assert browser.get("/account").status == 200


def test_login_form_of_another_browser_does_nothing(console):
    console.add("ada")
    browser = console.browser()
    browser.get("/login")
    browser.cookies.clear()

    assert browser.post("/login", name="ada", password=PASSWORD).status == 403


def test_every_page_asks_who_is_there(console):
    browser = console.browser()
    open_to_all = {page.path for page in all_pages() if page.role is None}
    paths = [(page.method, re.sub(r"\{[^}]+\}", "x", page.path)) for page in all_pages() if page.role is not None]

    answers = {path: browser.get(path) if method == "GET" else browser.post(path) for method, path in paths}

    assert open_to_all == {"/login", "/logout", "/login/oidc", "/login/oidc/back"}
    assert {path for path, one in answers.items() if (one.location or "").partition("?")[0] != "/login"} == set()


def test_who_has_too_small_a_role_is_told_so(console):
    browser = console.logged_in(Role.REVIEWER)

    answer = browser.get("/accesses")

    assert answer.status == 403
    assert "needs the role admin" in answer.text
    assert "Access log" not in browser.get("/").text


def test_login_leads_back_to_what_was_wanted(console):
    console.add("ada")
    browser = console.browser()

    sent = browser.get("/account?x=1")
    browser.get(sent.location)
    (wanted,) = re.findall(r'name="next" value="([^"]*)"', browser.page.body)

    assert browser.post("/login", name="ada", password=PASSWORD, next=wanted).location == "/account?x=1"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", ""])
def test_login_leads_nowhere_else(wanted):
    assert _onward(wanted) == "/"


def test_metrics_can_be_kept_to_who_has_the_token(store, clock):
    from syncd.settings import Secret

    console = open_console(store, clock, Settings(web=WebSettings(metrics_token=Secret("sesame"))))
    browser = console.browser()

    statuses = [browser.get("/metrics", Authorization=word).status for word in ("", "Bearer no", "Bearer sesame")]

    console.server.close()
    assert statuses == [401, 401, 200]


def test_other_machines_get_no_console_without_https(store, clock):
    console = open_console(store, clock, host="0.0.0.0")
    browser = console.browser()
    browser.url = browser.url.replace("0.0.0.0", "127.0.0.1")

    start, login, metrics = browser.get("/"), browser.get("/login"), browser.get("/metrics")

    console.server.close()
    assert "Set web.public_url" in start.text
    assert (login.status, metrics.status) == (404, 200)


def test_behind_a_proxy_cookies_are_for_https_only(store, clock):
    web = WebSettings(public_url="https://syncd.example.com", trusted_proxies=("127.0.0.1",))
    console = open_console(store, clock, Settings(web=web), host="0.0.0.0")
    console.add("ada")
    browser = console.browser("syncd.example.com")
    browser.url = browser.url.replace("0.0.0.0", "127.0.0.1")

    browser.get("/login")
    answer = browser.post("/login", name="ada", password=PASSWORD)
    inside, astray = browser.get("/"), console.browser("evil.example")
    astray.url = browser.url

    statuses = (inside.status, astray.get("/login").status, astray.get("/metrics").status)
    console.server.close()
    (cookie,) = [one for one in answer.headers.get_all("set-cookie") if "session" in one]
    assert cookie.startswith("__Host-syncd_session=")
    assert "Secure" in cookie
    assert "strict-transport-security" in inside.headers
    assert statuses == (200, 421, 200)


@pytest.mark.parametrize(("trusted", "seen"), [((), "127.0.0.1"), (("127.0.0.1",), "198.51.100.9")])
def test_word_of_a_proxy_counts_only_when_it_is_trusted(store, clock, trusted, seen):
    console = open_console(store, clock, Settings(web=WebSettings(trusted_proxies=trusted)))
    console.add("ada")
    browser = console.browser()
    browser.get("/login", **{"X-Forwarded-For": "198.51.100.9"})
    body = f"form_token={browser.token}&name=ada&password=wrong"

    browser._ask(
        "POST",
        "/login",
        body,
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": browser.url,
            "X-Forwarded-For": "198.51.100.9",
        },
    )

    console.server.close()
    assert [one.target for one in console.notes()] == [f"failed from {seen}"]


def test_passwords_are_kept_as_argon2id_of_the_recommended_strength(monkeypatch):
    monkeypatch.undo()

    kept = passwords.hash_of(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.is_right(kept, PASSWORD)
    assert not passwords.is_right(kept, PASSWORD + "r")
    assert not passwords.is_right("", "nobody has this password")
