"""A message as Slack, a program and a mail server are given it: whatever it holds stays plain text."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import orjson
import pytest

from syncd.notify import payloads
from syncd.settings import EmailSettings
from syncd.store import Message, Notice

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOSTILE = "<!channel> <script>alert(1)</script> *bold* _rule_ & <https://evil.example.com|click>"
MAIL = EmailSettings(host="mail.example.com", sender="syncd@example.com", to=["a@example.com", "b@example.com"])


def message(subject: str = "A guard tripped", text: str = "Look at the plan.", severity: str = "ticket") -> Message:
    return Message("01J", Notice("guard_tripped", severity, "main/contacts", subject, text), NOW, 1)


def test_slack_is_given_plain_text_in_which_nothing_is_markup():
    told = orjson.loads(payloads.slack([message(HOSTILE, HOSTILE)], "https://syncd.example.com"))

    assert "<" not in told["text"]
    assert told["mrkdwn"] is False
    assert {block["text"]["type"] for block in told["blocks"]} == {"plain_text"}
    assert told["blocks"][0]["text"]["text"] == f"{HOSTILE}\n{HOSTILE}"
    assert told["blocks"][-1]["text"]["text"] == "https://syncd.example.com"


def test_slack_is_given_no_more_than_it_takes():
    told = orjson.loads(payloads.slack([message(text="x" * 5000)] * 60, ""))

    assert len(told["blocks"]) <= 50
    assert max(len(block["text"]["text"]) for block in told["blocks"]) <= 3000
    assert told["blocks"][-1]["text"]["text"] == "… and 40 more"


def test_program_can_tell_where_a_message_comes_from():
    body = payloads.data([message()], "", NOW)

    seconds, _, digest = payloads.signature(body, "k-1", NOW).partition(",")
    expected = hmac.new(b"k-1", f"{int(NOW.timestamp())}.".encode() + body, hashlib.sha256).hexdigest()

    assert (seconds, digest) == (f"t={int(NOW.timestamp())}", f"v1={expected}")
    assert orjson.loads(body)["messages"][0]["event"] == "guard_tripped"


@pytest.mark.parametrize("subject", ["a\r\nBcc: evil@example.com", "a\nb", "x" * 2000, HOSTILE])
def test_mail_has_one_subject_and_no_markup_whatever_it_is_about(subject):
    made = payloads.mail([message(subject, HOSTILE)], MAIL, "https://syncd.example.com", NOW, ["<p>report</p>"])

    assert made["Bcc"] is None
    assert len(made["Subject"]) <= 200
    page = made.get_body(("html",))
    assert page is not None
    html = page.get_content()
    assert "<script" not in html
    assert "&lt;script" in html
    assert [part.get_filename() for part in made.iter_attachments()] == ["syncd-report.html"]
    assert made.as_bytes().count(b"\r\nBcc") == 0


def test_weightiest_message_stands_first():
    told = payloads.by_weight([message("later", severity="info"), message("now", severity="page")])

    assert payloads.title_of(told) == "now (and 1 more)"
