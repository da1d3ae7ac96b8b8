"""A console over a store of its own, asked over HTTP as a browser would."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

from syncd.model import Role
from syncd.settings import Settings, WebSettings
from syncd.store import Store
from syncd.telemetry import Telemetry
from syncd.web import Console, Health, WebServer, serve
from syncd.web.passwords import hash_of

PASSWORD = "correct horse battery staple"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str

    @property
    def text(self):
        """What a person reads: no markup, blanks drawn together."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.body)).split())

    @property
    def location(self):
        return self.headers["location"]


@dataclass
class Browser:
    """Keeps cookies, sends forms with what they hold."""

    url: str
    host: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    page: Answer | None = None

    def get(self, path, **headers):
        self.page = self._ask("GET", path, None, headers)
        return self.page

    @property
    def token(self):
        """What the forms of the page shown carry; empty when it has none."""
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.page.body if self.page else "")
        return found[1] if found else ""

    def post(self, path, *, origin=None, token=None, **fields):
        token = self.token if token is None else token
        words = [
            (name, one) for name, value in fields.items() for one in (value if isinstance(value, list) else [value])
        ]
        body = urlencode([("form_token", token or ""), *words])
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin or self.origin}
        self.page = self._ask("POST", path, body, headers)
        return self.page

    def log_in(self, name, password=PASSWORD):
        self.get("/login")
        answer = self.post("/login", name=name, password=password)
        if answer.status == 303:
            self.get("/")
        return answer

    @property
    def origin(self):
        return self.url if not self.host else f"https://{self.host}"

    def _ask(self, method, path, body, headers):
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        extra = {"Cookie": cookie} if cookie else {}
        host = {"Host": self.host} if self.host else {}
        connection.request(method, path, body, {**extra, **host, **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("set-cookie") or []:
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            self.cookies.pop(name, None)
            if value and "Max-Age=0" not in line:
                self.cookies[name] = value
        connection.close()
        return Answer(answer.status, answer.headers, text)


@dataclass
class Given:
    """A console that is served, and what it stands on."""

    store: Store
    server: WebServer
    held: dict[str, Settings]

    def browser(self, host=""):
        return Browser(self.server.url, host)

    def add(self, name, role=Role.VIEWER):
        with self.store.transaction() as tx:
            tx.users.add(name, role, password=hash_of(PASSWORD))

    def logged_in(self, role=Role.VIEWER, name=None):
        name = name or role.value
        self.add(name, role)
        browser = self.browser()
        assert browser.log_in(name).status == 303
        return browser

    def notes(self):
        from datetime import UTC, datetime

        with self.store.reading() as tx:
            return tx.accesses.since(datetime(2000, 1, 1, tzinfo=UTC), 1000)


def open_console(store, clock, settings=None, host="127.0.0.1", health=None):
    """Serve a console over a store."""
    held = {"now": settings or Settings(web=WebSettings())}
    console = Console(store, clock, lambda: held["now"])
    server = serve(host, 0, Telemetry(clock), health or Health(clock), console)
    return Given(store, server, held)
