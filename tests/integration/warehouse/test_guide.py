"""The analyst guide is executed: every question, on the demo, gives the answer printed under it."""

import pytest

from pipelines.home import Home
from pipelines.warehouse.marts import mart_files
from tests.integration.warehouse.guide import PAGE, answer, questions


def test_there_are_twenty_five_questions_in_order():
    assert [int(q["number"]) for q in questions()] == list(range(1, 26))


@pytest.mark.slow
@pytest.mark.parametrize("question", questions(), ids=lambda q: q["number"])
def test_the_answer_in_the_guide_is_the_answer(first_night, question):
    assert answer(Home(first_night), question["sql"]) == question["answer"]


def test_the_guide_names_every_mart():
    page = PAGE.read_text("utf-8")
    assert [name for name in mart_files() if f"marts.{name}" not in page] == []
