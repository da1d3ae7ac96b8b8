from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from typing import IO

import pytest

from syncd.cli import ExitCode, run_command

SMALL = ["sandbox", "--people", "20", "--companies", "5"]


def test_sandbox_answers_with_the_token_it_prints():
    command = [sys.executable, "-m", "syncd", *SMALL, "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        told = first_document(process.stdout)
        request = urllib.request.Request(
            f"{told['url']}/crm/v3/objects/contacts", headers={"Authorization": f"Bearer {told['token']}"}
        )

        with urllib.request.urlopen(request, timeout=10) as answer:
            records = json.load(answer)["results"]
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=10)

    assert len(records) == 10
    assert code in {ExitCode.OK, ExitCode.INTERRUPTED}


def test_live_base_changes_by_itself():
    command = [sys.executable, "-m", "syncd", *SMALL, "--port", "0", "--json", "--live", "--pace", "0.05"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        told = first_document(process.stdout)

        happened = any(effects_of(told["control"]) for _ in range(5_000))
        process.terminate()

    assert happened


def first_document(stream: IO[str] | None):
    """Read up to the first closing brace in front of a line, or to the end of what there is."""
    assert stream is not None
    lines = []
    for line in stream:
        lines.append(line)
        if line == "}\n":
            break
    return json.loads("".join(lines))


def effects_of(control: str) -> int:
    with urllib.request.urlopen(f"{control}status", timeout=10) as answer:
        return int(json.load(answer)["effects"])


def test_taken_port_is_one_sentence(capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])

        code = run_command([*SMALL, "--port", port])

    told = capsys.readouterr().err
    assert code == ExitCode.CONFIGURATION
    assert f"Cannot serve on 127.0.0.1:{port}: address already in use." in told
    assert "--port" in told


@pytest.mark.parametrize("arguments", [["--tier", "gold"], ["--dirt", "2"], ["--port", "70000"]])
def test_wrong_option_is_usage(capsys, arguments):
    assert run_command([*SMALL, *arguments]) == ExitCode.USAGE


def test_state_that_is_no_state_is_one_sentence(tmp_path, capsys):
    (tmp_path / "state").write_text("something else")

    assert run_command([*SMALL, "--state", str(tmp_path / "state")]) == ExitCode.CONFIGURATION
    assert "cannot be used as the sandbox's state" in capsys.readouterr().err
