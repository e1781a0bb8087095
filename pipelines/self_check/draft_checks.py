"""What a draft should not be published with: the reader's findings, what last year's report contradicts, what is left empty."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.comparison import continuity
from pipelines.comparison.adjacent_years import comparable
from pipelines.comparison.publication_deadline import deadline
from pipelines.read.reader import ReportReading
from pipelines.self_check.wording import repeated_sentence, repeated_share
from schemas.forms.catalogue import KEY_COLUMNS, form_lines
from schemas.rules import finding, rules
from schemas.yaml_text import load_yaml

ORDER = ("error", "warning", "info")
_PARTS = {1: "总体情况", 2: "主动公开政府信息情况", 3: "收到和处理政府信息公开申请情况",
          4: "政府信息公开行政复议、行政诉讼情况", 5: "存在的主要问题及改进情况", 6: "其他需要报告的事项"}  # fmt: skip
_NUMERALS = "〇一二三四五六"
_PROSE = (1, 5, 6)
"""Sections that are prose; the others are a table, which has findings of its own."""
_REPEATED = 80
"""Percent of shared wording from which a section counts as copied. No official threshold exists."""
_NOT_FILLED = ("blank", "none_mark")
_DRAFT, _BEFORE = "draft", "before"


def check_draft(
    draft: ReportReading, previous: ReportReading | None = None, *, today: date | None = None
) -> list[dict[str, Any]]:
    """Findings of a draft, the gravest first, each a row of ``schemas.rules.FINDING_COLUMNS`` with ``label_zh``.

    Args:
        draft: the report to be published.
        previous: the same organ's report of the year before, for what must agree with it.
        today: the day on which it is checked; None leaves out the statutory deadline.
    """
    found = [
        *draft.frames["findings"].to_dicts(),
        *_sections(draft),
        *_cells_not_filled(draft),
        *(_against(draft, previous) if previous is not None else ()),
        *(_deadline(draft, today) if today is not None else ()),
    ]
    graded = [row | {"severity": severities().get(row["rule"], row["severity"])} for row in found]
    named = [row | {"label_zh": rules()[row["rule"]].label_zh} for row in graded]
    return sorted(named, key=lambda row: ORDER.index(row["severity"]))


@cache
def severities() -> Mapping[str, str]:
    """By rule: how grave it is in a draft, where that differs from a published report."""
    raw: dict[str, str] = load_yaml(Path(__file__).with_name("severities.yaml").read_text(encoding="utf-8"))
    return raw


def verdict(findings: list[dict[str, Any]]) -> str:
    """``error``, ``warning``, or ``passed``: the gravest of the findings; hints alone do not count."""
    return next((grade for grade in ORDER[:2] if any(row["severity"] == grade for row in findings)), "passed")


def _sections(draft: ReportReading) -> Iterator[dict[str, Any]]:
    sections = {row["section_no"]: row for row in draft.frames["sections"].to_dicts()}
    for number, name in _PARTS.items():
        if number not in sections:
            yield finding("section_missing", words={"place": _NUMERALS[number], "text": name})
        elif number in _PROSE and not sections[number]["text"].strip():
            yield finding("section_empty", words={"text": sections[number]["heading"]})


def _cells_not_filled(draft: ReportReading) -> Iterator[dict[str, Any]]:
    """One finding for each row of a table that leaves cells blank or marked."""
    labels = {str(row["key"]): str(row["label_zh"]) for row in form_lines()}
    for table, keys in KEY_COLUMNS.items():
        frame = draft.frames[table].filter(pl.col("value_status").is_in(_NOT_FILLED))
        *row_keys, cell_key = keys
        for row, cells in _rows(frame, row_keys):
            places = {key: value for key, value in zip(row_keys, row, strict=True) if key != "article"}
            named = [_label(labels, [*row, cell[cell_key]], cell[cell_key]) for cell in cells]
            words = {
                "place": _label(labels, list(row), "、".join(map(str, places.values()))),
                "cells": "、".join(named),
            }
            known = {key: value for key, value in places.items() if key != "indicator"}
            yield finding("cell_not_filled", words=words, table_name=table, evidence=cells[0]["evidence"], **known)


def _rows(frame: pl.DataFrame, keys: list[str]) -> Iterator[tuple[tuple[Any, ...], list[dict[str, Any]]]]:
    if not keys:
        yield from (((), [cell]) for cell in frame.to_dicts())
        return
    for row, group in frame.group_by(keys, maintain_order=True):
        yield row, group.to_dicts()


def _label(labels: Mapping[str, str], keys: list[Any], default: str) -> str:
    return labels.get("/".join(map(str, keys)), default)


def _against(draft: ReportReading, previous: ReportReading) -> Iterator[dict[str, Any]]:
    """What must agree with the report of the year before, by the rules between published reports."""
    pairs = pl.DataFrame([{
        "report_id": _DRAFT, "version": 1, "other_report_id": _BEFORE, "other_version": 1,
        "before": previous.reading.report_year, "form_table2": draft.reading.form_of("proactive_disclosure"),
        "other_form_table2": previous.reading.form_of("proactive_disclosure"),
    }])  # fmt: skip
    asked = _both(draft, previous, "applications")
    disclosed = _both(draft, previous, "proactive_disclosure")
    violations = [
        continuity.carry_over(comparable(asked), pairs),
        continuity.in_force_stock(comparable(disclosed), pairs),
        continuity.items_previous_year(comparable(disclosed), pairs),
        continuity.published_total_falls(disclosed, pairs),
        continuity.scale_shift(asked, disclosed, pairs),
    ]
    for frame in violations:
        for row in frame.select(continuity.shaped(frame)).iter_rows(named=True):
            yield continuity.violation_finding(row)
    yield from _repeated(draft, previous)


def _both(draft: ReportReading, previous: ReportReading, table: str) -> pl.DataFrame:
    """Cells of the two reports in the columns that the rules between reports compare."""
    chosen: list[Any] = [*KEY_COLUMNS[table], pl.col("value").cast(pl.Float64), "value_status", "evidence"]
    frames = [
        reading.frames[table].select(pl.lit(name).alias("report_id"), pl.lit(1).alias("version"), *chosen)
        for name, reading in ((_DRAFT, draft), (_BEFORE, previous))
    ]
    return pl.concat(frames)


def _repeated(draft: ReportReading, previous: ReportReading) -> Iterator[dict[str, Any]]:
    before = {row["section_no"]: row["text"] for row in previous.frames["sections"].to_dicts()}
    for row in draft.frames["sections"].to_dicts():
        text, old = row["text"], before.get(row["section_no"], "")
        share = repeated_share(text, old)
        if row["section_no"] in (1, 5) and share >= _REPEATED:
            words = {"text": row["heading"], "sample": repeated_sentence(text, old)}
            yield finding("text_repeats_previous_year", words=words, printed=round(share, 1))


def _deadline(draft: ReportReading, today: date) -> Iterator[dict[str, Any]]:
    reading = draft.reading
    if reading.report_year is None or reading.published_date is not None:
        return
    last = deadline(reading.report_year, reading.level, reading.scope)
    if today > last:
        yield finding("published_after_deadline", words={"year": reading.report_year, "deadline": last})
