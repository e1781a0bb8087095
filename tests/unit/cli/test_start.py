"""The command line starts at once: what a command does not need is not imported. Times are measured in bench/."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Gongkai

pytestmark = pytest.mark.slow

HEAVY = {"dagster", "polars", "pandera", "duckdb", "requests", "pyarrow", "numpy", "sqlalchemy", "sqlglot"}
_TELL = "import sys, gongkai.cli as cli\ntry:\n cli.main()\nfinally:\n sys.stderr.write('\\n'.join(sys.modules))"


def imported(*arguments: str) -> set[str]:
    code = f"import sys; sys.argv = ['gongkai', *{arguments!r}]\n{_TELL}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    return {name.partition(".")[0] for name in done.stderr.splitlines()} & HEAVY


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("run", "--help"), ("sql", "--help"), ("sources", "--help")]
)
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert imported(*arguments) == set()


def test_sql_imports_the_database_and_no_orchestration(tmp_path: Path) -> None:
    found = imported("sql", "SELECT 1", "--home", str(tmp_path))
    assert found & {"dagster", "polars", "pandera", "pyarrow", "numpy", "requests", "sqlalchemy"} == set()


def test_the_version_is_that_of_the_project(gongkai: Gongkai) -> None:
    assert gongkai("--version").out.startswith("gongkai 0.")


def test_shell_completion_is_offered(gongkai: Gongkai) -> None:
    assert "--install-completion" in gongkai("--help").out


COMMANDS = [
    "demo",
    "run",
    "rebuild",
    "parse",
    "import",
    "sql",
    "cite",
    "show",
    "export",
    "sources check",
    "sources add",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_stands_on_a_line_of_its_own(
    gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    from gongkai.cli import app, sources_app

    monkeypatch.setenv("COLUMNS", "80")
    group = sources_app if command.startswith("sources ") else app
    registered = {c.name: c.callback for c in group.registered_commands}
    doc = registered[command.split()[-1]].__doc__ or ""
    examples = [line.strip() for line in doc.splitlines() if line.strip().startswith("gongkai ")]
    assert examples
    shown = [line.strip() for line in gongkai(*command.split(), "--help").out.splitlines()]
    assert [example for example in examples if example not in shown] == []


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "rebuild",
        "import",
        "status",
        "ui",
        "sources check",
        "sources add",
        "sources discover",
        "sources audit",
        "sources accept",
    ],
)
def test_sources_are_given_in_the_same_way_everywhere(gongkai: Gongkai, command: str) -> None:
    assert "--sources" in gongkai(*command.split(), "--help").out
