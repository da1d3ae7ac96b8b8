"""A record explained: what is held, what is wrong, and each fix with its reasons and its life."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from connectors.sandbox import DEFAULT_TOKEN, Sandbox
from connectors.sandbox.population import generate
from syncd.cli import ExitCode, run_command
from syncd.model import Mode
from syncd.settings import Answers, starter_settings


def test_fixed_record_tells_what_was_changed_why_and_in_which_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HUBSPOT_TOKEN", DEFAULT_TOKEN)
    monkeypatch.chdir(tmp_path)
    with Sandbox.start(tier="off", population=generate(30, 8, now=datetime(2026, 3, 1, tzinfo=UTC))) as crm:
        answers = Answers("main", "hubspot", "${HUBSPOT_TOKEN}", url=crm.url, mode=Mode.APPLY)
        (tmp_path / "syncd.yaml").write_text(starter_settings(answers).replace("max_share: 0.2", "max_share: 1.0"))
        run_command(["sync"])
    capsys.readouterr()
    run_command(["review", "list", "--state", "applied", "--stream", "main/contacts", "--json"])
    fix = next(one for one in json.loads(capsys.readouterr().out) if one["changes"])

    code = run_command(["explain", "main/contacts", fix["id"]])

    told = capsys.readouterr().out
    change = fix["changes"][0]
    assert code == ExitCode.OK
    assert f"Fix {fix['fix']}: applied, of run {fix['run']}" in told
    assert "\t".join((change["property"], change["before"] or "(empty)", change["after"] or "(empty)")) in told
    assert change["reasons"][0] in told
    for state in ("approved", "intended", "applied"):
        assert f"Z\t{state}\tsyncd" in told
