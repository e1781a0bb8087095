"""Variations of the figures' spelling (docs/domain/labels.md#values): the value stays, the printed text differs."""

from collections.abc import Callable
from decimal import Decimal

from gongkai.demo.figures import APPLICATIONS, DISPUTES, PROACTIVE, Figure, Key
from gongkai.demo.layout import APPLICANTS, lines, unit_of
from schemas.vocabulary import ValueStatus
from tests.factory.case import Draft, variation

_FULLWIDTH = str.maketrans("0123456789,.+-", "０１２３４５６７８９，．＋－")
_CELLS_STAND_ALONE = ("html", "flat_html", "pdf", "docx")  # a space inside a number separates cells in flat lines


def _respell(draft: Draft, spell: Callable[[Key, Figure], str | None]) -> bool:
    """Print reported figures as ``spell`` says; None leaves a figure as it is."""
    changes = {}
    for key, figure in draft.figures.cells.items():
        raw = spell(key, figure) if figure.value is not None else None
        if raw is not None and raw != figure.raw:
            changes[key] = figure._replace(raw=raw)
    draft.figures = draft.figures.with_cells(changes)
    return bool(changes)


def _restate(draft: Draft, keys: list[Key], raw: str, status: ValueStatus) -> bool:
    draft.figures = draft.figures.with_cells({key: Figure(raw, None, status) for key in keys})
    return bool(keys)


def _zeros(draft: Draft) -> list[Key]:
    return [key for key, figure in draft.figures.cells.items() if figure.value == 0 and key[0] != PROACTIVE]


@variation("figures", "1,234")
def thousands_commas(draft: Draft) -> bool:
    return _respell(draft, lambda _, f: f"{f.value:,}" if f.raw.isdigit() and f.value and f.value >= 1000 else None)


@variation("figures", "1 234", _CELLS_STAND_ALONE, excludes=("thousands_commas",))
def thousands_spaces(draft: Draft) -> bool:
    def spell(_: Key, f: Figure) -> str | None:
        return f"{f.value:,}".replace(",", " ") if f.raw.isdigit() and f.value and f.value >= 1000 else None

    return _respell(draft, spell)


@variation("figures", "１２３４", excludes=("thousands_spaces", "unit_suffix"))
def fullwidth_digits(draft: Draft) -> bool:
    return _respell(draft, lambda _, f: f.raw.translate(_FULLWIDTH) if draft.rng.random() < 0.5 else None)


@variation("figures", "1234件", excludes=("fullwidth_digits",))
def unit_suffix(draft: Draft) -> bool:
    """The column's own unit behind some numbers."""

    def spell(key: Key, f: Figure) -> str | None:
        unit = unit_of(draft.figures.form2, key)
        return f"{f.raw}{unit}" if unit != "万元" and draft.rng.random() < 0.3 else None

    return _respell(draft, spell)


@variation("figures", "本年增/减 －41 ＋36")
def fullwidth_signs(draft: Draft) -> bool:
    signs = str.maketrans("+-", "＋－")
    return _respell(draft, lambda key, f: f.raw.translate(signs) if key[-1] == "items_change" else None)


@variation("figures", "+36 is often printed 36", excludes=("fullwidth_signs",))
def unsigned_increase(draft: Draft) -> bool:
    return _respell(draft, lambda key, f: f.raw.lstrip("+") if key[-1] == "items_change" else None)


def _money(value: Decimal, unit: str) -> str:
    factor = {"万元": Decimal(1), "元": Decimal(10_000), "亿元": Decimal("0.0001")}[unit]
    return f"{(value * factor).normalize():f}{unit}"


@variation("figures", "115800万元, 251000元", excludes=("fullwidth_digits", "thousands_commas"))
def money_unit_in_cell(draft: Draft) -> bool:
    """采购总金额 has no unit in its header: the cell says 万元, 元 or 亿元."""
    unit = draft.rng.choice(("万元", "元", "亿元"))
    return _respell(
        draft, lambda key, f: _money(f.value or Decimal(0), unit) if key[-1] == "procurement_amount" else None
    )


@variation("figures", "number with blanks around it", _CELLS_STAND_ALONE)
def padded_numbers(draft: Draft) -> bool:
    return _respell(draft, lambda _, f: draft.rng.choice((" {}", "  {}", "{} ", "{}\xa0", "　{}")).format(f.raw))


@variation("figures", "zero cells empty, totals filled", excludes=("zeros_as_none_marks",))
def blank_zeros(draft: Draft) -> bool:
    keys = [key for key in _zeros(draft) if key[-1] != "total"]
    return _restate(draft, keys, draft.rng.choice(("", "", "\xa0", "　")), ValueStatus.BLANK)


@variation("figures", "上海 2019 left zeros and most totals blank", excludes=("zeros_as_none_marks",))
def blank_zeros_and_totals(draft: Draft) -> bool:
    """Every zero is empty, and so is 总计 on every result row."""
    stocks = ("received", "carried_in", "processed_total", "carried_out")
    totals = [(APPLICATIONS, line, "total") for line in lines(draft.figures.form3) if line not in stocks]
    return _restate(draft, [*_zeros(draft), *totals], "", ValueStatus.BLANK)


@variation("figures", "/ for none")
def zeros_as_none_marks(draft: Draft) -> bool:
    mark = draft.rng.choice(("/", "-", "--", "—", "－", "无"))
    return _restate(draft, _zeros(draft), mark, ValueStatus.NONE_MARK)


@variation("figures", "one line or table left unfilled")
def blank_line(draft: Draft) -> bool:
    """A whole row of zeros is left empty, total included."""
    cells = draft.figures.cells
    empty = [x for x in lines(draft.figures.form3) if all(not cells[APPLICATIONS, x, a].value for a in APPLICANTS)]
    if not empty:
        return False
    line = draft.rng.choice(empty)
    return _restate(draft, [(APPLICATIONS, line, a) for a in APPLICANTS], "", ValueStatus.BLANK)


@variation("figures", "five blank dispute cells mean none reported")
def blank_disputes(draft: Draft) -> bool:
    """Table four of an agency without disputes: nothing is filled in."""
    keys = [key for key in draft.figures.cells if key[0] == DISPUTES]
    return _restate(draft, keys, "", ValueStatus.BLANK)
