# ruff: noqa: E501 - CJK counts double in the line length
"""Figures in prose: never a wrong one, and most of those that sentences state plainly."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.extract.document import Line
from pipelines.read.prose.narrative_statistics import narrative_statistics
from pipelines.read.prose.numerals import number
from pipelines.read.reader import read_report

_DATA = yaml.safe_load((Path(__file__).parents[3] / "data" / "narrative_sentences.yaml").read_text(encoding="utf-8"))
_SHORT: dict[str, str] = _DATA["short"]
_AGENCIES = {
    "bureau": ("示例县水利局", "department"),
    "county": ("示例县人民政府", "region_aggregate"),
    "town": ("示例镇人民政府", "township"),
}
LEAST_RECALL = 0.7

Case = tuple[str, dict[str, Decimal], str]


def _cases(kind: str) -> list[Case]:
    cases = []
    for text, expected, agency in ((*entry, *({}, "bureau")[len(entry) - 1 :]) for entry in _DATA[kind]):
        cases.append((text, {_SHORT[key]: Decimal(str(value)) for key, value in expected.items()}, agency))
    return cases


SAID, TRAPS = _cases("said"), _cases("traps")


def _read(paragraphs: Sequence[str], agency: str = "bureau", year: int = 2012) -> dict[str, Decimal]:
    lines = [Line(text, f"text:line {number}") for number, text in enumerate(paragraphs, start=1)]
    name, scope = _AGENCIES[agency]
    found = narrative_statistics(lines, [], frozenset(), report_year=year, agency=name, scope=scope)
    return {figure.indicator.key: figure.value for figure in found}


def test_there_are_three_hundred_sentences_and_half_of_them_are_traps() -> None:
    assert len(SAID) + len(TRAPS) >= 300
    assert len(TRAPS) >= 150


@pytest.mark.parametrize(("text", "expected", "agency"), [*SAID, *TRAPS], ids=lambda value: str(value)[:40])
def test_no_figure_is_wrong(text: str, expected: dict[str, Decimal], agency: str) -> None:
    read = _read([text], agency)
    assert read == {key: expected.get(key) for key in read}


def test_recall_of_plain_sentences() -> None:
    wanted = [(text, key, value, agency) for text, expected, agency in SAID for key, value in expected.items()]
    missed = [(text, key) for text, key, value, agency in wanted if _read([text], agency).get(key) != value]
    recall = 1 - len(missed) / len(wanted)
    print(f"recall {recall:.3f} of {len(wanted)} figures in {len(SAID)} sentences; missed: {missed}")
    assert recall >= LEAST_RECALL


_UNSEEN = yaml.safe_load((Path(__file__).parents[3] / "data" / "narrative_unseen.yaml").read_text(encoding="utf-8"))


def test_sentences_that_no_pattern_was_written_after() -> None:
    """A hundred more: none is read wrong, and at least four of five figures are read."""
    cases = [(*entry, *({}, "bureau")[len(entry) - 1 :]) for entry in (*_UNSEEN["said"], *_UNSEEN["traps"])]
    right = wanted = 0
    for text, said, agency in cases:
        expected = {_SHORT[key]: Decimal(str(value)) for key, value in said.items()}
        read = _read([text], agency)
        assert read == {key: expected.get(key) for key in read}, text
        right, wanted = right + len(read), wanted + len(expected)
    assert len(cases) >= 100
    assert right >= 0.8 * wanted


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["上年情况如下。", "收到政府信息公开申请5件。"], {}),
        (["上年情况如下。", *["我局完善了工作制度。"] * 4, "收到政府信息公开申请5件。"], {"requests.received": 5}),
        (["主动公开政府信息33条。", *["我局完善了工作制度。"] * 4, "上年情况如下。", "收到政府信息公开申请5件。"], {"proactive.total": 33}),
        (["县教育局情况。我局完善了工作制度。", "收到政府信息公开申请5件。"], {}),
        (["收到政府信息公开申请12件。", "其中包括上年结转3件。"], {}),
    ],
)  # fmt: skip
def test_text_without_figures_forbids_those_right_behind_it(texts: list[str], expected: dict[str, int]) -> None:
    assert _read(texts) == expected


_BUREAU_SAID = [case for case in SAID if case[2] == "bureau"]
_BUREAU_TRAPS = [case for case in TRAPS if case[2] == "bureau"]
_WITHOUT_SUBJECT = {"当面申请3件，网络申请2件。", "同意公开3件。", "维持3件。"}
"""Alone they say nothing; right behind a sentence that names their subject they do."""


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["全年共制定规范性文件12件，均按时公开。", "主动公开政府信息339条。共主动公开政府信息341条。"], {}),
        (["收到政府信息公开申请5件，其中当面申请9件。", "全年受理政府信息公开申请9件，其中同意公开6件。"],
         {"requests.received": 5}),
    ],
)  # fmt: skip
def test_a_doubtful_figure_and_a_part_larger_than_its_whole_are_not_made_sure_by_other_sentences(
    texts: list[str], expected: dict[str, int]
) -> None:
    read = _read(texts)
    assert {
        key: value for key, value in read.items() if key in {"proactive.total", "requests.by_channel.in_person"}
    } == {}
    assert {key: read.get(key) for key in expected} == expected


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_trap_beside_a_plain_sentence_adds_no_figure(data: st.DataObject) -> None:
    plain = data.draw(st.sampled_from(_BUREAU_SAID))
    trap = data.draw(st.sampled_from(_BUREAU_TRAPS))
    behind, joined = data.draw(st.booleans()), data.draw(st.booleans())
    assume(not (joined and behind and trap[0] in _WITHOUT_SUBJECT))
    texts = [plain[0], trap[0]] if behind else [trap[0], plain[0]]
    read = _read(["".join(texts)] if joined else texts)
    allowed = [(key, value) for case in (plain, trap) for key, value in case[1].items()]
    assert set(read.items()) <= set(allowed)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_line_break_anywhere_adds_no_figure(data: st.DataObject) -> None:
    text, expected, agency = data.draw(st.sampled_from([*SAID, *TRAPS]))
    at = data.draw(st.integers(1, len(text) - 1))
    assert _read([text[:at], text[at:]], agency).items() <= expected.items()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("12", 12), ("1,234", 1234), ("十", 10), ("十二", 12), ("二十", 20), ("九十八", 98), ("一百零五", 105),
        ("二百三十五", 235), ("一千二百", 1200), ("一千零三", 1003), ("两", 2), ("零", 0), ("120.50", "120.5"),
        ("一百二", None), ("二三", None), ("十十", None), ("百", None), ("007", None), ("一百十", None), ("三百零", None), ("", None),
    ],
)  # fmt: skip
def test_numerals(text: str, value: object) -> None:
    assert number(text) == (None if value is None else Decimal(str(value)))


def _page(title: str, *paragraphs: str) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in (title, *paragraphs))
    return f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>".encode()


_HEADINGS = (
    "一、概述", "二、主动公开政府信息情况", "三、依申请公开政府信息情况", "四、收费及减免情况",
    "五、因政府信息公开申请行政复议、提起行政诉讼情况", "六、主要问题和改进措施",
)  # fmt: skip


def _report(title: str, *texts: str) -> bytes:
    return _page(title, *(line for pair in zip(_HEADINGS, texts, strict=True) for line in pair))


_BUREAU = "示例县水利局{}年政府信息公开工作年度报告"
_COUNTY = "示例县人民政府{}年政府信息公开工作年度报告"
_EMPTY = "按要求开展工作。"
REPORTS: list[tuple[bytes, dict[str, float]]] = [
    (
        _report(_BUREAU.format(2012), "政府信息公开工作配备专职人员1名、兼职人员2名。", "2012年，我局共主动公开政府信息339条。",
                "全年收到政府信息公开申请4件，其中网络申请4件。", "未收取费用。", "因政府信息公开被申请行政复议1件。", _EMPTY),
        {"resources.staff.full_time": 1, "resources.staff.part_time": 2, "proactive.total": 339, "requests.received": 4,
         "requests.by_channel.online": 4, "review.total": 1},
    ),
    (_report(_BUREAU.format(2009), _EMPTY, "2009年度共主动公开政府信息310条。", "2009年未收到政府信息公开申请。", _EMPTY, _EMPTY, _EMPTY),
     {"proactive.total": 310, "requests.received": 0}),
    (_report(_BUREAU.format(2009), _EMPTY, "2010年度共主动公开政府信息310条。", _EMPTY, _EMPTY, _EMPTY, _EMPTY), {}),
    (_report(_BUREAU.format(2012), "统计期限为2008年5月1日至2012年12月31日。", "共主动公开政府信息310条。", _EMPTY, _EMPTY, _EMPTY, _EMPTY), {}),
    (_report(_BUREAU.format(2012), "统计期限为2012年1月1日至2012年12月31日。", "共主动公开政府信息310条。", _EMPTY, _EMPTY, _EMPTY, _EMPTY),
     {"proactive.total": 310}),
    (_report(_BUREAU.format(2012), "全年主动公开政府信息300条。", "共主动公开政府信息310条。", "收到政府信息公开申请2件。", _EMPTY, _EMPTY, _EMPTY),
     {"requests.received": 2}),
    (_report(_BUREAU.format(2012), _EMPTY, "共主动公开政府信息310条。", _EMPTY, _EMPTY, _EMPTY, "2012年收到政府信息公开申请9件。"),
     {"proactive.total": 310}),
    (_report(_COUNTY.format(2018), _EMPTY, "2018年，全县新增主动公开政府信息4492条。其中，县级机关2244条。《条例》实施以来，累计主动公开政府信息28413条。",
             "全县共受理政府信息公开申请58件。", _EMPTY, _EMPTY, _EMPTY),
     {"proactive.total": 4492, "requests.accepted": 58}),
    (_page(_BUREAU.format(2012), *_HEADINGS[:2], "共主动公开政府信息310条。", *_HEADINGS[2:], _BUREAU.format(2011),
           "收到政府信息公开申请9件。"), {}),
    (_report(_BUREAU.format(2012), _EMPTY, "（一）下属单位公开情况", _EMPTY, _EMPTY, _EMPTY, _EMPTY), {}),
    (_page(_BUREAU.format(2012), *_HEADINGS[:2], "（一）上年公开情况", "主动公开政府信息12条。", "（二）本年公开情况", "2012年主动公开政府信息15条。",
           *_HEADINGS[2:]), {"proactive.total": 15}),
    (_page(_BUREAU.format(2012), *_HEADINGS[:2], "《条例》实施以来，累计", "主动公开政府信息2841条。", *_HEADINGS[2:]), {}),
    (_report(_BUREAU.format(2012), _EMPTY, "共主动公开政府信息310条。", _EMPTY, "共收取政府信息公开费用12.5元。", "上述数据均为历年累计。", _EMPTY), {}),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), REPORTS, ids=range(len(REPORTS)))
def test_whole_reports(data: bytes, expected: dict[str, float]) -> None:
    rows = _rows(data)
    assert {row["indicator"]: row["value"] for row in rows} == expected
    text = data.decode()
    for row in rows:
        assert row["raw_text"] in row["sentence"]
        assert row["sentence"] in text
        assert row["evidence"].startswith("html:p[")


def _rows(data: bytes) -> list[dict[str, Any]]:
    parsed = read_report(data).to_contract()
    assert not parsed["legacy_statistics"]
    assert not parsed["applications"]
    rows: list[dict[str, Any]] = parsed["narrative_statistics"]
    return rows


def test_a_figure_says_how_sure_it_is() -> None:
    rows = _rows(REPORTS[0][0]) + _rows(REPORTS[1][0])
    sure = {(row["indicator"], row["value"]): row["confidence"] for row in rows}
    assert sure["proactive.total", 339] == "explicit"
    assert sure["requests.by_channel.online", 4] == "in_context"
    assert sure["requests.received", 0] == "stated_none"
