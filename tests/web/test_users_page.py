from __future__ import annotations

from syncd.model import Role
from tests.web.console_given import PASSWORD, open_console


def test_admin_adds_changes_and_removes_users_and_never_the_last_admin(store, clock):
    console = open_console(store, clock)
    root, viewer = console.logged_in(Role.ADMIN, "root"), console.logged_in(Role.VIEWER)
    refused = viewer.get("/users").status
    root.get("/users")
    weak = root.post("/users/add", name="ada", password="short", role="viewer")
    strange = root.post("/users/add", name="ada", password=PASSWORD, role="emperor")
    root.get("/users")
    added = root.post("/users/add", name="Ada", password=PASSWORD, role="viewer")
    root.get(added.location)
    told = root.page.text
    twice = root.post("/users/add", name="ada", password=PASSWORD, role="viewer")
    ada = console.browser()
    ada.log_in("ada")
    before = ada.get("/account").status
    root.get("/users")
    root.post("/users/role", name="ada", role="reviewer")
    after = ada.get("/account").status
    root.get("/users")
    last = [root.post("/users/remove", name="root").status]
    root.get("/users")
    last.append(root.post("/users/role", name="root", role="viewer").status)
    root.get("/users")
    gone = root.post("/users/remove", name="ada").location
    with store.reading() as tx:
        left = [(one.name, one.role) for one in tx.users.all()]
    console.server.close()

    assert (refused, weak.status, strange.status, twice.status) == (403, 400, 404, 400)
    assert "ada may log in" in told
    assert (before, after) == (200, 303)
    assert last == [403, 403]
    assert (gone, left) == ("/users", [("root", Role.ADMIN), ("viewer", Role.VIEWER)])
    assert {one.command for one in console.notes()} >= {
        "console add user",
        "console change role",
        "console remove user",
    }
