"""One report and one of its printed cells, looked up by the words of the vocabulary: what a citation is made of."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.home import Home
from pipelines.warehouse.errors import WarehouseError
from pipelines.warehouse.queries.query import query
from schemas.forms.catalogue import BESIDE, KEY_COLUMNS, beside_columns, key_values
from schemas.tables import TABLES
from schemas.tables.sql import quote

_REPORT = """
SELECT report_id, version, n_versions, agency_name, report_year, title, published_date, url, document_url, province,
       first_fetched_at, form_table2, form_table3
FROM reports WHERE report_id = {report_id}"""
_CELL = """
SELECT f.value, f.raw_text, f.value_status, f.evidence, f.reading,
       {unit} AS unit, l.label_zh, l.label_en
FROM {table} f
LEFT JOIN (SELECT * FROM form_lines WHERE table_name = '{printed_in}'
           QUALIFY row_number() OVER (PARTITION BY key ORDER BY form = {form} DESC, form DESC) = 1) l
  ON l.key = concat_ws('/', {keys})
WHERE f.report_id = {report_id} AND {where}"""


class CellNotFound(WarehouseError):
    """No such report, cell or key; the message says what there is."""


def find_report(home: Home, report_id: str) -> dict[str, Any]:
    """What ``reports`` says of the current version.

    Raises:
        CellNotFound: no report has this id.
    """
    rows = query(home, _REPORT.format(report_id=quote(report_id)))
    if rows.is_empty():
        raise CellNotFound(f"no report {report_id}: ids are in reports.report_id")
    return rows.row(0, named=True)


def find_cell(home: Home, report: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """One printed cell of a report, with the label its form prints.

    Args:
        words: The keys of the cell in the order of the table (``received total``); the article of table two may be left out.

    Raises:
        CellNotFound: the words are no keys, the report has no such cell, or it has several.
    """
    table, where = _place(words)
    main_table = {beside: of for of, beside in BESIDE.items()}.get(table, table)
    form = report["form_table2"] if table == "proactive_disclosure" else report["form_table3"]
    has_unit = any(column.name == "unit" for column in TABLES[table].columns)
    found = query(
        home,
        _CELL.format(
            table=table, printed_in=main_table, report_id=quote(report["report_id"]), form=quote(form or ""),
            unit="coalesce(f.unit, l.unit)" if has_unit else "l.unit",
            keys=", ".join(f"f.{key}::VARCHAR" for key in KEY_COLUMNS[main_table]),
            where=" AND ".join(f"f.{key} = {quote(word)}" for key, word in where.items()),
        ),
    )  # fmt: skip
    if found.height != 1:
        several = "several such cells: give the article first" if found.height else f"no cell '{' '.join(words)}'"
        raise CellNotFound(f"report {report['report_id']} has {several} (see {table})")
    return {"table_name": table, "keys": where, **found.row(0, named=True)}


def _place(words: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The table that these words are keys of. Raises CellNotFound, and names the word that was probably meant."""
    known = {key: set(key_values(key)) for keys in KEY_COLUMNS.values() for key in keys if key != "annex_column"}
    known["annex_column"] = set(beside_columns("legacy_statistics"))
    closest: list[str] = []
    for table, keys in KEY_COLUMNS.items():
        for names in (keys, keys[1:] if keys[0] == "article" else ()):
            if len(names) != len(words):
                continue
            if all(word in known[name] for name, word in zip(names, words, strict=True)):
                return table, dict(zip(names, words, strict=True))
            for name, word in zip(names, words, strict=True):
                closest += difflib.get_close_matches(word, known[name] - {word}, n=1)
    meant = f"; did you mean {' or '.join(dict.fromkeys(closest))}?" if closest else ""
    raise CellNotFound(
        f"'{' '.join(words)}' is no cell: give line and applicant, procedure and outcome, item and metric, or an indicator"
        f" (SELECT table_name, key FROM form_lines){meant}"
    )
