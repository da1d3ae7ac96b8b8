"""How a thing is told: one line, and what it means. Names and figures only; never a value of a record."""

from __future__ import annotations

from syncd.settings import Event, Weight
from syncd.store import Notice

#: How much each event matters.
WEIGHTS = {
    Event.GUARD_TRIPPED: Weight.TICKET,
    Event.RULE_PARKED: Weight.TICKET,
    Event.STREAM_FAILING: Weight.TICKET,
    Event.ACCOUNT_UNREACHED: Weight.TICKET,
    Event.ACCOUNT_LOST: Weight.PAGE,
    Event.STORE_FAILED: Weight.PAGE,
    Event.WRITING_STOPPED: Weight.PAGE,
    Event.CONFIG_REFUSED: Weight.TICKET,
    Event.OVER: Weight.INFO,
    Event.REVIEW_WAITING: Weight.TICKET,
    Event.WEEKLY_REPORT: Weight.INFO,
}


def guard_tripped(about: str, guard: str, rule: str, detail: str, *, is_held: bool) -> Notice:
    """Tell that a guard keeps something from being written."""
    what = f"the rule {rule}" if rule else "fixes"
    subject = f"{about}: the guard {guard} holds {what} back"
    then = (
        "What follows from it waits until it is over or a person says go on: `syncd holds`."
        if is_held
        else "What was held back stays approved, and is not written until a person has looked: `syncd plan`."
    )
    return _notice(Event.GUARD_TRIPPED, about, subject, f"{_sentence(detail)}{then}")


def rule_parked(about: str, rule: str, detail: str) -> Notice:
    """Tell that somebody keeps setting back what a rule writes."""
    subject = f"{about}: somebody keeps setting back what the rule {rule} writes"
    text = f"{_sentence(detail)}The rule writes nothing there any more. `syncd overrides --rule {rule}` lists where."
    return _notice(Event.RULE_PARKED, about, subject, text)


def stream_failing(about: str, failure: str, *, needs_person: bool) -> Notice:
    """Tell that a stream cannot be worked on."""
    then = "It stands still until a person acts." if needs_person else "It is tried again with growing pauses."
    text = f"{_sentence(failure)}{then} Nothing is missed once it goes on. `syncd check` tells more."
    return _notice(Event.STREAM_FAILING, about, f"{about}: no pass ends well", text)


def account_unreached(about: str, failure: str) -> Notice:
    """Tell that a CRM has not answered since the start."""
    text = f"{_sentence(failure)}Its streams are not worked on. `syncd check` tells the answer it got."
    return _notice(Event.ACCOUNT_UNREACHED, about, f"{about}: the CRM cannot be reached", text)


def account_lost(about: str) -> Notice:
    """Tell that another daemon has taken an account over."""
    text = "This daemon had been silent for too long. Work goes on there; look whether this machine is well."
    return _notice(Event.ACCOUNT_LOST, about, f"{about}: another daemon has taken the account over", text)


def store_failed(failure: str, place: str) -> Notice:
    """Tell that the store cannot be used."""
    text = f"{_sentence(failure)}Nothing is read and nothing is written until it can. The log says what is wrong."
    return _notice(Event.STORE_FAILED, "", f"The store of the syncd on {place} cannot be used", text)


def writing_stopped() -> Notice:
    """Tell that the stop switch is on."""
    text = "Somebody has put the stop switch on, or the store was restored: `syncd check` says why. Reading goes on. "
    return _notice(Event.WRITING_STOPPED, "", "Nothing is written to any CRM", f"{text}`syncd stop --lift` ends it.")


def config_refused() -> Notice:
    """Tell that a changed configuration has mistakes."""
    text = "The daemon goes on with the one before. `syncd check` lists every mistake with its place."
    return _notice(Event.CONFIG_REFUSED, "", "The changed configuration was refused", text)


def over(begun: Notice) -> Notice:
    """Tell that what was told is over."""
    return _notice(Event.OVER, begun.about, f"Over: {begun.subject}", "Nothing is left to do about it.")


def review_waiting(about: str, count: int, days: int) -> Notice:
    """Tell that fixes have waited for a person for long."""
    subject = f"{about}: {count:,} fixes wait for a person, the oldest for {days} days"
    return _notice(Event.REVIEW_WAITING, about, subject, "`syncd review list` shows them.")


def weekly_report(summary: str, text: str) -> Notice:
    """Tell how clean it is."""
    return _notice(Event.WEEKLY_REPORT, "", summary, text)


def test_message(channel: str) -> Notice:
    """Return what is sent to see whether a channel works."""
    text = "Somebody asked for it with `syncd notify`. Nothing is wrong."
    return Notice("test", Weight.INFO.value, "", f"A test message to {channel}", text)


def _notice(event: Event, about: str, subject: str, text: str) -> Notice:
    return Notice(event.value, WEIGHTS[event].value, about, subject, text)


def _sentence(words: str) -> str:
    """Return words as a sentence with a blank behind it; nothing of nothing."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}. " if words else ""
