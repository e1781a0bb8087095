"""Values as text: digits exact, no exponent; CSV that a spreadsheet does not run; JSON whose numbers keep every digit.

Shared by every command that prints or writes rows.
"""

import csv
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TextIO

_FORMULA = re.compile(r"^[=+@\t\r]|^-.*[^0-9.,%-]", re.DOTALL)
"""What a spreadsheet would run when a cell begins with it. Page text is data."""


def exact(value: object) -> str:
    """A value as text. Numbers have every digit they have and no exponent; moments are UTC in ISO 8601; NULL is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _digits(value)
    if isinstance(value, Decimal):
        return _plain(f"{value:f}")
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        return " ".join(line.lstrip() for line in to_json(value).splitlines())
    return str(value)


def _digits(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    return _plain(f"{Decimal(repr(value or 0.0)):f}")


def _plain(digits: str) -> str:
    """Without zeros that say nothing. As text: ``Decimal.normalize`` would round beyond 28 digits."""
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat(sep=" ")
    return (
        value.astimezone(UTC)
        .isoformat(timespec="microseconds" if value.microsecond else "seconds")
        .replace("+00:00", "Z")
    )


def write_csv(target: TextIO, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows as CSV, written as they come. Text that a spreadsheet would run gets an apostrophe in front."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_harmless(value) for value in row])


def _harmless(value: object) -> str:
    text = exact(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def write_json(target: TextIO, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows as a list of objects, written as they come."""
    separator = "[\n"
    for row in rows:
        target.write(separator + _indented(to_json(dict(zip(names, row, strict=True)))))
        separator = ",\n"
    target.write("[]\n" if separator == "[\n" else "\n]\n")


def _indented(text: str) -> str:
    return "\n".join(f" {line}" for line in text.splitlines())


def write_markdown(target: TextIO, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows as a Markdown table, written as they come. NULL is empty."""
    target.write(f"| {' | '.join(map(_escaped, names))} |\n|{'---|' * len(names)}\n")
    for row in rows:
        target.write(f"| {' | '.join(map(_escaped, row))} |\n")


def _escaped(value: object) -> str:
    """Text inside a Markdown cell: no line break, no bar, no markup of its own."""
    words = " ".join(exact(value).split())
    return re.sub(r"([\\`*_{}\[\]<>|~])", r"\\\1", words)


def to_json(value: object, depth: int = 0) -> str:
    """JSON with an indent of one; a decimal is a number with all its digits, a moment or date its ISO text."""
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float | Decimal):
        return exact(value) if math.isfinite(value) else "null"
    if isinstance(value, Mapping):
        return _enclosed(
            "{}",
            (f"{json.dumps(str(k), ensure_ascii=False)}: {to_json(v, depth + 1)}" for k, v in value.items()),
            depth,
        )
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return _enclosed("[]", (to_json(item, depth + 1) for item in value), depth)
    if isinstance(value, timedelta):
        return json.dumps(str(value))
    return json.dumps(exact(value), ensure_ascii=False)


def _enclosed(brackets: str, parts: Iterator[str], depth: int) -> str:
    held = list(parts)
    if not held:
        return brackets
    space = "\n" + " " * (depth + 1)
    return brackets[0] + space + f",{space}".join(held) + "\n" + " " * depth + brackets[1]
