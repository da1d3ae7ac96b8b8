"""A message as those take it who show it: Slack and its like, programs, mail. Whatever it holds stays plain text."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from itertools import groupby

import orjson

from syncd.controls import escape_controls
from syncd.settings import EmailSettings, Weight
from syncd.store import Message

#: What Slack takes of a text block, and how many blocks we fill.
_LONGEST_BLOCK = 2900
_MOST_BLOCKS = 20
_LONGEST_SUBJECT = 180
#: What a text is cut with.
_MORE = " …"


def title_of(messages: Sequence[Message]) -> str:
    """Return one line for all of them."""
    first = escape_controls(messages[0].notice.subject)
    return first if len(messages) == 1 else f"{first} (and {len(messages) - 1} more)"


def slack(messages: Sequence[Message], console: str) -> bytes:
    """Return them for Slack: plain text blocks, in which nothing is markup. The line above is escaped."""
    blocks = [_block(f"{_sign(one)}{_line(one)}\n{_text(one)}") for one in messages[:_MOST_BLOCKS]]
    if len(messages) > _MOST_BLOCKS:
        blocks.append(_block(f"… and {len(messages) - _MOST_BLOCKS} more"))
    if console:
        blocks.append(_block(console))
    told = title_of(messages).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return orjson.dumps({"text": _cut(told, _LONGEST_BLOCK), "mrkdwn": False, "blocks": blocks})


def data(messages: Sequence[Message], console: str, now: datetime) -> bytes:
    """Return them for a program."""
    told = [
        {
            "id": one.id,
            "event": one.notice.event,
            "severity": one.notice.severity,
            "about": one.notice.about,
            "subject": one.notice.subject,
            "text": one.notice.text,
            "at": one.at,
            "attempt": one.attempts,
        }
        for one in messages
    ]
    return orjson.dumps({"version": 1, "sent_at": now, "console": console, "messages": told})


def signature(body: bytes, key: str, now: datetime) -> str:
    """Return what proves where a body comes from and when: `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">`."""
    seconds = str(int(now.timestamp()))
    digest = hmac.new(key.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def mail(
    messages: Sequence[Message], settings: EmailSettings, console: str, now: datetime, pages: Sequence[str] = ()
) -> EmailMessage:
    """Return them as one mail; `pages` are reports that go with it as files."""
    made = EmailMessage(policy=SMTP)
    made["Subject"] = _cut(f"[syncd] {title_of(messages)}", _LONGEST_SUBJECT)
    made["From"] = settings.sender
    made["To"] = ", ".join(settings.to)
    made["Date"] = now
    made["Message-ID"] = f"<{messages[0].id}@{settings.sender.partition('@')[2]}>"
    # No out-of-office answers to it.
    made["Auto-Submitted"] = "auto-generated"
    foot = f"\n{console}\n" if console else ""
    made.set_content("\n\n".join(f"{_sign(one)}{_line(one)}\n{_text(one)}" for one in messages) + f"\n{foot}")
    made.add_alternative(_page(messages, console), subtype="html")
    for number, page in enumerate(pages, start=1):
        name = "syncd-report.html" if number == 1 else f"syncd-report-{number}.html"
        made.add_attachment(page, subtype="html", filename=name)
    return made


def by_weight(messages: Sequence[Message]) -> list[Message]:
    """Return the weightiest first, each weight in the order of time."""
    order = {weight.value: place for place, weight in enumerate(Weight)}
    return sorted(messages, key=lambda one: (order.get(one.notice.severity, len(order)), one.at, one.id))


def _page(messages: Sequence[Message], console: str) -> str:
    parts = []
    for weight, group in groupby(by_weight(messages), key=lambda one: one.notice.severity):
        parts += [
            f"<h2 data-weight='{escape(weight)}'>{escape(_line(one))}</h2>"
            + "".join(f"<p>{escape(line)}</p>" for line in _text(one).splitlines())
            for one in group
        ]
    link = f"<p><a href='{escape(console)}'>{escape(console)}</a></p>" if console else ""
    style = "body{font:15px/1.5 sans-serif;color:#1c1c1e}h2{font-size:16px;margin:1.2em 0 .2em}p{margin:.2em 0}"
    return f"<!doctype html><html><head><meta charset='utf-8'><style>{style}</style></head><body>{''.join(parts)}{link}"


def _block(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "plain_text", "text": _cut(text, _LONGEST_BLOCK), "emoji": False}}


def _sign(one: Message) -> str:
    return "! " if one.notice.severity == Weight.PAGE else ""


def _line(one: Message) -> str:
    return escape_controls(one.notice.subject)


def _text(one: Message) -> str:
    return escape_controls(one.notice.text, keep_newlines=True)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - len(_MORE)] + _MORE
