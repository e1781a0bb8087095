"""Documents and code refer to each other truly: cited pages, headings and linked files exist, and the map names every package."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("schemas", "pipelines", "assets", "gongkai", "tests", "bench", "deploy", "sources", "corrections")
PACKAGES = ("schemas", "pipelines", "assets", "gongkai")
_TEXT = {".py", ".yaml", ".yml", ".md", ".sql", ".sh", ".toml"}
# A page of the documentation, as code and prose cite it: docs/domain/labels.md, docs/domain/labels.md#values.
_CITED = re.compile(
    r"(?<![\w/.-])((?:docs/[\w./-]+|README|README\.zh|CONTRIBUTING|SECURITY|CHANGELOG)\.md)(?:#([\w-]+))?"
)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)")
# Notes from outside the repository, which no reader of it has.
_FORBIDDEN = re.compile(r"(?<![\w-])(?:domain|web-reality|DESIGN|families)\.md|\bweb-reality\b|\.\./shared/\w+\.md")


def _texts(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in _TEXT and "__pycache__" not in path.parts and path != Path(__file__):
                yield path


def _pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *_texts("docs", "deploy", "bench", "sources", "schemas", "tests", ".github")]


def _written() -> list[Path]:
    """Every file in which a person would cite a page."""
    return sorted({*_texts(*CODE, "docs", ".github"), *ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / "Makefile"})


def _anchors(page: Path) -> set[str]:
    """Anchors of the headings of ``page``, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#{1,6} +(.+?) *$", text, flags=re.MULTILINE)
    plain = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def _missing(page: Path, anchor: str | None) -> str | None:
    if not page.exists():
        return "does not exist"
    if anchor and page.suffix == ".md" and anchor not in _anchors(page):
        return f"has no heading #{anchor}"
    return None


def test_every_cited_page_and_heading_exists():
    broken = [
        f"{path.relative_to(ROOT)}: {name} {problem}"
        for path in _written()
        for name, anchor in _CITED.findall(path.read_text(encoding="utf-8"))
        if (problem := _missing(ROOT / name, anchor)) and (path.suffix != ".md" or not (path.parent / name).exists())
    ]
    assert not broken, "\n".join(broken)


def test_every_relative_link_resolves():
    broken = [
        f"{page.relative_to(ROOT)}: {target} {problem}"
        for page in _pages()
        if page.suffix == ".md"
        for target in _LINK.findall(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target)
        and (
            problem := _missing(
                (page.parent / target.partition("#")[0]) if target[0] != "#" else page, target.partition("#")[2]
            )
        )
    ]
    assert not broken, "\n".join(broken)


def test_no_notes_from_outside_are_cited():
    cited = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in _written()
        if (found := _FORBIDDEN.search(path.read_text(encoding="utf-8")))
    ]
    assert not cited, "\n".join(cited)


def _packages(root: str) -> list[str]:
    return sorted(
        str(path.parent.relative_to(ROOT)) for path in (ROOT / root).rglob("__init__.py") if path.parent != ROOT / root
    )


ARCHITECTURE = ROOT / "docs" / "architecture.md"


@pytest.mark.parametrize("root", PACKAGES)
def test_the_architecture_page_names_every_package(root):
    text = ARCHITECTURE.read_text(encoding="utf-8")
    unnamed = [package for package in _packages(root) if f"`{package}/`" not in text]
    assert not unnamed


def test_every_module_that_the_architecture_page_names_exists():
    named = re.findall(
        r"`((?:schemas|pipelines|assets|gongkai|tests|sources|corrections)/[\w./-]*)`", ARCHITECTURE.read_text("utf-8")
    )
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]
