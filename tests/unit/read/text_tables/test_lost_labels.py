"""Text without a trace of blank cells, in which a row of table three has no label.

The figures behind the label above it are that row's own, or those of the row whose label is lost.
"""

import pytest

from pipelines.read.reader import read_report
from tests.unit.read.builders import form_table

TITLE = "某区某局2021年政府信息公开工作年度报告"
COLUMNS = ("自然人", "法人或其他组织", "总计", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
BLANK, LOST = "not_processed_duplicate", "not_processed_official_publication"
ZEROS = (0,) * 7
TABLE = form_table("2021", "applications")
LABELS = {leaf.keys["line"]: leaf.label for leaf in TABLE.blocks[0].row_leaves()}
SUMS = [identity for identity in TABLE.identities if identity.along == "line"]
Figures = dict[str, tuple[int, ...]]


def figures_of_a_report(**changed: tuple[int, ...]) -> Figures:
    """Figures that add up in rows and columns."""
    rows: Figures = dict.fromkeys(LABELS, (3, 1, 0, 0, 0, 2, 6)) | changed
    results = next(identity for identity in SUMS if identity.right == ("processed_total",)).left
    rows["processed_total"] = tuple(map(sum, zip(*(rows[line] for line in results), strict=True)))
    rows["carried_in"] = ZEROS
    total = zip(rows["processed_total"], rows["carried_out"], strict=True)
    rows["received"] = tuple(map(sum, total))
    return rows


def read(rows: Figures, without_label: str = "", blank: str = "", gone: str = "", one_line: bool = False) -> Figures:
    lines = [TITLE, "一、总体情况", "正文。", "三、收到和处理政府信息公开申请情况", *COLUMNS]
    for line, label in LABELS.items():
        if line == gone:
            continue
        texts = [] if line == blank else [str(figure) for figure in rows[line]]
        names = [] if line == without_label else [label]
        lines += [" ".join([*names, *texts])] if one_line else [*names, *texts]
    found = read_report("\n".join(lines).encode(), name="a.txt").to_contract()["applications"]
    values: dict[str, list[int | None]] = {}
    for row in found:
        values.setdefault(row["line"], []).append(row["value"])
    return {line: tuple(own) for line, own in values.items() if None not in own}  # type: ignore[arg-type]


def test_a_whole_text_is_read() -> None:
    rows = figures_of_a_report()
    assert read(rows) == rows


@pytest.mark.parametrize("below", ["not_processed_official_publication", "other_misc", "processed_total"])
def test_figures_behind_a_blank_row_are_not_read_as_its_own_where_the_next_label_is_lost(below: str) -> None:
    above = list(LABELS)[list(LABELS).index(below) - 1]
    rows = figures_of_a_report(**{above: ZEROS})
    found = read(rows, blank=above, without_label=below)
    assert above not in found
    assert found.items() <= rows.items()


def test_a_row_above_one_that_is_left_blank_is_read() -> None:
    rows = figures_of_a_report(**{LOST: ZEROS})
    assert read(rows, blank=LOST) == {line: own for line, own in rows.items() if line != LOST}


@pytest.mark.parametrize("gone", [{}, {LOST: ZEROS}], ids=["figures", "zeros"])
def test_a_row_above_one_that_is_gone_is_refused_whatever_its_figures(gone: dict[str, tuple[int, ...]]) -> None:
    """Sums may show that nothing else fits; then other figures would be read from another place, or not at all."""
    rows = figures_of_a_report(**gone)
    found = read(rows, gone=LOST)
    assert BLANK not in found
    assert found.items() <= rows.items()


def test_figures_on_the_line_of_their_label_are_its_own() -> None:
    rows = figures_of_a_report(**{LOST: ZEROS})
    assert read(rows, gone=LOST, one_line=True)[BLANK] == rows[BLANK]


ANNEX = (
    ("受理依申请公开信息总数", "05", "179"), ("其中：1.当面申请数", "06", "64"), ("2.网上申请数", "07", "73"),
    ("3.信函、传真申请数", "08", "46"), ("电子邮件申请数", "09", "42"), ("其他形式申请数", "10", "3"),
    ("对申请的答复总数", "11", "82"),
    ("其中：1.同意公开答复数", "12", "36"), ("2.同意部分公开答复数", "13", "16"),
)  # fmt: skip


def annex(*rows: tuple[str, ...], sign: str = "\n") -> dict[str, float | None]:
    head = (
        "某区2016年政府信息公开工作年度报告",
        "一、概述",
        "略。",
        "政府信息公开情况统计表",
        "指标名称",
        "代码",
        "2016年度",
    )
    text = "\n".join([*head, *(sign.join(row) for row in rows)])
    found = read_report(text.encode(), name="a.txt").to_contract()["legacy_statistics"]
    return {row["indicator"]: row["value"] for row in found}


def test_figures_of_an_annex_are_not_read_in_the_row_above_a_number_that_is_lost() -> None:
    whole = annex(*ANNEX)
    assert whole["requests.by_channel.email"] == 42
    blank_above_a_lost_label = (*ANNEX[:4], ("电子邮件申请数", "09"), ("3",), *ANNEX[6:])
    found = annex(*blank_above_a_lost_label)
    assert found["requests.by_channel.email"] is None
    assert {name: value for name, value in found.items() if value is not None}.items() <= whole.items()
