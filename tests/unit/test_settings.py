"""Settings: one place, defaults, and a wrong value refused in one clear line."""

from pathlib import Path

import pytest

from schemas.settings import PROJECT, Settings, SettingsError, load_settings, settings_table


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("GONGKAI_WORKERS", "many", "GONGKAI_WORKERS='many': input should be a valid integer"),
        ("GONGKAI_WORKERS", "-1", "greater than or equal to 0"),
        ("GONGKAI_LISTS", "never", "GONGKAI_LISTS='never': input should be 'run' or 'season'"),
        ("GONGKAI_ALLOW_HOSTS", "http://mirror.example/", "without scheme, path or wildcard"),
        ("GONGKAI_EXPORT_FORMATS", "csv,pdf", "'parquet', 'csv' or 'xlsx'"),
        ("GONGKAI_MIN_DELAY_SECONDS", "0", "GONGKAI_MIN_DELAY_SECONDS"),
        ("GONGKAI_DASK_SCHEDULER", "localhost", "GONGKAI_DASK_SCHEDULER='localhost'"),
        ("GONGKAI_ALERT_WEBHOOK", "not an address", "GONGKAI_ALERT_WEBHOOK"),
        ("GONGKAI_HOEM", "x", "GONGKAI_HOEM: there is no such setting; did you mean GONGKAI_HOME?"),
    ],
)
def test_a_wrong_value_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_POSTGRES_URL", "mysql://me:secret@db/x")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert "secret" not in str(raised.value)


def test_options_win_over_the_environment_and_none_means_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_HOME", "/somewhere/else")
    assert load_settings(home=None).home == Path("/somewhere/else")
    assert load_settings(home=Path("here")).home == Path.cwd() / "here"


def test_lists_are_comma_separated_and_empty_means_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ALLOW_HOSTS", "127.0.0.1, mirror.example:8080 ,")
    monkeypatch.setenv("GONGKAI_DASK_SCHEDULER", "")
    settings = load_settings()
    assert settings.allow_hosts == ("127.0.0.1", "mirror.example:8080")
    assert settings.dask_scheduler is None


def test_every_setting_is_documented() -> None:
    """docs/settings.md is generated; `python -m gongkai.documents` writes it again."""
    assert len(settings_table()) == len(Settings.model_fields)
    written = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    for variable, default, meaning in settings_table():
        assert f"| `{variable}` | {f'`{default}`' if default else ''} | {meaning} |" in written
