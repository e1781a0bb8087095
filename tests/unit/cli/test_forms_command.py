"""`gongkai forms`: what is wrong with a form file, and which printed labels no form knows."""

from pathlib import Path

import polars as pl
import pytest
import yaml

from gongkai.services.reports.form_labels import _draft, _strangers
from schemas.form import FORMS, FormError
from schemas.form_lint import lint

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
