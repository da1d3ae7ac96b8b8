"""What was heard becomes conditions that begin and end: each is told once, however often it is met."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from syncd.engine.holds import FOUGHT, OF_RULES
from syncd.errors import RefusedError
from syncd.model import Stream
from syncd.notify import words
from syncd.notify.telling import begin, end
from syncd.settings import Event, NotificationSettings
from syncd.store import Hold, Transaction
from syncd.telemetry import PACES, Fact, Heard

_GUARDS = (Event.GUARD_TRIPPED.value, Event.RULE_PARKED.value)
#: A guard of all streams at once: told as such.
_SWITCH = "stop_switch"


@dataclass(slots=True)
class Happenings:
    """Takes what was heard into the store, in a transaction of the caller's."""

    #: Since when something fails that the store knows no last success of.
    failing_since: dict[str, datetime] = field(default_factory=dict)

    def take(self, tx: Transaction, heard: Heard, told: NotificationSettings) -> None:
        """Let conditions begin and end by one fact."""
        match heard.fact:
            case Fact.GUARD_TRIPPED:
                _guard_tripped(tx, heard, told)
            case Fact.STREAM_PASSED:
                self._passed(tx, heard, told)
            case Fact.STREAM_FAILED:
                self._failed(tx, heard, told)
            case Fact.ACCOUNT_UNREACHED:
                self._unreached(tx, heard, told)
            case Fact.ACCOUNT_REACHED:
                self._reached(tx, heard.account, told)
            case Fact.ACCOUNT_LEFT if heard.detail:
                key = f"{Event.ACCOUNT_LOST.value} {heard.account}"
                begin(tx, key, words.account_lost(heard.account), told)
                # It is told again the next time; nothing of it goes on.
                tx.notices.end([key])
            case _:
                _of_the_process(tx, heard, told)

    def _passed(self, tx: Transaction, heard: Heard, told: NotificationSettings) -> None:
        """Let what held the stream back end, but for what tripped in this pass or is held in the store."""
        stream = _stream_of(heard)
        self.failing_since.pop(stream.name, None)
        holds = tx.holds.of(stream)
        # Read from the store once more: whoever was killed behind a hold has told nobody of it.
        for hold in holds:
            _held(tx, hold, told)
        goes_on = {_key(Event.GUARD_TRIPPED, stream, guard, rule) for guard, rule in heard.tripped}
        goes_on |= {_key_of(hold) for hold in holds}
        mine = {key for key in tx.notices.going_on(_GUARDS) if key.split(" ")[1] == stream.name}
        end(tx, {f"{Event.STREAM_FAILING.value} {stream.name}", *(mine - goes_on)}, told)

    def _failed(self, tx: Transaction, heard: Heard, told: NotificationSettings) -> None:
        """Tell of a stream that a person has to mend at once, of others when they fail for long."""
        stream = _stream_of(heard)
        since = tx.cursors.last_success(stream) or self.failing_since.setdefault(stream.name, tx.notices.now)
        needs_person = isinstance(heard.error, RefusedError)
        if needs_person or tx.notices.now - since >= told.failing_for:
            notice = words.stream_failing(stream.name, heard.failure, needs_person=needs_person)
            begin(tx, f"{Event.STREAM_FAILING.value} {stream.name}", notice, told)

    def _unreached(self, tx: Transaction, heard: Heard, told: NotificationSettings) -> None:
        since = self.failing_since.setdefault(heard.account, tx.notices.now)
        if isinstance(heard.error, RefusedError) or tx.notices.now - since >= told.failing_for:
            notice = words.account_unreached(heard.account, heard.failure)
            begin(tx, f"{Event.ACCOUNT_UNREACHED.value} {heard.account}", notice, told)

    def _reached(self, tx: Transaction, account: str, told: NotificationSettings) -> None:
        self.failing_since.pop(account, None)
        end(tx, [f"{Event.ACCOUNT_UNREACHED.value} {account}"], told)


def _of_the_process(tx: Transaction, heard: Heard, told: NotificationSettings) -> None:
    match heard.fact:
        case Fact.WRITING_STOPPED:
            begin(tx, Event.WRITING_STOPPED.value, words.writing_stopped(), told)
        case Fact.WRITING_RESUMED:
            end(tx, [Event.WRITING_STOPPED.value], told)
        case Fact.CONFIG_REFUSED:
            begin(tx, Event.CONFIG_REFUSED.value, words.config_refused(), told)
        case Fact.CONFIG_TAKEN:
            end(tx, [Event.CONFIG_REFUSED.value], told)


def _guard_tripped(tx: Transaction, heard: Heard, told: NotificationSettings) -> None:
    stream = _stream_of(heard)
    if heard.guard == _SWITCH:
        begin(tx, Event.WRITING_STOPPED.value, words.writing_stopped(), told)
    if heard.guard in PACES or heard.guard == _SWITCH:
        return
    hold = next((one for one in tx.holds.of(stream) if one.guard == heard.guard and _rule_of(one) == heard.rule), None)
    if hold is not None:
        _held(tx, hold, told)
        return
    notice = words.guard_tripped(stream.name, heard.guard, heard.rule, heard.detail, is_held=False)
    begin(tx, _key(Event.GUARD_TRIPPED, stream, heard.guard, heard.rule), notice, told)


def _held(tx: Transaction, hold: Hold, told: NotificationSettings) -> None:
    about, rule = hold.stream.name, _rule_of(hold)
    notice = (
        words.rule_parked(about, hold.key, hold.detail)
        if hold.guard == FOUGHT
        else words.guard_tripped(about, hold.guard, rule, hold.detail, is_held=True)
    )
    begin(tx, _key_of(hold), notice, told)


def _key_of(hold: Hold) -> str:
    event = Event.RULE_PARKED if hold.guard == FOUGHT else Event.GUARD_TRIPPED
    return _key(event, hold.stream, hold.guard, _rule_of(hold))


def _rule_of(hold: Hold) -> str:
    """Return the rule that is held; fields of one guard are told together."""
    return hold.key if hold.guard in OF_RULES else ""


def _key(event: Event, stream: Stream, guard: str, rule: str) -> str:
    return f"{event.value} {stream.name} {guard} {rule}".rstrip()


def _stream_of(heard: Heard) -> Stream:
    assert heard.stream is not None, "the fact is of a stream"  # noqa: S101 - for the type checker
    return heard.stream
