"""A Document as JSON, and back: what crosses from the process that reads PDFs. Nothing in it can run."""

import json
from typing import Any

from pipelines.extract.document import Block, Cell, Document, Grid, Line, Picture
from schemas.vocabulary import Carrier


def dumped(document: Document) -> bytes:
    """The document in bytes."""
    blocks = [[type(block).__name__, *_plain(block)] for block in document.blocks]
    told = [blocks, document.title, document.meta, document.problem, document.text_is_recognised]
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def loaded(message: bytes) -> Document:
    """The document that ``dumped`` gave. Raises ValueError, TypeError or LookupError for anything else."""
    blocks, title, meta, problem, text_is_recognised = json.loads(message)
    return Document(
        Carrier.PDF, tuple(_block(*block) for block in blocks), title, meta, problem=problem,
        text_is_recognised=bool(text_is_recognised),
    )  # fmt: skip


def _plain(block: Block) -> list[Any]:
    return [block.rows, block.evidence, block.continues, block.loose] if isinstance(block, Grid) else [*block]


def _block(kind: str, *parts: Any) -> Block:
    if kind == "Line":
        return Line(*parts)
    if kind == "Picture":
        return Picture(*parts)
    rows, evidence, continues, loose = parts
    return Grid(tuple(tuple(Cell(*cell) for cell in row) for row in rows), evidence, continues, loose)
