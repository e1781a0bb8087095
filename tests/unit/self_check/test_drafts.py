"""`gongkai check`: exactly what was planted is found, in each carrier of the sheet."""

import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from gongkai.check_sheet.sheet import Entry
from gongkai.check_sheet.writers import html, word, workbook
from gongkai.demo.page import body, load_report
from gongkai.demo.render_html import HtmlWriter
from gongkai.errors import WrongUsage
from gongkai.printing import Format
from gongkai.services.reports.draft_check import check
from pipelines.read.reader import ReportReading, read_report
from pipelines.self_check.draft_checks import check_draft, severities, verdict
from pipelines.self_check.wording import repeated_sentence, repeated_share
from schemas.rules import rules

TODAY = date(2023, 2, 1)
SHARED = Path(__file__).parents[4] / "shared" / "reports"


def page_of(name: str, change: Callable[[str], str] = lambda page: page) -> ReportReading:
    """A report of the demo as a draft: its page, changed as a clerk might have left it."""
    page = load_report(name)
    markup = f"<html><body><h1>{page.title}</h1>{HtmlWriter().body(body(page))}</body></html>"
    return read_report(change(markup).encode(), name="draft.html")


def once(old: str, new: str) -> Callable[[str], str]:
    def change(page: str) -> str:
        assert old in page, old
        return page.replace(old, new, 1)

    return change


def found(draft: ReportReading, previous: ReportReading | None = None, today: date = TODAY) -> list[tuple[str, str]]:
    return [(row["severity"], row["rule"]) for row in check_draft(draft, previous, today=today)]


def test_a_sound_draft_passes() -> None:
    assert found(page_of("shili-2022")) == []
    assert verdict([]) == "passed"


@pytest.mark.parametrize(
    ("change", "planted"),
    [
        (
            once("<td>40</td>", "<td>41</td>"),
            [("error", "applicants_sum_to_total"), ("error", "received_equals_handled")],
        ),
        (once(">14873<", "><"), [("warning", "cell_not_filled")]),
        (once(">14873<", ">/<"), [("warning", "cell_not_filled")]),
        (once(">58<", ">若干<"), [("error", "row_misaligned")]),
        (once("演示数据，无实际问题可列。", ""), [("warning", "section_empty")]),
        (once("新收政府信息公开申请45件", "新收政府信息公开申请54件"), [("error", "narrative_mismatch")]),
        (once("统计期限为2022年", "统计期限为2021年"), [("error", "year_conflict")]),
    ],
)
def test_exactly_what_was_planted_is_found(change: Callable[[str], str], planted: list[tuple[str, str]]) -> None:
    assert found(page_of("shili-2022", change)) == planted


def test_last_years_figures_are_carried_over() -> None:
    assert [rule for _, rule in found(page_of("shili-2023"), page_of("shili-2022"), date(2024, 2, 1))] == [
        "carried_over_from_previous_year", "carried_over_from_previous_year", "text_repeats_previous_year",
    ]  # fmt: skip


def test_last_years_text_is_noticed() -> None:
    """The same report under another year repeats its own prose."""
    draft = page_of("shili-2022", lambda page: page.replace("2022年", "2023年"))
    rows = [row for row in check_draft(draft, page_of("shili-2022")) if row["rule"] == "text_repeats_previous_year"]
    assert rows
    assert "无实际问题可列" in rows[-1]["message_zh"] or "十二个" in rows[0]["message_zh"]


def test_the_deadline_counts_only_for_a_draft_without_a_date() -> None:
    assert found(page_of("shili-2022"), today=date(2023, 4, 1)) == [("warning", "published_after_deadline")]


def test_shared_wording() -> None:
    assert repeated_share("一二三四五六", "一二三四五六") == 100
    assert repeated_share("一二三四五六", "") == 0
    assert repeated_sentence("今年甲。制度健全。", "去年乙。制度健全。") == "制度健全。"


def test_every_regraded_rule_exists() -> None:
    assert severities().keys() <= rules().keys()


@pytest.fixture
def entries() -> list[Entry]:
    draft = page_of("shili-2022", once("<td>40</td>", "<td>41</td>"))
    faulty = Entry("a.html", "示例县人民政府", 2022, draft.reading.title, findings=check_draft(draft, today=TODAY))
    hostile = Entry("<img src=x onerror=alert(1)>=1+1", "=cmd()", 2022, "<script>x</script>\x00", findings=())
    return [faulty, hostile, Entry("c.doc", problem="坏文件")]


def test_the_page_escapes_what_drafts_say(entries: list[Entry]) -> None:
    page = html(entries, TODAY).decode()
    assert "各类申请人之和为 46，总计列印为 45" in page
    assert "<script>" not in page
    assert "<img" not in page


def test_the_word_file_holds_every_finding(entries: list[Entry]) -> None:
    document = docx.Document(io.BytesIO(word(entries, TODAY)))
    table, unread = document.tables
    assert [cell.text for cell in table.rows[1].cells][1] == "须改正"
    assert [cell.text for cell in unread.rows[1].cells][1:5] == ["须改正", "文件无法读取", "", "坏文件"]


def test_what_was_not_read_to_its_end_is_no_pass() -> None:
    entry = Entry("a.pdf", "示例县人民政府", 2022, unread="后页未查")
    assert (entry.verdict, entry.counts_zh) == ("error", "须改正 1 处")
    assert "后页未查" in html([entry], TODAY).decode()


def test_an_unreadable_draft_is_a_row_of_the_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.docx").touch()
    assert check([tmp_path], previous=None, to=None, form=Format.CSV, today=TODAY) == 1
    assert "须改正,文件无法读取,,文件是空的" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no such file"):
        check([tmp_path / "draft.docx"], previous=None, to=None, form=Format.TABLE, today=TODAY)


def test_the_workbook_lists_drafts_and_findings_without_formulas(entries: list[Entry]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(entries, TODAY)))
    assert book.sheetnames == ["报告", "问题"]
    assert book["报告"].max_row == 4
    assert book["问题"]["I2"].value in (45, 46, 41)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("ending", "writer"), [("docx", word), ("xlsx", workbook)])
def test_office_software_opens_the_sheet(
    ending: str, writer: Callable[..., bytes], entries: list[Entry], tmp_path: Path
) -> None:
    sheet = tmp_path / f"sheet.{ending}"
    sheet.write_bytes(writer(entries, TODAY))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf", "--outdir",
         str(tmp_path), str(sheet)], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared reports are not here")
@pytest.mark.parametrize("name", ["qidong-2020.txt", "hangzhou-2025.html", "hongze-2024.pdf"])
def test_shared_reports_have_their_known_contradictions(name: str) -> None:
    stem = name.partition(".")[0]
    draft = read_report((SHARED / name).read_bytes(), name=name)
    errors = [row["rule"] for row in check_draft(draft) if row["severity"] == "error"]
    planted = ["applicants_sum_to_total", "received_equals_handled"] if stem == "qidong-2020" else []
    assert sorted(errors) == planted
