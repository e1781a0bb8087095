"""The questions of ``docs/analyst-guide.md``: its SQL blocks and the answers printed under them.

``python -m tests.integration.warehouse.guide HOME`` asks them again on a demo folder and writes the answers into the page.
"""

import re
import sys
from decimal import Decimal
from pathlib import Path

import polars as pl

from pipelines.home import Home
from pipelines.warehouse.queries.query import query

PAGE = Path(__file__).resolve().parents[3] / "docs" / "analyst-guide.md"
QUESTION = re.compile(
    r"### (?P<number>\d+)\. (?P<title>[^\n]+)\n.*?```sql\n(?P<sql>.*?)```\n\n(?P<answer>(?:\|[^\n]*\n)+|\(answer\)\n)",
    re.DOTALL,
)


def questions() -> list[re.Match[str]]:
    """Every question of the page, in order."""
    return list(QUESTION.finditer(PAGE.read_text("utf-8")))


def answer(home: Home, sql: str) -> str:
    """The answer as a Markdown table."""
    return markdown(query(home, sql))


def markdown(frame: pl.DataFrame) -> str:
    """A frame as the page prints it."""
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + "---|" * frame.width]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in frame.iter_rows()]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, pl.Series | list):
        return ", ".join(map(str, value))
    text = f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, Decimal) and value % 1 else f"{value}"
    text = str(int(value)) if isinstance(value, Decimal) and not value % 1 else text
    return text.replace("|", "\\|").replace("\n", " ")


def rewrite(home: Home) -> None:
    """Ask every question again and put the answers into the page."""
    page = PAGE.read_text("utf-8")
    for match in reversed(questions()):
        page = page[: match.start("answer")] + answer(home, match["sql"]) + page[match.end("answer") :]
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    rewrite(Home(Path(sys.argv[1])))
