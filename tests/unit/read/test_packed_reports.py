"""Reports in zip files: the one report in it is read like a file that hangs on the page."""

import io
import zipfile
from random import Random
from typing import Any, NamedTuple

import docx
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


def bare(case: Case) -> bytes:
    """The tables of a Word report alone: nothing in the file says whose they are."""
    document = docx.Document(io.BytesIO(case.data))
    document.core_properties.title = ""
    for paragraph in document.paragraphs:
        paragraph._p.getparent().remove(paragraph._p)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def hung(title: str, *files: tuple[str, bytes], link_title: str | None = None) -> dict[str, Any]:
    """A page under this title with nothing but files, read."""
    attached = tuple(File(f"http://a/{n}.docx", name, None, data) for n, (name, data) in enumerate(files))
    page = f"<html><body><h1>{title}</h1><p>发布日期：2026-01-07</p><p>见附件</p></body></html>".encode()
    return read_report(page, name="a.html", attachments=attached, link_title=link_title).to_contract()


def rules(parsed: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in parsed["findings"]}


def test_a_file_of_another_report_does_not_stand_for_the_one_that_the_page_names() -> None:
    own, other = two_reports()
    check_both(own, other, hung(own.truth.title, ("附件1.docx", other.data), ("附件2.docx", own.data)))
    parsed = hung("政府信息公开年报", ("附件1.docx", other.data), ("附件2.docx", own.data), link_title=own.truth.title)
    check_both(own, other, parsed)


def test_a_page_that_names_none_offers_all_of_them() -> None:
    first, second = two_reports()
    check_both(first, second, hung("政府信息公开年报", ("附件1.docx", first.data), ("附件2.docx", second.data)))
    same = hung("政府信息公开年报", ("附件1.docx", first.data), ("附件2.docx", first.data))
    assert same["additional_reports"] == []


def test_a_file_that_contradicts_its_page_says_so() -> None:
    own, other = two_reports()
    parsed = hung(own.truth.title, ("附件.docx", other.data))
    assert parsed["report"]["agency_name"] == other.truth.agency_name
    assert "attachment_of_another_report" in rules(parsed)
    assert "attachment_of_another_report" not in rules(hung(own.truth.title, ("附件.docx", own.data)))


def test_bare_tables_are_those_of_the_page_unless_a_file_says_that_it_is_the_report() -> None:
    own, other = two_reports()
    assert compare(own.truth, hung(own.truth.title, ("附件.docx", bare(own)))).missing == []
    parsed = hung(own.truth.title, ("附件1.docx", bare(other)), ("附件2.docx", own.data))
    score = compare(own.truth, parsed)
    assert (score.wrong, score.missing, parsed["additional_reports"]) == ([], [], [])


def test_of_bare_tables_that_differ_none_is_read() -> None:
    own, other = two_reports()
    parsed = hung(own.truth.title, ("附件1.docx", bare(own)), ("附件2.docx", bare(other)))
    assert "attachments_differ" in rules(parsed)
    assert [cell for cell in parsed["applications"] if cell["value"] is not None] == []
    package = packed(("1.docx", bare(own)), ("2.docx", bare(other)))
    assert "attachments_differ" in rules(hung(own.truth.title, ("附件.zip", package)))
    same = hung(own.truth.title, ("附件1.docx", bare(own)), ("附件2.docx", bare(own)))
    assert compare(own.truth, same).missing == []


def test_of_two_versions_of_one_report_none_is_read() -> None:
    own = case_of("docx")
    changed = docx.Document(io.BytesIO(own.data))
    cell = next(
        cell for row in changed.tables[1].rows[3:] for cell in row.cells if cell.text.strip().isdigit()
    ).paragraphs[0]
    cell.runs[0].text = "987654"
    for run in cell.runs[1:]:
        run.text = ""
    buffer = io.BytesIO()
    changed.save(buffer)
    parsed = hung("政府信息公开年报", ("附件1.docx", own.data), ("附件2.docx", buffer.getvalue()))
    assert "attachments_differ" in rules(parsed)
    assert parsed["applications"] == []


def test_bare_tables_of_another_year_by_the_name_of_their_file_are_not_those_of_the_page() -> None:
    own, other = two_reports()
    year = own.truth.report_year
    assert year is not None
    title = f"{own.truth.agency_name}{year}年政府信息公开工作年度报告"
    files = ((f"{year - 1}年统计表.docx", bare(other)), (f"{year}年统计表.docx", bare(own)))
    parsed = hung(title, *files)
    assert (compare(own.truth, parsed).wrong, compare(own.truth, parsed).missing) == ([], [])
    alone = hung(title, files[0])["report"]
    assert (alone["agency_name"], alone["report_year"]) == (None, None)
