"""Prose against tables: what the text says of a figure that table three or four prints, in three classes.

``match``: the figure stands in the table. ``narrative_other_basis``: it follows from the table on another basis (closed
cases only, received plus carried in) or the text speaks of the office alone (本级). ``narrative_mismatch``: it follows
from nothing the table prints. A figure counts only where the sentence names the act and the kind of figure without doubt.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.report_rules.batch import KEY, Batch
from schemas.labels import squeeze
from schemas.rules import finding

_TAIL = (
    r"[”\"]?(?:的)?(?:政府信息公开|信息公开)?(?:申请|案件)?(?:共计|合计|总计|共|为|数)?"
    r"(?P<n>\d{1,3}(?:,\d{3})+|\d+)(?:件|宗|条|份|起)"
)
# What the words before a figure speak of. A figure has one meaning only where these words stand right before it.
_FIGURES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (what, re.compile(words + _TAIL))
    for what, words in (
        (
            "received",
            "(?:新收到?|收到|受理)(?:的)?(?:政府)?(?:信息公开)?(?:依申请公开|依申请|公开申请|申请公开)(?:政府信息)?",
        ),
        ("received", "(?:新收到?|收到|受理)(?:的)?(?:各类)?政府信息公开"),
        ("carried_in", "上年(?:度)?结转"),
        ("carried_out", "结转(?:到|至)?下(?:一)?年(?:度)?(?:继续(?:办理|处理))?"),
        ("granted", "(?<!不)予以公开"),
        ("granted_in_part", "部分公开"),
        ("denied", "不予公开"),
        ("unavailable", "无法提供"),
        ("not_processed", "不予处理"),
        ("other", "其他处理"),
        ("review", "(?:被申请|提起|引发|发生)?行政复议"),
        ("litigation", "(?:被提起|提起|引发|发生)?行政诉讼"),
    )
)
_LINES = ("received", "carried_in", "carried_out", "granted", "granted_in_part")
_OFFICE_ALONE = re.compile(
    "本机关|本级|政府办(?!理)|办公室|办公厅|代表.{0,6}政府|局机关|门户网站|平台|网上|信函|当面|邮件|电子邮箱|线上"
)
_OTHER_YEAR = re.compile(r"上年同期|去年|较上年|比上年|历年|累计|自\d{4}年以来|每年")


def narrative_findings(batch: Batch) -> list[dict[str, Any]]:
    """Findings for sections one and six of every report of the batch that prints table three."""
    frames = batch.frames
    table = _totals(frames["applications"])
    for key, outcomes in _outcomes(frames["disputes"]).items():
        table.setdefault(key, {}).update(outcomes)
    found: list[dict[str, Any]] = []
    sections = frames["sections"].filter(pl.col("section_no").is_in([1, 6]))
    for section in sections.iter_rows(named=True):
        key = (section["report_id"], section["payload_digest"])
        if key in table:
            for row in _judge(section["text"], table[key]):
                found.append(dict(zip(KEY, key, strict=True)) | row)
    return found


def _totals(applications: pl.DataFrame) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Per report: every line's printed total and the sums of the groups, where all of their parts are printed."""
    totals: dict[tuple[str, str], dict[str, Decimal]] = {}
    printed = applications.filter((pl.col("applicant") == "total") & pl.col("value").is_not_null())
    for report_id, digest, line, value in printed.select(*KEY, "line", "value").iter_rows():
        totals.setdefault((report_id, digest), {})[line] = Decimal(value)
    for values in totals.values():
        for group in ("denied", "unavailable", "not_processed", "other"):
            parts = [value for line, value in values.items() if line.startswith(f"{group}_")]
            if parts and group not in values:
                values[group] = sum(parts, Decimal(0))
    return totals


def _outcomes(disputes: pl.DataFrame) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Per report: review and litigation cases, all and closed (total less pending)."""
    cells: dict[tuple[str, str], dict[tuple[str, str], Decimal]] = {}
    printed = disputes.filter(pl.col("outcome").is_in(["total", "pending"]) & pl.col("value").is_not_null())
    for report_id, digest, procedure, outcome, value in printed.select(
        *KEY, "procedure", "outcome", "value"
    ).iter_rows():
        cells.setdefault((report_id, digest), {})[procedure, outcome] = Decimal(value)
    found: dict[tuple[str, str], dict[str, Decimal]] = {}
    for key, values in cells.items():
        total = {
            name: values.get((name, "total")) for name in ("review", "litigation_direct", "litigation_after_review")
        }
        direct, after, review = total["litigation_direct"], total["litigation_after_review"], total["review"]
        mine = found.setdefault(key, {})
        if review is not None:
            mine |= {"review": review, "review_closed": review - values.get(("review", "pending"), Decimal(0))}
        if direct is not None and after is not None:
            pending = values.get(("litigation_direct", "pending"), Decimal(0)) + values.get(
                ("litigation_after_review", "pending"), Decimal(0)
            )
            mine |= {"litigation": direct + after, "litigation_closed": direct + after - pending}
            mine |= {"litigation_direct": direct, "litigation_after_review": after}
    return found


def _sentences(text: str) -> Iterator[str]:
    for sentence in re.split(r"[。；;\n]", text):
        squeezed = squeeze(sentence)
        if squeezed:
            yield squeezed


def _judge(text: str, printed: Mapping[str, Decimal]) -> Iterator[dict[str, Any]]:
    told: set[str] = set()
    for sentence in _sentences(text):
        for what, pattern in _FIGURES:
            for hit in pattern.finditer(sentence):
                # 行政复议 and 行政诉讼 count here only where the sentence speaks of disclosure.
                if what in ("review", "litigation") and "信息公开" not in sentence:
                    continue
                if what in told or what not in printed or _OTHER_YEAR.search(sentence[: hit.start()][-12:]):
                    continue
                told.add(what)
                said = Decimal(hit.group("n").replace(",", ""))
                verdict = _verdict(what, said, printed, sentence[: hit.end()])
                if verdict:
                    words = {"place": what, "text": _quote(sentence, hit.start(), hit.end())}
                    line = what if what in _LINES else None
                    fields = {"printed": said, "expected": printed[what], "line": line}
                    yield finding(verdict, table_name="applications", words=words, **fields)


def _quote(sentence: str, start: int, end: int) -> str:
    """The figure with some words before it; a number among these is not cut."""
    begin = max(0, start - 12)
    while begin > 0 and sentence[begin - 1 : begin + 1].isdecimal():
        begin -= 1
    return sentence[begin:end]


def _verdict(what: str, said: Decimal, printed: Mapping[str, Decimal], before: str) -> str | None:
    if said == printed[what]:
        return None
    if what in ("review", "litigation"):
        others = {value for name, value in printed.items() if name.startswith(f"{what}_")}
        return "narrative_other_basis" if said in others or _OFFICE_ALONE.search(before) else "narrative_mismatch"
    stock = printed.get("received", Decimal(0)) + printed.get("carried_in", Decimal(0))
    other_bases = {stock, printed.get("processed_total")} if what == "received" else set()
    if said in other_bases or _OFFICE_ALONE.search(before):
        return "narrative_other_basis"
    return "narrative_mismatch"
