"""One HTTP exchange: what was asked, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import orjson

JSON = "application/json;charset=utf-8"
HTML = "text/html;charset=utf-8"


@dataclass(slots=True)
class Request:
    """What a client asked."""

    method: str
    #: Percent-decoded, without the query.
    path: str
    query_text: str
    headers: dict[str, str]
    body: bytes
    #: Becomes the correlation id of the answer.
    id: str
    #: The length of path and query as they came over the wire.
    url_length: int = 0
    _query: dict[str, list[str]] | None = None

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters; repeated ones keep all their values."""
        if self._query is None:
            self._query = parse_qs(self.query_text, keep_blank_values=True, max_num_fields=20_000)
        return self._query

    def parameter(self, name: str, default: str = "") -> str:
        """Return the last value of a parameter."""
        values = self.query.get(name)
        return values[-1] if values else default

    def names(self, name: str) -> list[str]:
        """Return a list given as repeated parameters, comma-joined ones, or both."""
        values = self.query.get(name)
        if not values:
            return []
        return [part for value in values for piece in value.split(",") if (part := piece.strip())]

    def flag(self, name: str) -> bool:
        """Return a boolean parameter; absent is false."""
        return self.parameter(name).lower() == "true"

    def form(self) -> dict[str, str]:
        """Read a form-encoded body."""
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in fields.items()}


@dataclass(slots=True)
class Answer:
    """What the client gets."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(content: Any, status: int = 200) -> Answer:
    """Answer with JSON."""
    return Answer(status, orjson.dumps(content))


def html_answer(status: int, title: str) -> Answer:
    """Answer with the kind of page a proxy makes when no application has had a say."""
    page = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
    )
    return Answer(status, page.encode(), HTML)
