"""The operator guide, literally: every command in an unmarked block is run, in order; what needs root or Docker is checked."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gongkai.demo.sites import DemoSites
from schemas.settings import PROJECT, load_settings, settings_table
from tests.conftest import Gongkai

GUIDE = (PROJECT / "docs" / "operator-guide.md").read_text(encoding="utf-8")
DEPLOY = PROJECT / "deploy"
UNITS = ("gongkai-web.service", "gongkai-daemon.service")


def blocks(mark: str) -> list[str]:
    return re.findall(rf"^```sh{mark}\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def machine(first_night_to_go_on_with: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder with its sites served, and the environment that the guide speaks of."""
    home = first_night_to_go_on_with
    with DemoSites(home) as sites:
        for name, value in {
            "GONGKAI_HOME": home, "GONGKAI_SOURCES": sites.sources_file, "GONGKAI_EXPORT_FORMATS": "parquet",
            "GONGKAI_ALLOW_HOSTS": ",".join(sites.allow_hosts), "GONGKAI_WORKERS": 1, "BACKUP": tmp_path / "backup",
            "RESTORED": tmp_path / "restored", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, str(value))
        page = tmp_path / "saved.html"
        page.write_text(
            "<html><title>某县2025年政府信息公开工作年度报告</title><p>一、总体情况</p></html>", encoding="utf-8"
        )
        monkeypatch.chdir(PROJECT)
        yield page


@pytest.mark.slow
def test_every_command_of_the_guide_does_what_it_says(
    machine: Path, gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`gongkai …` is called in this process, everything else by bash; an `export` holds for what follows."""
    commands = [line for block in blocks("") for line in block.splitlines() if line and not line.startswith("#")]
    assert len(commands) > 15
    home = Path(os.environ["GONGKAI_HOME"])
    answers = {}
    for command in commands:
        words = os.path.expandvars(command)
        if words.startswith("export "):
            name, _, value = words.removeprefix("export ").partition("=")
            monkeypatch.setenv(name, value)
        elif words.startswith("gongkai "):
            told = words.replace("saved.html", str(machine)).removeprefix("gongkai ")
            with monkeypatch.context() as patch:
                if words == "gongkai sources check":  # those of this checkout
                    patch.setenv("GONGKAI_SOURCES", str(PROJECT / "sources"))
                answers[command] = answer = gongkai(*shlex.split(told))
            assert answer.code == 0, f"{command}: {answer.err}"
        else:
            done = subprocess.run(["bash", "-euc", words], cwd=PROJECT, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    restored = Path(os.environ["RESTORED"])
    assert os.environ["GONGKAI_HOME"] == str(restored)
    assert (restored / "warehouse" / "gongkai.duckdb").exists()
    assert sorted(p.name for p in (home / "archive").rglob("*")) == sorted(
        p.name for p in (restored / "archive").rglob("*")
    )
    assert "reports" in next(answer.out for command, answer in answers.items() if command.startswith("gongkai sql"))


@pytest.mark.parametrize("mark", [" root", " cluster"])
def test_blocks_that_are_not_run_are_at_least_shell(mark: str) -> None:
    assert blocks(mark)
    for block in blocks(mark):
        done = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, done.stderr
        for path in re.findall(r"(?<=\s)deploy/[\w./-]+", block):
            assert (PROJECT / path).exists(), path


def test_every_block_has_a_known_mark() -> None:
    assert set(re.findall(r"^```(\S.*)$", GUIDE, flags=re.MULTILINE)) == {"sh", "sh root", "sh cluster"}


def test_the_units_are_sound(tmp_path: Path) -> None:
    """Verified by systemd itself, with the paths of the guide put where this machine has such files."""
    for name in UNITS:
        unit = (DEPLOY / name).read_text(encoding="utf-8")
        (command,) = re.findall(r"^ExecStart=/opt/gongkai/\.venv/bin/gongkai (.*)$", unit, flags=re.MULTILINE)
        _understood(shlex.split(command))
        assert "User=gongkai" in unit
        local = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit, flags=re.MULTILINE)
        (tmp_path / name).write_text(local, encoding="utf-8")
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def _understood(arguments: list[str]) -> None:
    """The command line takes these arguments (Click parses them; nothing is run)."""
    import typer

    from gongkai.cli import app

    group = typer.main.get_command(app)
    name, *rest = arguments
    command = group.commands[name]  # type: ignore[attr-defined]
    command.make_context(name, rest)


def test_the_environment_file_is_read_as_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {variable for variable, _, _ in settings_table()}
    for line in (DEPLOY / "gongkai.env").read_text(encoding="utf-8").splitlines():
        name, equals, value = line.removeprefix("#").partition("=")
        if equals:
            assert name in known
            monkeypatch.setenv(name, value.strip('"'))
    settings = load_settings()
    assert str(settings.home) == "/srv/gongkai"
    assert settings.postgres_url is not None


def test_the_compose_file_starts_what_there_is() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    known = {variable for variable, _, _ in settings_table()}
    services = compose["services"]
    assert set(services) == {"web", "daemon", "postgres"}
    for name in ("web", "daemon"):
        _understood(services[name]["command"])
        assert set(services[name]["environment"]) <= known
        build = services[name]["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).exists()
        assert services[name]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
    mounted = {volume.partition(":")[0] for service in services.values() for volume in service["volumes"]}
    assert mounted == set(compose["volumes"])
