"""`gongkai forms`: checking a form file, and the labels of the warehouse that no form knows."""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from rich.markup import escape

from assets.runtime.workspace import published
from gongkai.printing import counted, err, out, table
from pipelines.atomic import replace_atomically
from pipelines.warehouse.queries.query import query
from schemas.forms.catalogue import FormTable, forms
from schemas.forms.lint import lint
from schemas.labels import normalise_label
from schemas.settings import Settings

_FOUND = """
SELECT f.table_name, f.message, f.report_id, r.agency_name, r.report_year, r.url, f.evidence
FROM quality.findings f JOIN reports r USING (report_id) WHERE f.rule IN ('label_unmapped', 'row_unread')
ORDER BY r.report_year DESC, f.report_id, f.finding_id"""
_LABEL = re.compile(r"^“(.*?)” (?:names no row or column|is printed with figures)")
_EXAMPLES = 3


@dataclass
class Stranger:
    """A label that no form knows, as it was met."""

    table: str
    label: str
    reports: set[str] = field(default_factory=set)
    examples: list[str] = field(default_factory=list)
    nearest: str = ""
    likeness: float = 0.0
    is_unmapped: bool = False  # met where no form knows it; a known label may stand in a row that could not be laid out


def check(files: Iterable[Path]) -> int:
    """Print what is wrong with each form file. Returns 1 when anything is."""
    faults = [fault for file in files for fault in lint(file)]
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    err.print(counted(len(faults), "fault") if faults else "no fault", markup=False)
    return 1 if faults else 0


def unmatched(settings: Settings, *, limit: int, draft: Path | None) -> None:
    """Print the labels that no form knows, the most frequent first, and write a draft of aliases for review.

    Raises:
        WarehouseMissing: nothing has been published yet.
    """
    strangers = _strangers(query(published(settings), _FOUND))
    rows = [
        {
            "table": one.table, "label": one.label, "reports": len(one.reports), "nearest": one.nearest,
            "likeness": f"{one.likeness:.0%}", "example": one.examples[0],
        }
        for one in strangers[:limit]
    ]  # fmt: skip
    if not rows:
        out.print("every printed label with figures is known to a form")
        return
    out.print(table(pl.DataFrame(rows)))
    out.print(escape(f"{counted(len(strangers), 'label')}; an alias is added by hand: docs/adding-a-label.md"))
    if draft is not None:
        replace_atomically(draft, lambda path: path.write_text(_draft(strangers), encoding="utf-8"))
        err.print(f"{counted(len(strangers), 'label')} in {draft}, for review", markup=False, soft_wrap=True)


def _strangers(findings: pl.DataFrame) -> list[Stranger]:
    met: dict[tuple[str, str], Stranger] = {}
    for row in findings.iter_rows(named=True):
        found = _LABEL.match(row["message"])
        name = normalise_label(found[1]) if found else ""
        if not name:
            continue
        one = met.setdefault((row["table_name"], name), Stranger(row["table_name"], found[1] if found else ""))
        one.is_unmapped |= "names no row or column" in row["message"]
        one.reports.add(row["report_id"])
        if len(one.examples) < _EXAMPLES:
            one.examples.append(
                f"{row['agency_name'] or '?'} {row['report_year'] or '?'}: {row['url']} {row['evidence']}"
            )
    known = {name: _known(name) for name in {table for table, _ in met}}
    met = {key: one for key, one in met.items() if one.is_unmapped or key[1] not in known[key[0]]}
    for (table_name, name), one in met.items():
        near = process.extractOne(name, known[table_name], scorer=Levenshtein.normalized_similarity)
        if near:
            one.nearest, one.likeness = known[table_name][near[2]], near[1]
    return sorted(met.values(), key=lambda one: (-len(one.reports), one.table, one.label))


def _known(table_name: str) -> dict[str, str]:
    """The normalised labels of a table, in all forms."""
    layouts: list[FormTable] = [form.tables[table_name] for form in forms() if table_name in form.tables]
    tops = (top for layout in layouts for block in layout.blocks for top in (*block.rows, *block.columns))
    nodes = (node for top in tops for node in top.walk())
    return {name: name for node in nodes for name in node.names}


def _draft(strangers: list[Stranger]) -> str:
    """Aliases to consider, by nearest label: not yet confirmed to mean the same."""
    head = (
        "# Labels that no form knows, for review. An alias means the same row or column: look at the page first.\n"
        "# Move what is right to `aliases` of that node in schemas/forms/*.yaml; leave the rest out.\n"
    )
    entries: list[dict[str, Any]] = [
        {
            "table": one.table, "nearest": one.nearest, "likeness": round(one.likeness, 2), "alias": one.label,
            "reports": len(one.reports), "examples": one.examples,
        }
        for one in strangers
    ]  # fmt: skip
    return head + yaml.safe_dump({"unmatched": entries}, allow_unicode=True, sort_keys=False, width=130)
