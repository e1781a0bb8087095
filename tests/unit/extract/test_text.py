"""Flattened pages: a Line a printed line, counted as editors count."""

import pytest

from pipelines.extract.extract import extract
from tests.unit.extract.builders import lines


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_carry_physical_numbers(encoding: str, end: str) -> None:
    document = extract(
        end.join(["规章", "", "  0 ", "\u3000", "规范性文件 | 3 | | 8 |"]).encode(encoding), name="a.txt"
    )
    assert [(line.text, line.evidence) for line in document.blocks] == [  # type: ignore[union-attr]
        ("规章", "text:line 1"),
        ("0", "text:line 3"),
        ("规范性文件 | 3 | | 8 |", "text:line 5"),
    ]
    assert document.carrier == "flat_text"
    assert document.problem is None


@pytest.mark.parametrize("printed", ["|", "|||", "| 规章", "0 |", "信息内容 | 本年 制发件数 |"])
def test_pipes_are_kept_as_printed(printed: str) -> None:
    assert lines(extract(f"一、总体情况\n{printed}\n".encode(), name="a.txt"))[1] == printed


def test_a_text_of_blank_lines_has_a_problem() -> None:
    assert "no printed line" in (extract("\u3000\n\u3000\n".encode(), name="a.txt").problem or "")
