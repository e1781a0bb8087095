"""The data sets of the pages as files, with the statement that gives them; and the dictionary of all tables."""

import io
from collections.abc import Callable

import xlsxwriter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gongkai.explore.parameters import shaped
from gongkai.explore.rendering import as_file, language, page, store_of
from gongkai.explore.store import Answer, Row, statement
from gongkai.explore.words import word
from gongkai.values import exact, write_csv

_DIGITS = 15
"""What a spreadsheet keeps of a number."""


def download(request: Request) -> Response:
    """``/data/{name}.csv``, ``.xlsx`` or ``.sql``, with the parameters of the page."""
    name, form = request.path_params["name"], request.path_params["form"]
    if name.startswith("export_"):  # lists of all reports, for the export alone
        raise HTTPException(404)
    asked = shaped(request.query_params, statement(name).parameters)
    if form == "sql":
        return Response(_statement_text(name, asked), media_type="text/plain; charset=utf-8")
    writer = _WRITERS.get(form)
    if writer is None:
        raise HTTPException(404)
    content, media_type = writer(store_of(request).ask(name, **asked))
    return as_file(content, media_type, f"{name}.{form}")


def _statement_text(name: str, asked: dict[str, object]) -> str:
    values = "".join(f"-- ${key} = {exact(value)}\n" for key, value in asked.items())
    return f"{values}{statement(name).sql}"


def _csv(answer: Answer) -> tuple[bytes, str]:
    text = io.StringIO()
    write_csv(text, answer.names, answer.tuples)
    return text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"


def _xlsx(answer: Answer) -> tuple[bytes, str]:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(answer.statement.name[:31])
        sheet.write_row(0, 0, answer.names, book.add_format({"bold": True}))
        for number, values in enumerate(answer.tuples, start=1):
            for column, value in enumerate(values):
                _write(sheet, number, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(answer.tuples), 1), max(len(answer.names) - 1, 0))
    return buffer.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _write(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, value: object) -> None:
    text = exact(value)
    is_number = (
        value is not None and not isinstance(value, str | bool) and text.lstrip("-").replace(".", "", 1).isdigit()
    )
    if is_number and len(text.strip("-.")) <= _DIGITS:
        sheet.write_number(row, column, float(text))
    elif text:
        sheet.write_string(row, column, text[:32_000])


_WRITERS: dict[str, Callable[[Answer], tuple[bytes, str]]] = {"csv": _csv, "xlsx": _xlsx}


def dictionary(request: Request) -> Response:
    """``/dictionary``: every table and column with its description."""
    found = store_of(request).ask("dictionary")
    tables: dict[str, list[Row]] = {}
    for row in found.rows:
        schema = "" if row["schema_name"] == "main" else f"{row['schema_name']}."
        tables.setdefault(f"{schema}{row['table_name']}", []).append(row)
    return page(
        request, "dictionary.html", title=word("dictionary", language(request)), answers=(found,), tables=tables
    )
