"""The analyst guide is executed: every question, on the demo, gives the answer printed under it."""

import os
import re
import shlex
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.warehouse.marts import mart_files
from pipelines.warehouse.queries.query import query
from tests.conftest import Gongkai
from tests.integration.warehouse.guide import PAGE, answer, questions

GUIDE = PAGE.read_text("utf-8")


def test_there_are_twenty_five_questions_in_order():
    assert [int(q["number"]) for q in questions()] == list(range(1, 26))


@pytest.mark.slow
@pytest.mark.parametrize("question", questions(), ids=lambda q: q["number"])
def test_the_answer_in_the_guide_is_the_answer(whole_first_night, question):
    assert answer(Home(whole_first_night), question["sql"]) == question["answer"]


def test_the_guide_names_every_mart():
    page = PAGE.read_text("utf-8")
    assert [name for name in mart_files() if f"marts.{name}" not in page] == []


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)


OTHER_SQL = [
    statement.strip()
    for block in blocks("sql")
    if block not in {question["sql"] for question in questions()}
    for statement in block.split(";")
    if statement.strip()
]


@pytest.mark.slow
@pytest.mark.parametrize("statement", OTHER_SQL, ids=lambda text: text.split()[1])
def test_every_other_statement_of_the_guide_runs(first_night: Path, statement: str) -> None:
    query(Home(first_night), statement)


@pytest.mark.slow
def test_every_command_of_the_guide_runs(
    gongkai: Gongkai, first_night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the page, in an empty folder; each file that a command names with --to or --save is there after it."""
    (report,) = query(Home(first_night), "FROM reports WHERE agency_name LIKE '启东%' AND is_primary")["report_id"]
    monkeypatch.setenv("REPORT_ID", str(report))
    monkeypatch.setenv("GONGKAI_HOME", str(first_night))
    monkeypatch.chdir(tmp_path)
    lines = [line for language in ("sh", "bash") for block in blocks(language) for line in block.splitlines()]
    commands = [shlex.split(os.path.expandvars(line), comments=True) for line in lines]
    ours = [words[1:] for words in commands if words and words[0].endswith("gongkai") and "explore" not in words]
    assert len(ours) >= 10
    for words in ours:
        there = [str(first_night) if word == "data/demo" else word for word in words]
        answered = gongkai(*there)
        assert answered.code == 0, f"{words}: {answered.err}"
        for option in {"--to", "--save"} & set(words):
            assert Path(words[words.index(option) + 1]).stat().st_size > 100, words
