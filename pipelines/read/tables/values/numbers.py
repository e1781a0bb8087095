"""What a printed cell says: a number, nothing, an explicit "none", or something that cannot be read.

``kind`` sorts a single cell text, because the layout of a table depends on which cells can hold values.
``with_values`` turns a whole batch of them into numbers with polars expressions.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal

import polars as pl

from schemas.vocabulary import ValueStatus

Kind = Literal["number", "blank", "mark", "garbled", "label"]

COUNT_UNITS = ("件", "条", "项", "个", "次", "宗", "起", "份", "篇", "人次", "人", "处", "场", "期", "件次", "条次")
MONEY_IN_WANYUAN = {"亿元": "10000", "万元": "1", "元": "0.0001"}
UNITS = frozenset((*COUNT_UNITS, *MONEY_IN_WANYUAN))
_PEOPLE_AND_OCCASIONS = ("人次", "人", "处", "场", "期")
"""Units that count nothing that is handled or published: a figure with one is read only in a column of such a unit."""
_UNITS = "|".join([*MONEY_IN_WANYUAN, *sorted(COUNT_UNITS, key=len, reverse=True), "万"])
_INVISIBLE = "[\u200b-\u200f\u2060\ufeff\u00ad]"
# Raised, lowered and encircled digits are notes beside a figure; NFKC would make digits of them. So is what is no text.
_NOTES = "[\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]"
NOT_TEXT = "\N{OBJECT REPLACEMENT CHARACTER}"
_DASHES = "[‐‑‒–—―−﹣－]"
# A long dash before a figure, or a dash on a line of its own, is a sign only where signs are expected.
_DOUBTFUL_SIGN = r"^\s*(?:[—―]|[‐‑‒–—―−﹣－-][^\S\n]*\n)\s*\d"
# Groups of three may be cut by commas or by a thin or plain space; "1 2" is two numbers, or a damaged one.
NUMBER = (
    r"^(?P<sign>[+\-]|增加|减少|增|减)?\s*(?P<digits>\d{1,3}(?:,\s?\d{3})+|\d{1,3}(?:[ \u2009\u202f]\d{3})+|\d+)"
    rf"(?P<decimals>\.\d+)?\s*(?P<unit>{_UNITS})?$"
)
MARK = r"^(?:[/\\|]|-{1,4}|_{1,4}|[无無]|N/?A|n/?a)$"
# Letters that stand where a scanner or a typist meant digits: never repaired, only recognised as a failed number.
_GARBLED = re.compile(r"^[+\-]?(?=.*[\dOolI〇○])[\dOolI〇○.,+\-\s]+$|^[?？*#.。·]+$")
_FRAGMENT = re.compile(r"^(?:[(]?\d{1,2}[.、)]|[、。,，()（）:：“”\"]+)$")
_CJK = re.compile(r"[㐀-鿿]")
_BEFORE_A_NOTE = r"[\d)）/\\|‐‑‒–—―−﹣－-]"
_NOTE_AS_FIGURE = re.compile(rf"(?<={_BEFORE_A_NOTE}){_NOTES}+|^\s*{_NOTES}+(?=[\d\s.,]*$)")
# A figure with a remark beside it is a figure, though none that can be trusted: 42（含上年2件）, 约70件, 70余件.
_REMARKED = re.compile(
    rf"^(?:约|近|共|计|合计|共计|超过?|其中)?\d[\d,.]*\s*(?:{_UNITS})?(?:[余多]\s*(?:{_UNITS})?|左右|以上)?\s*(?:[(\[【*※].*)?$"
)
# What people write where a figure belongs, or around one: 暂无, 见附件, 无70, 70千. Years (2023年) head columns.
_ODD_FIGURE = re.compile(
    r"^(?!(?:19|20)\d\d年?度?$)(?:无|没有|不含|注|件)?\d[\d,.]*(?:注|件|人|年|月|日|号|户|家|亩|倍|成|[百千]万?|个?百分点)?[。;,、]*$"
    r"|^(?:暂无|未统计|未填报?|不详|不适用|未知|保密|同上|略|空|没有|详?见(?:附件|附表|说明|备注|下表))$"
)
_BRACKETED = re.compile(r"^[(\[]")


def _without_notes(text: str) -> str:
    """A note behind a figure or a mark, before a figure, or alone, becomes a sign that no number holds; before a label (an
    enumerator) it stays."""
    return _NOTE_AS_FIGURE.sub(NOT_TEXT, text)


@lru_cache(maxsize=65536)
def fold_text(text: str) -> str:
    """``text`` in NFKC, without invisible characters, dashes unified, ends stripped."""
    folded = re.sub(_INVISIBLE, "", unicodedata.normalize("NFKC", _without_notes(text)))
    return re.sub(_DASHES, "-", folded).strip()


@lru_cache(maxsize=65536)
def kind(text: str) -> Kind:
    """Sort a cell text. ``label`` is every text that is not a value, a mark or an attempt at one."""
    folded = fold_text(text)
    if not folded:
        return "blank"
    if re.match(NUMBER, folded):
        return "number"
    if re.match(MARK, folded):
        return "mark"
    if _FRAGMENT.match(folded):
        return "label"  # an enumerator or a punctuation mark cut off its label
    if _REMARKED.match(folded) or (NOT_TEXT in folded and re.search(r"\d", folded)):
        return "garbled"
    if _GARBLED.match(folded) or _ODD_FIGURE.match(folded) or not _CJK.search(folded):
        return "garbled"
    return "label"


def whole_number(text: str) -> int | None:
    """The count that a cell prints, with or without its unit and thousands separators; None for anything else."""
    found = re.match(NUMBER, fold_text(text))
    if found is None or found["sign"] or found["decimals"] or found["unit"] in (*MONEY_IN_WANYUAN, "万"):
        return None
    return int(re.sub(r"\D", "", found["digits"]))


def fold(raw: pl.Expr) -> pl.Expr:
    """``fold_text`` as an expression."""
    # Without look-behind, which the engine of polars lacks: the sign before the notes is kept.
    noted = raw.str.replace_all(rf"({_BEFORE_A_NOTE}){_NOTES}+", "${1}" + NOT_TEXT)
    noted = noted.str.replace(rf"^\s*{_NOTES}+([\d\s.,]*)$", NOT_TEXT + "${1}")
    return noted.str.normalize("NFKC").str.replace_all(_INVISIBLE, "").str.replace_all(_DASHES, "-").str.strip_chars()


def with_values(cells: pl.DataFrame, scale: int) -> pl.DataFrame:
    """Add ``value`` (Decimal(20, scale)) and ``value_status`` to printed cells.

    Args:
        cells: columns ``raw_text`` (str), ``unit`` (str or null: the unit of the column, 万元 for money),
            ``money`` (bool), ``signed`` (bool), ``unreadable`` (bool: its place could not be trusted).
        scale: decimals kept; a number with more of them is ``unreadable`` rather than rounded.

    Returns:
        The frame with ``value``, ``value_status`` and ``printed_unit`` (the unit found in the cell, or null).
        Money is in 万元, exact. A sign word (增, 减) counts as a sign only in signed columns. A unit that is
        neither the column's kind nor a money unit in a money column makes the cell ``unreadable``.
    """
    # Ten thousand cells print a thousand texts: what depends on the text alone is worked out once for each.
    texts = _in_steps(cells.select(pl.col("raw_text").unique()), _of_a_text())
    cells = cells.join(texts, on="raw_text", how="left", nulls_equal=True, maintain_order="left")
    return _in_steps(cells, _of_a_cell(scale)).drop(*_WORKING)


_WORKING = ("folded", "number", "is_mark", "has_doubtful_sign", "amount", "exact")
Steps = tuple[dict[str, pl.Expr], ...]
"""Columns to add, by name; those of a step build on those before. Made once: making them costs more than a small batch."""


def _in_steps(frame: pl.DataFrame, steps: Steps) -> pl.DataFrame:
    for columns in steps:
        frame = frame.with_columns(**columns)
    return frame


@cache
def _of_a_text() -> Steps:
    folded = pl.col("folded")
    return (
        {"folded": fold(pl.col("raw_text"))},
        {
            "number": folded.str.extract_groups(NUMBER),
            "is_mark": folded.str.contains(MARK),
            "has_doubtful_sign": pl.col("raw_text").str.contains(_DOUBTFUL_SIGN),
        },
    )


@cache
def _of_a_cell(scale: int) -> Steps:
    sign, digits, decimals, unit = (pl.col("number").struct.field(n) for n in ("sign", "digits", "decimals", "unit"))
    money_factor = unit.replace_strict(MONEY_IN_WANYUAN, default=None).fill_null(
        pl.col("unit").replace_strict(MONEY_IN_WANYUAN, default="1")
    )
    factor = (
        pl.when(unit == "万")
        .then(pl.when("money").then(pl.lit("1")).otherwise(pl.lit("10000")))
        .when("money")
        .then(money_factor)
        .otherwise(pl.lit("1"))
    )
    amount = (
        pl.when(sign.is_in(["-", "减", "减少"])).then(pl.lit("-")).otherwise(pl.lit(""))
        + digits.str.replace_all(r"[,\s\x{2009}\x{202f}]", "")
        + decimals.fill_null("")
    ).cast(pl.Decimal(38, 10), strict=False) * factor.cast(pl.Decimal(38, 4))
    exact = pl.col("amount").cast(pl.Decimal(38, scale), strict=False)
    is_reported = pl.col("value_status") == ValueStatus.REPORTED.value
    return (
        {"amount": amount},
        {"exact": exact},
        {"value_status": _status(sign, digits, unit), "printed_unit": unit},
        {"value": pl.when(is_reported).then(pl.col("exact"))},
    )


def _status(sign: pl.Expr, digits: pl.Expr, unit: pl.Expr) -> pl.Expr:
    known_unit = (
        unit.is_null()
        | (unit == "万")
        | pl.when("money").then(unit.is_in(list(MONEY_IN_WANYUAN))).otherwise(unit.is_in(COUNT_UNITS))
    ) & (~unit.is_in(_PEOPLE_AND_OCCASIONS).fill_null(False) | ~(pl.col("unit") == "件").fill_null(False))
    sign_fits = sign.is_null() | (sign.is_in(["+", "-"]) & ~pl.col("has_doubtful_sign")) | pl.col("signed")
    readable = (
        digits.is_not_null()
        & known_unit
        & sign_fits
        & ~pl.col("unreadable")
        & (pl.col("exact") == pl.col("amount"))
        & (pl.col("money") | (pl.col("amount").cast(pl.Decimal(38, 0), strict=False) == pl.col("amount")))
        & (digits.str.len_chars() <= 15)
    )
    return (
        pl.when("unreadable")
        .then(pl.lit(ValueStatus.UNREADABLE.value))
        .when(pl.col("folded") == "")
        .then(pl.lit(ValueStatus.BLANK.value))
        .when("is_mark")
        .then(pl.lit(ValueStatus.NONE_MARK.value))
        .when(readable.fill_null(False))
        .then(pl.lit(ValueStatus.REPORTED.value))
        .otherwise(pl.lit(ValueStatus.UNREADABLE.value))
    )
