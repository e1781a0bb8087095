"""Digits are exact, whatever they are printed in."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.values import exact, to_json, write_csv, write_json, write_markdown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (11398889.0, "11398889"),
        (11398899.0, "11398899"),
        (1e22, "10000000000000000000000"),
        (1.5e-7, "0.00000015"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (Decimal("3.400000"), "3.4"),
        (Decimal("1E+3"), "1000"),
        (Decimal("12345678901234567890123456789012.123456"), "12345678901234567890123456789012.123456"),
        (Decimal("0E-6"), "0"),
        (2**70, "1180591620717411303424"),
        (True, "true"),
        (None, ""),
        (date(2024, 3, 1), "2024-03-01"),
        (datetime(2024, 3, 1, 2, 0, tzinfo=UTC), "2024-03-01T02:00:00Z"),
        ([1, {"a": Decimal("2.50")}], '[ 1, { "a": 2.5 } ]'),
    ],
)
def test_a_value_as_text(value, text):
    assert exact(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_as_it_was(value):
    assert float(exact(value)) == value
    assert "e" not in exact(value).lower()


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_decimal_comes_back_as_it_was(value):
    assert Decimal(exact(value)) == value
    assert json.loads(to_json([value]), parse_float=Decimal, parse_int=Decimal) == [value]


def test_csv_keeps_digits_and_runs_no_formula():
    target = io.StringIO()
    write_csv(target, ["a", "b"], [("=1+1", Decimal("-5.10")), ("-5", None), ("-a", True), ("@x", 'say "x"')])
    assert target.getvalue() == 'a,b\n\'=1+1,-5.1\n-5,\n\'-a,true\n\'@x,"say ""x"""\n'


def test_json_is_a_list_of_objects_also_when_empty():
    target = io.StringIO()
    write_json(target, ["a", "b"], [(1, Decimal("2.5")), ("x\ny", None)])
    assert json.loads(target.getvalue()) == [{"a": 1, "b": 2.5}, {"a": "x\ny", "b": None}]
    empty = io.StringIO()
    write_json(empty, ["a"], [])
    assert empty.getvalue() == "[]\n"


def test_markdown_of_a_page_is_text():
    target = io.StringIO()
    write_markdown(target, ["a"], [("x|y\n<b>*z*</b>",), (None,)])
    assert target.getvalue() == "| a |\n|---|\n| x\\|y \\<b\\>\\*z\\*\\</b\\> |\n|  |\n"


def test_rows_are_written_as_they_come():
    """A reader that goes away ends the writing: nobody asked for the rest."""
    asked = []

    def rows() -> Iterator[tuple[int]]:
        for number in range(1_000_000):
            asked.append(number)
            yield (number,)

    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            if self.tell() > 50:
                raise BrokenPipeError
            return super().write(text)

    for write in (write_csv, write_json, write_markdown):
        asked.clear()
        with pytest.raises(BrokenPipeError):
            write(Closed(), ["n"], rows())
        assert len(asked) < 100
