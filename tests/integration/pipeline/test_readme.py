"""The README shows what the demo answers: its three queries, word for word, with the rows they give."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from gongkai.services.nights.demo import QUERIES
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from schemas.settings import PROJECT


def shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
@pytest.mark.parametrize("statement", QUERIES.values(), ids=["answers", "contradictions", "carry-over"])
def test_the_answers_in_the_readme_are_the_demos(first_night: Path, readme: str, statement: str) -> None:
    text = (PROJECT / readme).read_text(encoding="utf-8")
    assert statement.strip() in text
    for row in query(Home(first_night), statement).iter_rows():
        assert f"| {' | '.join(map(shown, row))} |" in text


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_what_the_readme_points_at_exists(readme: str) -> None:
    text = (PROJECT / readme).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (PROJECT / target).exists(), target
