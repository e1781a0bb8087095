"""The registry of export formats: what is said of formats elsewhere follows from it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gongkai.cli import app
from pipelines.export.exporter import writer_of
from schemas.export_formats import ExportFormat, in_words
from schemas.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("chosen", ExportFormat)
def test_an_entry_names_a_writer(chosen: ExportFormat) -> None:
    assert callable(writer_of(chosen))
    assert chosen.label
    assert chosen.kind


def test_the_nightly_run_exports_all_of_them() -> None:
    assert Settings.model_fields["export_formats"].default == tuple(ExportFormat)


def test_help_and_documents_name_all_of_them() -> None:
    told = CliRunner().invoke(app, ["export", "--help"]).output
    for chosen in ExportFormat:
        assert chosen in told
        assert f"exports/{chosen}/" in (ROOT / "docs" / "analyst-guide.md").read_text(encoding="utf-8")


def test_a_list_as_a_sentence_has_it() -> None:
    assert in_words(["a"], "or") == "a"
    assert in_words(["a", "b", "c"], "or") == "a, b or c"
