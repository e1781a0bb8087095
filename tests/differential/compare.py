"""Every value and every blank that the reader reports, held against the cell that its evidence names."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from tests.differential.browser import Shown

TABLES = ("proactive_disclosure", "applications", "disputes", "legacy_statistics", "legacy_breakdown")
_CELL = re.compile(r"html:table\[\d+\]/tr\[\d+\]/td\[\d+\]")
_LINE = re.compile(r"/td\[\d+\] line (\d+)$")


def differences(contract: Mapping[str, Any], shown: Shown, text: str) -> Iterator[str]:
    """What the reader says and the browser does not show. A hidden table that a finding names is no difference."""
    said_hidden = {f["table_name"] for f in contract["findings"] if f["rule"] == "table_hidden"}
    squeezed = squeeze(text)
    for table in TABLES:
        for row in _rows(contract.get(table, ())):
            where = f"{table} {row['evidence']}"
            if table in said_hidden:
                continue
            cells = [shown.get(place) for place in _CELL.findall(row["evidence"] or "")]
            if not cells or None in cells:
                if row["value"] is not None and squeeze(row["raw_text"]) not in squeezed:
                    yield f"{where}: {row['raw_text']!r} is shown nowhere"
                continue
            shown_there = (_named_line(row["evidence"], cell) for cell in cells[:1] if cell)
            yield from (f"{where}: {fault}" for cell in shown_there if (fault := _fault(row, cell)))


def _rows(held: Any) -> Iterator[Mapping[str, Any]]:
    """The cells of a table; columns beside an annex are held by name."""
    for part in held.values() if isinstance(held, Mapping) else [held]:
        yield from part


def _named_line(evidence: str, cell: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a cell that holds several rows, the line that the evidence names."""
    found = _LINE.search(evidence)
    if found is None:
        return cell
    lines, at = cell["text"].split("\n"), int(found[1]) - 1
    line = lines[at] if at < len(lines) else ""
    return {**cell, "text": line, "plain": line}


def _fault(row: Mapping[str, Any], cell: Mapping[str, Any]) -> str | None:
    if row["value"] is not None:
        if squeeze(row["raw_text"]) not in (squeeze(cell["text"]), squeeze(cell["plain"])):
            return f"read {row['raw_text']!r}, shown {cell['text']!r} {cell['objects']}"
        if cell["objects"]:
            return f"read {row['raw_text']!r} beside {cell['objects']}"
    elif row["value_status"] == "blank" and (cell["text"].strip() or cell["objects"] or cell["struck"]):
        return f"called blank, shown {cell['text']!r} {cell['objects']}"
    return None


def squeeze(text: str) -> str:
    """A cell text for comparison; a gap between two digits that is no separator of thousands stays one."""
    folded = unicodedata.normalize("NFKC", text).strip()
    folded = re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", folded)
    folded = re.sub(r"(?<=\d)\s+(?=\d)", "~", re.sub(r"(?<=\d)[ \u2009\u202f\n](?=\d{3}(?!\d))", "", folded))
    return re.sub(r"\s+", "", folded)
