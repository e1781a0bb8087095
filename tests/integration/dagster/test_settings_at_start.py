"""A wrong setting is refused before anything starts, in one line, by every command that would start something."""

import runpy
from pathlib import Path

import pytest

from schemas.settings import SettingsError
from tests.conftest import Gongkai


@pytest.mark.parametrize("command", ["run", "rebuild", "prune", "status", "ui"])
def test_a_wrong_setting_is_refused_in_one_line(
    gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("GONGKAI_MAX_CONCURRENT_RUNS", "none")
    answer = gongkai(command, "--home", tmp_path / "home")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: GONGKAI_MAX_CONCURRENT_RUNS='none': input should be a valid integer")
    assert answer.err.count("\n") == 1
    assert not (tmp_path / "home").exists()


def test_the_code_location_does_not_load_with_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon or webserver that was started without `gongkai` shows the same line as the reason."""
    monkeypatch.setenv("GONGKAI_ALERT_WEBHOK", "http://127.0.0.1:9/")
    with pytest.raises(SettingsError, match=r"^GONGKAI_ALERT_WEBHOK: .*did you mean GONGKAI_ALERT_WEBHOOK\?$"):
        runpy.run_module("assets.definitions")
