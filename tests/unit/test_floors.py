"""Imports go down the floors only: gongkai → assets → pipelines → schemas; and the lower two know no Dagster."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("schemas", "pipelines", "assets", "gongkai")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of every import in a file, also inside functions and under TYPE_CHECKING."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(path.relative_to(ROOT).parts[: -node.level]) if node.level else ""
            yield node.lineno, ".".join(part for part in (package, node.module) if part)


def wrong(path: Path) -> list[str]:
    floor = path.relative_to(ROOT).parts[0]
    above = set(FLOORS[FLOORS.index(floor) + 1 :])
    dagster = {"dagster"} if floor in ("schemas", "pipelines") else set()
    found = []
    for line, module in imported(path):
        top = module.partition(".")[0]
        if top in above or top.partition("_")[0] in dagster:
            found.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
        if top == "tests":
            found.append(f"{path.relative_to(ROOT)}:{line} imports the tests")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    assert wrong(path) == []


def test_an_upward_import_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself: absolute, from, nested, relative and dagster_* imports are all caught."""
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    bad = tmp_path / "pipelines" / "crawl" / "bad.py"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "import assets.stages.pages\nfrom gongkai import cli\n"
        "def f():\n    from dagster_postgres import x\n    from ...assets import y\nimport schemas.form\n"
    )
    assert [entry.partition(" ")[0] for entry in wrong(bad)] == [
        f"pipelines/crawl/bad.py:{line}" for line in (1, 2, 4, 5)
    ]


def test_every_floor_was_looked_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(FLOORS)
