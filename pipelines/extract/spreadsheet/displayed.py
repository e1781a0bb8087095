"""What a spreadsheet cell shows: the stored value under its number format.

A workbook stores 12.57 and shows "13" under the format ``0``; it stores 0 and shows nothing under ``0;-0;``. What is printed
is what is shown. Formats beyond plain digits, grouping and literals are not imitated: such a cell shows something we cannot tell.
"""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

UNDETERMINED = "\N{REPLACEMENT CHARACTER}"
"""Placeholder for the content of a cell that cannot be determined: neither blank nor a number."""

_GENERAL = re.compile(r"^(?:general|g/通用格式|@|)$", re.I)
_IGNORED = re.compile(r"\[(?:\$[^\]]*|black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|dbnum1)\]", re.I)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.?|\*(?: |$)')
_SPACING = re.compile(r"_.?|\*.?")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[0?#]+)?%?")
_DATE = re.compile(r"[ymdhs年月日]", re.I)
_MOST_DIGITS = 15
"""A double holds no more decimal digits than these."""
_MOST_IN_GENERAL = 11
"""Characters that ``General`` shows of a number in Excel, which rounds what is longer, or writes it with an exponent."""


def displayed(value: object, number_format: str | None) -> str:
    """The text that a cell shows; ``UNDETERMINED`` where its format is one that is not imitated.

    Args:
        value: As stored: str, int, float, bool, date, datetime, time or None.
        number_format: As Excel writes it: ``General``, ``0``, ``#,##0.00``, ``0_ ``.
    """
    form = number_format or ""
    if value is None:
        return ""
    if isinstance(value, str):
        return _text(value, form)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date | datetime | time):
        return _day(value)
    if isinstance(value, int | float):
        return _number(value, form)
    return UNDETERMINED


def _text(value: str, form: str) -> str:
    sections = form.split(";")
    if len(sections) != 4:
        return value
    section = _IGNORED.sub("", sections[3])  # the fourth section formats text: ";;;" hides it
    if not section.strip():
        return ""
    return value if _SPACING.sub("", section).strip() == "@" else UNDETERMINED


def _day(value: date | datetime | time) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    return value.isoformat()


def _number(value: float, form: str) -> str:
    form = _IGNORED.sub("", form)
    if _GENERAL.match(form.strip()):
        return plain(value)
    sections = form.split(";")
    section = _section(sections, value)
    if section is None:
        return UNDETERMINED
    if len(sections) > 1 and not section.strip():
        return ""  # an empty section shows nothing
    value = abs(value) if value < 0 and len(sections) > 1 else value
    if _GENERAL.match(section.strip()):
        return plain(value)
    return _under(section, value)


def _section(sections: list[str], value: float) -> str | None:
    """The section that applies to a value: positive; negative; zero; or as conditions say (``[=0]"-";0``)."""
    if any("[" in section for section in sections):
        return _conditional(sections, value)
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[1] if value < 0 and len(sections) > 1 else sections[0]


def _conditional(sections: list[str], value: float) -> str | None:
    """The first section whose condition holds, else the last, which has none; None for other uses of brackets."""
    *tested, last = sections
    if value < 0 or "[" in last or not 1 <= len(tested) <= 2:
        return None
    for section in tested:
        condition = _CONDITION.match(section)
        rest = _CONDITION.sub("", section, count=1)
        if condition is None or "[" in rest:
            return None
        if _COMPARISONS[condition[1]](value, float(condition[2])):
            return rest
    return last


def _under(section: str, value: float) -> str:
    literals: list[str] = []

    def keep(found: re.Match[str]) -> str:
        literals.append(found[1] if found[1] is not None else found[2] or "")
        return "\0"

    masked = _LITERAL.sub(keep, section)
    places = _DIGITS.findall(masked)
    rest = _DIGITS.sub("", masked).replace("\0", "").strip(" ()+-¥$￥元件个条人次万")
    if not places:
        return UNDETERMINED if rest or _DATE.search(masked) else _filled(masked, literals, None)
    if len(places) > 1 or rest or places[0].rstrip("%").endswith(",") or "?" in places[0]:
        return UNDETERMINED  # scaled by thousands, fractions, dates, exponents
    return _filled(_DIGITS.sub("\1", masked), literals, _digits(places[0], value))


def _digits(place: str, value: float) -> str:
    exact = Decimal(repr(value)) * (100 if place.endswith("%") else 1)
    whole, _, fraction = place.rstrip("%").partition(".")
    rounded = exact.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    for optional in reversed(fraction):
        if optional != "#" or not text.endswith("0"):
            break
        text = text[:-1]
    least = whole.replace(",", "").count("0")
    if least > 1:
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        text = sign + digits.zfill(least + len(digits) - len(digits.partition(".")[0]))
    if least == 0 and rounded == 0 and not fraction:
        return ""  # "#" shows no zero
    return text.rstrip(".") + ("%" if place.endswith("%") else "")


def _filled(masked: str, literals: list[str], number: str | None) -> str:
    rest = iter(literals)
    shown = "".join(next(rest) if char == "\0" else (number or "") if char == "\1" else char for char in masked)
    return shown.strip()


def plain(value: float) -> str:
    """A number as ``General`` shows it in a wide cell: no exponent, no trailing zeros. ``UNDETERMINED`` where it is too long."""
    if value != value or value in (float("inf"), float("-inf")):
        return UNDETERMINED
    text = str(int(value)) if float(value).is_integer() else f"{Decimal(f'{value:.{_MOST_DIGITS}g}'):f}"
    return text if len(text.lstrip("-")) <= _MOST_IN_GENERAL else UNDETERMINED
