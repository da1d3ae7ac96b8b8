"""A refresh token that the CRM has changed is kept before it is used, and never spent when it could not be."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from connectors.token_file import TokenFile
from syncd.errors import RefusedError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "token"


def test_changed_token_is_kept_whole_and_private_and_hidden(path):
    hidden: list[str] = []
    file = TokenFile(path, "given", hidden.append)

    with file.alone() as newest:
        file.keep("the-second-4711")

    assert newest == "given"
    assert file.read() == "the-second-4711"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert hidden == ["the-second-4711", "the-second-4711"]
    assert sorted(one.name for one in path.parent.iterdir()) == ["token", "token.lock"]


def test_process_killed_between_the_answer_and_the_keeping_leaves_the_token_before(path):
    file = TokenFile(path, "given")
    with file.alone():
        file.keep("second")
    with file.alone():
        pass  # died here: room was taken, nothing was kept

    assert TokenFile(path, "given").read() == "second"


def test_only_one_process_asks_at_a_time_and_the_next_sees_what_it_kept(path):
    first, second = TokenFile(path, "given"), TokenFile(path, "given")
    seen: list[str] = []

    def renew() -> None:
        with second.alone() as newest:
            seen.append(newest)

    with first.alone():
        other = threading.Thread(target=renew)
        other.start()
        other.join(0.05)
        waited = not seen
        first.keep("second")
    other.join()

    assert waited
    assert seen == ["second"]


def test_token_that_was_authorised_anew_takes_the_place_of_what_was_kept(path):
    TokenFile(path, "given").keep("second")

    assert TokenFile(path, "authorised anew").read() == "authorised anew"
    assert TokenFile(path, "given").read() == "second"


def test_file_of_an_older_syncd_is_read(path):
    path.touch(0o600)
    path.write_text("second")

    assert TokenFile(path, "given").read() == "second"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_token_file_that_others_may_open_is_refused(path, mode):
    TokenFile(path, "given").keep("second")
    path.chmod(mode)

    with pytest.raises(RefusedError, match="open to others") as caught, TokenFile(path, "given").alone():
        pytest.fail("nothing may be asked")

    assert caught.value.hint == f"chmod 600 {path}"


def test_no_token_is_spent_when_its_successor_could_not_be_kept(tmp_path):
    file = TokenFile(tmp_path / "no such folder" / "token", "given")

    with pytest.raises(RefusedError, match="cannot be locked: No such file") as caught, file.alone():
        pytest.fail("nothing may be asked")

    assert "Nothing was asked" in caught.value.hint


def test_no_token_is_spent_when_the_disk_is_full(path):
    full = Path("/dev/full")
    file = TokenFile(path, "given")
    file._beside.symlink_to(full)

    with pytest.raises(RefusedError, match="cannot be written: No space left"), file.alone():
        pytest.fail("nothing may be asked")
