"""A simulated org in hand, and what is done in it that only Salesforce has."""

from __future__ import annotations

from typing import Any, ClassVar

from connectors import open_connector
from connectors.options import Options
from syncd.model import Raw, Ref, Update
from tests.connectors.rigs import RigClock, SalesforceRig

CITY = "MailingCity"


class Org(SalesforceRig):
    """An org with pages of two thousand rows."""

    _PAGE_CELLS: ClassVar = 0

    def knock(self, **credentials: str) -> Any:
        """Open a connector with other credentials."""
        clock = RigClock(self)
        return open_connector("salesforce", "main", self._sandbox.url, credentials, Options(share=1.0), self.ear, clock)

    def settle(self, **changes: Any) -> None:
        """Change settings of the org."""
        self._ask("POST", "/_sandbox/settings", changes)

    def end_sessions(self) -> None:
        """Let every session be over."""
        for session in self._ask("GET", "/_sandbox/tokens")["tokens"]:
            self._ask("POST", "/_sandbox/tokens/expire", {"value": session["value"]})

    def act(self, **wish: Any) -> dict[str, Any]:
        """Do something as somebody in the org."""
        return self._act(**wish)

    def make(self, rows: list[dict[str, Any]]) -> list[str]:
        """Let another app make records; return their ids, in their order."""
        ids: list[str] = []
        while len(ids) < len(rows):
            body = {"allOrNone": True, "records": rows[len(ids) : len(ids) + 200]}
            made = self._ask("POST", "/services/data/v64.0/composite/sobjects", body, self._other_app())
            assert all(row["success"] for row in made), made
            ids += [row["id"] for row in made]
        return sorted(ids) if len(rows) > 200 else ids

    def stand(self) -> None:
        """Let time stand still."""
        self._ask("POST", "/_sandbox/clock", {"freeze": True})


def write(id_: str, object_name: str = "Contact", /, **values: Raw) -> Update:
    """Return the wish to write values."""
    return Update(f"fix-{id_}", Ref("main", object_name, id_), values)
