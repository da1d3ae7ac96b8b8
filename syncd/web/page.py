"""What a page is: a path, who may see it, and a function from what is asked to an answer.

A page is declared beside its function, and found by being there: see `pages`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from syncd.model import Role

if TYPE_CHECKING:
    from syncd.settings import Settings
    from syncd.web.ask import Ask

View = Callable[["Ask"], Response]


@dataclass(frozen=True, slots=True)
class Menu:
    """Where a page stands in the navigation."""

    label: str
    #: Smaller numbers stand first.
    order: int
    #: Whether these settings have anything to show there.
    is_of_use: Callable[[Settings], object] = lambda _settings: True


@dataclass(frozen=True, slots=True)
class Page:
    """One page, or one thing a form does."""

    path: str
    #: What it is called in the access log, and by `url`.
    name: str
    #: Who may see it, or do it; None: whoever reaches the console.
    role: Role | None
    view: View
    #: GET shows; POST does, is checked for where it comes from, and is always noted in the access log.
    method: str = "GET"
    #: Whether it shows what records say: then every look is noted in the access log.
    shows_records: bool = False
    menu: Menu | None = None


def page(
    path: str, *, role: Role | None, name: str = "", shows_records: bool = False, menu: Menu | None = None
) -> Callable[[View], Page]:
    """Declare a page that shows something. Its name is that of its function unless it says otherwise."""

    def declare(view: View) -> Page:
        return Page(path, name or view.__name__, role, view, "GET", shows_records, menu)

    return declare


def action(path: str, *, role: Role | None, name: str = "") -> Callable[[View], Page]:
    """Declare what a form does when it is sent to a path. It answers with where to go next."""

    def declare(view: View) -> Page:
        return Page(path, name or view.__name__, role, view, "POST")

    return declare
