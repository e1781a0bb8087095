"""Variations of labels and headings on real pages (docs/domain/labels.md#labels). None changes what a row means."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import schemas
from gongkai.demo.layout import PrintedCell
from tests.factory.case import CARRIERS, FLAT, Draft, variation

_KEEPS_LINES = ("html", "flat_html", "docx", "flat_txt")  # a pdf wraps by itself
_HEADER_ROLES = ("metric:", "applicant:", "outcome:", "legal_person", "procedure:")


def _each_label(draft: Draft, change: Callable[[str], str], roles: tuple[str, ...] = ("",)) -> bool:
    def on_cell(cell: PrintedCell) -> PrintedCell:
        return cell if cell.key or not cell.role.startswith(roles) else cell._replace(text=change(cell.text))

    return draft.map_cells(on_cell)


@variation("labels", "启东 2020: 案类 for 案卷")
def typo_case_file(draft: Draft) -> bool:
    return draft.relabel({"line:denied_enforcement_case_file": "7.属于行政执法案类"})


@variation("labels", "洪泽 2023, 2024: 法规禁 lost")
def truncated_prohibited(draft: Draft) -> bool:
    return draft.relabel({"line:denied_prohibited_by_law": "2.其他法律行政止公开"})


@variation("labels", "现行有效件")
def truncated_in_force(draft: Draft) -> bool:
    return draft.relabel({"metric:20(1).in_force": "现行有效件"})


@variation("labels", "宿迁 2023, 2024: shortened labels", excludes=("comma_in_label",))
def short_labels(draft: Draft) -> bool:
    return draft.relabel({
        "line:granted_in_part": "（二）部分公开", "line:other_correction_overdue": "1.逾期不补正",
        "line:other_fee_overdue": draft.rng.choice(("2.逾期不缴费", "2.逾期未缴费")),
    })  # fmt: skip


@variation("labels", "启东 2020: 三、 missing before 本年度办理结果")
def missing_results_prefix(draft: Draft) -> bool:
    return draft.relabel({"results": "本年度办理结果"})


@variation("labels", "合计 for 总计")
def total_called_heji(draft: Draft) -> bool:
    return _each_label(draft, lambda text: text.replace("总计", "合计"))


@variation("labels", "未经复议直接诉讼, 复议后诉讼")
def litigation_short_names(draft: Draft) -> bool:
    return draft.relabel({
        "procedure:litigation_direct": "未经复议直接诉讼", "procedure:litigation_after_review": "复议后诉讼",
    })  # fmt: skip


@variation("labels", "the act's name before 第二十条")
def act_name_in_article(draft: Draft) -> bool:
    return draft.relabel({"article:20(1)": "中华人民共和国政府信息公开条例  第二十条第（一）项"})


@variation("labels", "spaces inside 第二十条  第（一）项")
def spaced_article(draft: Draft) -> bool:
    return _each_label(draft, lambda text: text.replace("第二十条第", "第二十条  第"), ("article:",))


@variation("labels", "淮安 2024: 1、 for 1.")
def enumerator_comma(draft: Draft) -> bool:
    return _each_label(draft, lambda text: re.sub(r"^(\d)\.", r"\1、", text), ("line:",))


@variation("labels", "full-width enumerators", excludes=("enumerator_comma",))
def enumerator_fullwidth(draft: Draft) -> bool:
    digits = str.maketrans("12345678.", "１２３４５６７８．")
    return _each_label(draft, lambda text: text[:2].translate(digits) + text[2:], ("line:",))


@variation("labels", "seed of 启东: half-width brackets, commas, colons", excludes=("ascii_quotes",))
def halfwidth_punctuation(draft: Draft) -> bool:
    return _each_label(draft, lambda text: text.translate(str.maketrans("（），：", "(),:")))


@variation("labels", "宿迁: ASCII quotes around 三安全一稳定", excludes=("halfwidth_punctuation",))
def ascii_quotes(draft: Draft) -> bool:
    return _each_label(draft, lambda text: text.translate(str.maketrans("“”", '""')))


@variation("labels", "逾期不补正，行政机关")
def comma_in_label(draft: Draft) -> bool:
    return _each_label(draft, lambda text: text.replace("、行政机关", "，行政机关"), ("line:other_",))


@variation("labels", "淮安, 洪泽: 总 计, 规 章, 大量反复 申请")
def spaces_inside_words(draft: Draft) -> bool:
    def space(text: str) -> str:
        if len(text) < 2 or "\n" in text or draft.rng.random() < 0.6:
            return text
        at = draft.rng.randrange(2 if text[0].isdigit() else 1, len(text))  # never inside "3."
        return f"{text[:at]}{draft.rng.choice((' ', '  ', '　'))}{text[at:]}"

    if draft.carrier == "flat_txt":  # in lines of several cells a space separates cells: only CJK-to-CJK spaces occur
        return draft.relabel({"item:regulations": "规　章", "applicant:total": "总　计"})
    return _each_label(draft, space)


@variation("labels", "&nbsp; inside and around labels", ("html", "flat_html"))
def nbsp_in_labels(draft: Draft) -> bool:
    def pad(text: str) -> str:
        return f"\xa0{text}\xa0\xa0" if draft.rng.random() < 0.5 else re.sub(r"^(\d[.、])", "\\1\xa0", text)

    return _each_label(draft, pad)


@variation("labels", "启东 2020, pdfs: line breaks inside header cells", _KEEPS_LINES)
def broken_headers(draft: Draft) -> bool:
    def fold(text: str) -> str:
        if "\n" in text or not 4 <= len(text) <= 8:
            return text
        return f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}"

    return _each_label(draft, fold, _HEADER_ROLES)


@variation(
    "labels",
    "all pdfs: vertical 三、本年度办理结果",
    ("html", "docx", "flat_html"),
    excludes=("missing_results_prefix",),
)
def vertical_results(draft: Draft) -> bool:
    """One character a line, or one a paragraph."""
    return draft.relabel({"results": draft.rng.choice(("\n", "\n\n")).join("三、本年度办理结果")})


@variation("labels", "vertical headers of table four", ("html", "docx"), excludes=("broken_headers",))
def vertical_outcomes(draft: Draft) -> bool:
    return _each_label(draft, lambda text: "\n\n".join(text), ("outcome:",))


@variation("labels", "启东 2020: （三） and 不予公开 as two paragraphs", _KEEPS_LINES)
def split_groups(draft: Draft) -> bool:
    return _each_label(draft, lambda text: re.sub(r"^([（(].[）)])", "\\1\n\n", text), ("group:",))


@variation("labels", "黄陂 2020: what a label means in brackets behind it", excludes=("truncated_equal_headers",))
def notes_in_labels(draft: Draft) -> bool:
    notes = {
        "item:": "（含以本单位名义印发的，以及与其他单位联合印发的）", "metric:20(5)": "（指本年度事项数）",
        "metric:20(6)": "（指办件量，含电子件）",
    }  # fmt: skip

    def on_cell(cell: PrintedCell) -> PrintedCell:
        note = next((note for role, note in notes.items() if cell.role.startswith(role)), "")
        return cell if cell.key or draft.rng.random() < 0.3 else cell._replace(text=cell.text + note)

    return draft.map_cells(on_cell, (2,))


@variation("labels", "越秀 2020: the unit of the amount in the header")
def money_unit_in_header(draft: Draft) -> bool:
    return draft.relabel({"metric:20(9).procurement_amount": "采购总金额（万元）"})


@variation("labels", "本年新|本年新, two equal columns")
def truncated_equal_headers(draft: Draft) -> bool:
    """What the two columns are cannot be known from their labels: refusing them is right."""
    roles = ("metric:20(1).made", "metric:20(1).newly_published")
    if draft.figures.form2 != "2019":
        return False
    known = "published_total" if draft.carrier not in FLAT else ""  # in flat text the third column is as uncertain
    draft.optional |= {key for key in draft.figures.cells if key[1] == "20(1)" and key[-1] != known}
    return draft.relabel(dict.fromkeys(roles, "本年新"))


def _rehead(draft: Draft, headings: dict[int, str]) -> bool:
    draft.sections = [
        section if section.number not in headings else type(section)(
            section.number, headings[section.number], section.paragraphs)
        for section in draft.sections
    ]  # fmt: skip
    return True


@variation("labels", "heading variants of sections four, five and six")
def heading_variants(draft: Draft) -> bool:
    four = ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "四、政府信息公开行政复议和行政诉讼情况",
            "四、因政府信息公开工作被申请行政复议和提起行政诉讼情况")  # fmt: skip
    five = ("五、存在的主要问题及改进措施", "五、政府信息公开工作存在的主要问题及改进情况", "五、存在问题及改进情况")
    return _rehead(draft, {4: draft.rng.choice(four), 5: draft.rng.choice(five), 6: "六、其他需要报告的事项情况"})


@variation("labels", "the template's instruction leaks", excludes=("heading_variants",))
def leaked_template(draft: Draft) -> bool:
    return _rehead(draft, {1: "一、总体情况（宋体加粗小四号字）"})


@variation("labels", "headings with blanks", CARRIERS, excludes=("leaked_template",))
def spaced_headings(draft: Draft) -> bool:
    return _rehead(draft, {s.number: s.heading.replace("、", "、 ", 1) for s in draft.sections})


_GATEWAY_WORDS = {"信息": "資訊", "项目": "專案", "规范性文件": "規範性檔"}


@cache
def _traditional() -> dict[int, str]:
    text = (Path(schemas.__file__).parent / "traditional.txt").read_text(encoding="utf-8")
    pairs = [pair for line in text.splitlines() if not line.startswith("#") for pair in line.split()]
    return {ord(pair[1]): pair[0] for pair in reversed(pairs)}


def _behind_the_gateway(text: str) -> str:
    for common, changed in _GATEWAY_WORDS.items():
        text = text.replace(common, changed)
    return text.translate(_traditional())


# A gateway changes a page as a whole: what says the organ or year elsewhere is written before it, in simplified characters.
@variation(
    "labels",
    "big5.mot.gov.cn/gate/big5: traditional characters and changed words",
    ("html",),
    excludes=("title_without_agency", "title_without_year"),
)
def big5_gateway(draft: Draft) -> bool:
    draft.title, draft.agency, draft.lead = map(_behind_the_gateway, (draft.title, draft.agency, draft.lead))
    draft.sections = [
        replace(
            section,
            heading=_behind_the_gateway(section.heading),
            paragraphs=tuple(map(_behind_the_gateway, section.paragraphs)),
        )
        for section in draft.sections
    ]
    return draft.map_cells(lambda cell: cell if cell.key else cell._replace(text=_behind_the_gateway(cell.text)))
