"""What cannot be meant is refused in one line before any work: a port that is taken, a folder that is not there."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.errors import WrongUsage
from gongkai.listening import listen
from tests.conftest import Gongkai

HOST = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as other:
        yield int(other.getsockname()[1])


def test_a_port_that_is_taken_is_refused(taken: int) -> None:
    with pytest.raises(WrongUsage, match=f"--port {taken} on {HOST}: .*; give another"):
        listen(HOST, taken)


def test_the_ui_does_not_start_on_it(gongkai: Gongkai, tmp_path: Path, taken: int) -> None:
    answer = gongkai("ui", "--home", tmp_path, "--port", taken)
    assert (answer.code, answer.err.count("\n")) == (2, 1), answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_free_port_is_given() -> None:
    with listen(HOST, 0) as listening:
        assert listening.getsockname()[1] > 0


@pytest.mark.parametrize("command", [("sql", "SELECT 1"), ("check", __file__)])
def test_no_folder_is_made_for_a_file(gongkai: Gongkai, tmp_path: Path, command: tuple[str, ...]) -> None:
    """It would be a misspelled name that is never found again."""
    (tmp_path / "home").mkdir()
    home = ("--home", str(tmp_path / "home")) if command[0] == "sql" else ()
    answer = gongkai(*command, *home, "--to", tmp_path / "nowhere" / "answer.xlsx")
    assert (answer.code, answer.err.count("\n")) == (2, 1), answer.err
    assert "there is no folder" in answer.err
    assert not (tmp_path / "nowhere").exists()
