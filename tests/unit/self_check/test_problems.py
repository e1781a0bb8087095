"""Every reason for which the reader gives up has a sentence in Chinese."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.extract.document import FAULT
from pipelines.read.extraction_status import NO_REPORT
from pipelines.read.metadata import look_alikes
from pipelines.self_check.problems import problem_in_chinese
from schemas.carriers import CARRIERS

ROOT = Path(__file__).parents[3] / "pipelines"


def literals() -> Iterator[str]:
    """Texts that the code writes into ``problem``; an inserted value stands as 0."""
    for file in [*(ROOT / "extract").rglob("*.py"), *(ROOT / "read").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="problem", value=value):
                    yield from texts(value)
                case ast.Assign(targets=[ast.Name(id="problem")], value=value):
                    yield from texts(value)


def texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.JoinedStr(values=parts):
            text = "".join(str(p.value) if isinstance(p, ast.Constant) else "0" for p in parts)
            if any(char.isalpha() for char in text):
                yield text
        case ast.IfExp(body=body, orelse=other):
            yield from texts(body)
            yield from texts(other)
        case ast.BoolOp(values=values):
            for value in values:
                yield from texts(value)


REASONS = sorted({
    *literals(), NO_REPORT, look_alikes.EMPTY_FORM, look_alikes.SCHOOL_YEAR, *(name for _, name in look_alikes._KINDS),
    f"{FAULT} laying out page 3 (ValueError: x); later pages were not read", "the file is empty",
    *(entry.unread for entry in CARRIERS if entry.is_document and (entry.needs or not entry.extractor)),
} - {"no statutory annual report: 0"})  # fmt: skip


def test_the_code_was_searched() -> None:
    assert len(REASONS) > 25


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_has_its_sentence(reason: str) -> None:
    assert reason not in problem_in_chinese(reason), f"{reason}: add it to pipelines/self_check/problems.yaml"


def test_numbers_and_names_are_kept() -> None:
    assert (
        problem_in_chinese("OFD: not read: x; pages after 12 were not read") == "文件第 12 页之后未能读取；请重新导出"
    )
    assert "报告.docx" in problem_in_chinese("the zip file is encrypted: 报告.docx")


def test_an_unknown_reason_is_quoted() -> None:
    assert problem_in_chinese("the moon is full") == "文件未能读取（the moon is full）"
