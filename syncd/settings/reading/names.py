"""What people name, looked up in the settings; a name that is not there is told with what was probably meant."""

from __future__ import annotations

from difflib import get_close_matches

from syncd.errors import UnknownNameError
from syncd.located import closest
from syncd.model import Stream
from syncd.settings.reading.load import Settings


def stream_named(settings: Settings, name: str) -> Stream:
    """Return the stream of this name; UnknownNameError with a guess when there is none."""
    found = settings.stream(name)
    if found is not None:
        return found.stream
    names = [one.stream.name for one in settings.streams]
    near = get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}."
    raise UnknownNameError(f"There is no stream {name!r}.", hint=hint)


def must_be_rule(settings: Settings, name: str) -> None:
    """Raise UnknownNameError with a guess when there is no rule of this name."""
    near = closest(name, settings.rule_names)
    if name not in settings.rule_names:
        raise UnknownNameError(
            f"There is no rule {name!r}.", hint=f"Did you mean {near}?" if near else "`syncd rules` lists them all."
        )
