"""Reports in zip files: the one report in it is read like a file that hangs on the page."""

import io
import zipfile
from random import Random
from typing import Any, NamedTuple

import pytest

from pipelines.read.reader import read_report
from tests.factory import Case, compare, random_case


def packed(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in files:
            package.writestr(name, data)
    return buffer.getvalue()


def case_of(carrier: str, seed: int = 1) -> Case:
    return random_case(Random(f"packed{carrier}{seed}"), carrier=carrier, n_variations=0)


@pytest.mark.parametrize("carrier", ["docx", "xlsx", "pdf", "html", "flat_txt"])
def test_the_report_in_a_zip_file_is_read(carrier: str) -> None:
    case = case_of(carrier)
    data = packed(("说明.txt", "请查收附件。".encode()), (f"材料/{case.filename}", case.data))
    parsed = read_report(data, name="report.zip", url=case.url).to_contract()
    score = compare(case.truth, parsed)
    assert (score.wrong, score.invented, score.missing) == ([], [], [])
    assert parsed["report"]["agency_name"] == case.truth.agency_name
    assert parsed["report"]["report_year"] == case.truth.report_year


def test_a_zip_file_that_hangs_on_a_page_is_opened() -> None:
    case = case_of("docx")

    class Attached:
        url = "https://www.example.gov.cn/files/report.zip"
        name, content_type, data = "附件.zip", "application/zip", packed(("a.docx", case.data))

    page = f"<html><body><h1>{case.truth.title}</h1><p>发布时间：2023-01-05</p><p>见附件</p></body></html>"
    parsed = read_report(page.encode(), name="a.html", attachments=(Attached(),)).to_contract()
    assert compare(case.truth, parsed).missing == []
    assert parsed["report"]["published_date"] == "2023-01-05"


class File(NamedTuple):
    url: str
    name: str
    content_type: str | None
    data: bytes


def two_reports() -> tuple[Case, Case]:
    first, second = (case_of("docx", seed) for seed in (1, 4))
    assert first.truth.agency_name != second.truth.agency_name
    return first, second


def check_both(first: Case, second: Case, parsed: dict[str, Any]) -> None:
    """The reports are read as two, in this order, each in full."""
    (other,) = parsed["additional_reports"]
    for case, read in ((first, parsed), (second, other)):
        score = compare(case.truth, read)
        assert (score.wrong, score.invented, score.missing) == ([], [], [])
        assert read["report"]["agency_name"] == case.truth.agency_name
        assert read["report"]["report_year"] == case.truth.report_year
        assert "several_reports" in {finding["rule"] for finding in read["findings"]}


def test_each_of_several_reports_in_a_zip_file_is_read_by_itself() -> None:
    first, second = two_reports()
    data = packed(("a.docx", first.data), ("b.docx", second.data))
    check_both(first, second, read_report(data, name="reports.zip").to_contract())


def test_of_several_reports_the_one_that_the_link_names_comes_first() -> None:
    first, second = two_reports()
    data = packed(("a.docx", first.data), ("b.docx", second.data))
    check_both(second, first, read_report(data, name="r.zip", link_title=second.truth.title).to_contract())


@pytest.mark.parametrize("named", [0, 1, None])
def test_files_on_a_page_that_are_reports_of_several_organs(named: int | None) -> None:
    cases = two_reports()
    files = tuple(File(f"http://a/{n}.docx", f"{c.truth.title}.docx", None, c.data) for n, c in enumerate(cases))
    title = "某某区各部门政府信息公开工作年度报告" if named is None else cases[named].truth.title
    page = f"<html><body><h1>{title}</h1><p>见附件</p></body></html>"
    parsed = read_report(page.encode(), name="a.html", attachments=files).to_contract()
    check_both(*(cases[::-1] if named == 1 else cases), parsed)


def test_one_report_in_two_formats_is_one_report() -> None:
    case = case_of("docx")
    files = tuple(File(f"http://a/{n}.docx", f"{case.truth.title}.docx", None, case.data) for n in range(2))
    parsed = read_report(
        "<html><body><p>见附件</p></body></html>".encode(), name="a.html", attachments=files
    ).to_contract()
    assert (compare(case.truth, parsed).missing, parsed["additional_reports"]) == ([], [])


def test_a_zip_file_without_a_report_says_so() -> None:
    parsed = read_report(packed(("a.bin", b"\0\1" * 400)), name="a.zip").to_contract()
    assert "no document that can be read" in parsed["report"]["problem"]
