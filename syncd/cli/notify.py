"""`syncd notify`: the channels by which people are told, how they do, and a test of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath

if TYPE_CHECKING:
    from syncd.settings import NotificationSettings
    from syncd.store import ChannelState

_COLUMNS = ("channel", "way", "waiting", "since", "last arrived", "last failure")


def notify(
    *,
    test: Annotated[
        str | None, typer.Option("--test", metavar="CHANNEL", help="Send a test message to this channel at once.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """Show the channels by which people are told, and what waits for them; or send a test message to one."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen

    screen = Screen()
    with open_store(config) as (settings, store):
        told = settings.notifications
        if test is not None:
            return _try(screen.line, test, told)
        with store.reading() as tx:
            states = {name: tx.notices.state_of(name) for name in told.channels}
    if as_json:
        screen.json({"channels": [_data(name, _way(told, name), state) for name, state in states.items()]})
    elif not states:
        screen.line("Nobody is told: the settings name no channel under `notifications`.")
    else:
        rows = [
            (name, _way(told, name), state.waiting, state.since or "–", state.sent_at or "never", state.failure)
            for name, state in states.items()
        ]
        screen.table(_COLUMNS, rows, title="Where people are told", numbers=("waiting",), whole=("channel",))
    return ExitCode.OK


def _try(say: Any, channel: str, told: NotificationSettings) -> ExitCode:
    from syncd.clock import SystemClock
    from syncd.errors import ConfigError, UnknownNameError
    from syncd.located import did_you_mean
    from syncd.notify import DeliveryError
    from syncd.notify import test as send_test

    if channel not in told.channels:
        guess = did_you_mean(channel, told.channels)
        raise UnknownNameError(f"There is no channel {channel!r}{guess}.", hint="`syncd notify` lists them.")
    try:
        send_test(channel, told, SystemClock().now())
    except DeliveryError as error:
        raise ConfigError(f"The channel {channel} took no message: {error.failure}.") from None
    say(f"The channel {channel} has taken a test message.")
    return ExitCode.OK


def _way(told: NotificationSettings, name: str) -> str:
    channel = told.channels[name]
    return f"mail by {channel.email.host}" if channel.email is not None else f"webhook, {channel.form.value}"


def _data(name: str, way: str, state: ChannelState) -> dict[str, Any]:
    return {
        "channel": name,
        "way": way,
        "waiting": state.waiting,
        "since": state.since,
        "last_arrived": state.sent_at,
        "last_failure": state.failure,
    }
