"""A table as the form prints it: every cell once, spans that fill the rectangle."""

import pytest

from gongkai.explore.printed_form import printed
from schemas.forms.catalogue import forms

TABLES = [(form.form, table) for form in forms() for table in form.tables]


@pytest.mark.parametrize(("form", "table"), TABLES)
def test_every_cell_of_the_form_is_printed_once(form: str, table: str) -> None:
    asked = next(item for item in forms() if item.form == form).tables[table].asked
    keys = [key for block in printed(table, form) for row in block.rows for key in row.keys]
    assert sorted(keys) == sorted(asked)


@pytest.mark.parametrize(("form", "table"), TABLES)
def test_labels_and_cells_fill_the_rectangle(form: str, table: str) -> None:
    for block in printed(table, form):
        width = len(block.rows[0].keys)
        labels = sum(label.rows * label.columns for row in block.rows for label in row.labels)
        assert labels == block.stub * len(block.rows)
        assert sum(label.rows * label.columns for line in block.header for label in line) == width * len(block.header)


def test_an_unknown_form_is_printed_as_the_newest() -> None:
    assert printed("applications", None) == printed("applications", forms()[-1].form)
    assert printed("no_such_table", None) == ()
