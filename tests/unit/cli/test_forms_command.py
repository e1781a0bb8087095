"""`gongkai forms`: what is wrong with a form file, and which printed labels no form knows."""

from pathlib import Path

import polars as pl
import pytest
import yaml

from gongkai.services.reports.form_labels import _draft, _strangers
from schemas.forms.catalogue import FORMS, FormError
from schemas.forms.lint import lint

HEAD = 'form: "2030"\ndocument: 示例\nyears: [2030, null]\ntables:\n  applications:\n'


def written(folder: Path, table: str) -> list[str]:
    path = folder / "2030.yaml"
    path.write_text(HEAD + table, encoding="utf-8")
    return lint(path)


@pytest.mark.parametrize("path", sorted(FORMS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_forms_of_the_project_have_no_fault(path: Path) -> None:
    assert lint(path) == []


def test_labels_identities_and_keys_are_checked(tmp_path: Path) -> None:
    faults = written(tmp_path, """
    blocks:
      - columns:
          - {keys: {applicant: natural_person}, label: 自然人}
          - {keys: {applicant: totals}, label: 总计, aliases: [自 然 人]}
        rows:
          - {keys: {line: received}, label: 一、本年新收}
          - {keys: {line: received}, label: 二、上年结转}
    identities:
      - {rule: applicants_sum_to_total, along: applicant, left: [natural_person], right: [total]}
      - {rule: no_such_rule, along: line, left: [received], right: [received]}
""")  # fmt: skip
    told = "\n".join(faults)
    for part in (
        "“自然人” names both 自然人 and 总计", "two cells have the key received/natural_person", "has no applicant total",
        "no such rule", "received stands on both sides", "new key totals: is it meant? (total)",
    ):  # fmt: skip
        assert part in told


def test_a_file_that_is_no_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(FormError):
        lint(path)


_BLOCKS = "tables: {applications: {blocks: [{columns: 7}]}}"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"), (b"", "holds nothing"), ("文".encode("gbk"), "save the file as UTF-8"), (b"form: [1", "no YAML"),
        (b"hello", "holds no keys"), (b"form: x\n", "missing document"),
        (b"form: x\ndocument: d\nyears: 3\ntables: []\n", "adding-a-form"),
        (f"form: x\ndocument: d\nyears: [1, 2]\n{_BLOCKS}\n".encode(), "missing or misplaced"),
        (b"form: x\ndocument: d\nyears: [1, 2]\ntables: {applications: {same_as: x}}\n", "adding-a-form"),
    ],
    ids=["missing", "empty", "gbk", "yaml", "text", "keys", "tables", "columns", "itself"],
)  # fmt: skip
def test_a_strange_file_is_refused_in_one_line(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "strange.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FormError, match=told) as refused:
        lint(path)
    assert "\n" not in str(refused.value)


def test_a_folder_is_refused_and_a_broken_neighbour_is_no_matter(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="Is a directory"):
        lint(tmp_path)
    (tmp_path / "broken.yaml").write_text("form: [", encoding="utf-8")
    block = "[{columns: [{keys: {applicant: total}, label: 总计}], rows: [{keys: {line: received}, label: 新收}]}]"
    assert written(tmp_path, f"    blocks: {block}\n") == []


def found(label: str, report: str) -> dict[str, object]:
    return {
        "table_name": "applications", "message": f"“{label}” names no row or column of a known form; not read: 3",
        "report_id": report, "agency_name": "示例县", "report_year": 2023, "url": f"http://x/{report}", "evidence": "e",
    }  # fmt: skip


def test_strangers_are_counted_by_report_with_the_nearest_label() -> None:
    rows = [found("9.属于行政执法的案卷", "a"), found("9、属于行政执法的案卷", "b"), found("办理其他", "a")]
    first, second = _strangers(pl.DataFrame(rows))
    assert (first.label, len(first.reports), first.nearest) == ("9.属于行政执法的案卷", 2, "属于行政执法案卷")
    assert len(second.reports) == 1
    draft = yaml.safe_load(_draft([first, second]))
    assert [entry["alias"] for entry in draft["unmatched"]] == ["9.属于行政执法的案卷", "办理其他"]
    assert "http://x/a" in draft["unmatched"][0]["examples"][0]


def test_an_unread_row_counts_only_where_no_form_knows_its_label() -> None:
    told = "“{}” is printed with figures of an annex, outside the rows that could be laid out; not read: 3"
    rows = [{**found("", "a"), "message": told.format(label)} for label in ("予以公开", "接待来访群众批次")]
    assert [one.label for one in _strangers(pl.DataFrame(rows))] == ["接待来访群众批次"]
