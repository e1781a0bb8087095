"""Settings: one place, defaults, and a wrong value refused in one clear line."""

from pathlib import Path

import pytest

from gongkai.errors import WrongUsage
from gongkai.settings import load_settings as load_for_command
from schemas.settings import PROJECT, Settings, SettingsError, load_settings, settings_table


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("GONGKAI_WORKERS", "many", "GONGKAI_WORKERS='many': input should be a valid integer"),
        ("GONGKAI_WORKERS", "-1", "greater than or equal to 0"),
        ("GONGKAI_LISTS", "never", "GONGKAI_LISTS='never': input should be 'run' or 'season'"),
        ("GONGKAI_ALLOW_HOSTS", "http://mirror.example/", "without scheme, path or wildcard"),
        ("GONGKAI_EXPORT_FORMATS", "csv,pdf", "'parquet', 'csv', 'xlsx' or 'dta'"),
        ("GONGKAI_MIN_DELAY_SECONDS", "0", "GONGKAI_MIN_DELAY_SECONDS"),
        ("GONGKAI_EXECUTOR", "threads", "GONGKAI_EXECUTOR='threads'"),
        ("GONGKAI_EXECUTOR", "dask://scheduler", "GONGKAI_EXECUTOR='dask://scheduler'"),
        ("GONGKAI_HOME", "s3://No_Bucket/x", "GONGKAI_HOME='s3://No_Bucket/x': write s3://bucket/prefix"),
        ("GONGKAI_HOME", "gs://bucket/x", "GONGKAI_HOME='gs://bucket/x': write s3://bucket/prefix, or a folder"),
        ("GONGKAI_STORE", "s3://bucket", "GONGKAI_STORE: there is no such setting"),
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


@pytest.mark.parametrize("given", ["s3://bucket/a/b", Path("s3://bucket/a/b"), "s3://bucket/a/b/"])
def test_a_home_on_an_object_store_has_an_address_and_a_working_copy(given: str | Path, tmp_path: Path) -> None:
    settings = load_settings(home=given, cache=tmp_path)
    assert (settings.store, settings.address) == ("s3://bucket/a/b", "s3://bucket/a/b")
    assert settings.home == tmp_path / "bucket" / "a" / "b"


def test_a_local_home_has_no_store() -> None:
    assert load_settings(home="here").store is None
    assert load_settings(home="here").address == str(Path.cwd() / "here")


def test_lists_are_comma_separated_and_empty_means_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ALLOW_HOSTS", "127.0.0.1, mirror.example:8080 ,")
    monkeypatch.setenv("GONGKAI_POSTGRES_URL", "")
    settings = load_settings()
    assert settings.allow_hosts == ("127.0.0.1", "mirror.example:8080")
    assert settings.postgres_url is None


def test_every_setting_is_documented() -> None:
    """docs/settings.md is generated; `python -m gongkai.settings_page` writes it again."""
    assert len(settings_table()) == len(Settings.model_fields) - 1  # all but `store`, which no variable sets
    written = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    for variable, default, meaning in settings_table():
        assert f"| `{variable}` | {f'`{default}`' if default else ''} | {meaning} |" in written


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongUsage, match="the data folder is a file"):
        load_for_command(home=tmp_path / "file")
