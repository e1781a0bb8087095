"""The answer to a statement as a table: Chinese labels under the columns, a legend, how many rows more, and hints."""

from gongkai.printing import clean, counted, err, fits, grid, out, print_blocks
from pipelines.warehouse.queries.column_origins import Origin, Schema, origins, wrong_literals
from pipelines.warehouse.queries.labels import label_of, legend, member_names
from pipelines.warehouse.queries.live_query import Answer

ROWS_SHOWN = 200
_WIDEST = 14
"""Columns beside each other; more are shown below each other."""
_BLOCKS_SHOWN = 20
_COUNTING_SECONDS = 10.0
_CATALOG = "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() WHERE database_name = 'gongkai'"


def labels_of(answer: Answer) -> list[str]:
    """The official label of every column that provably comes from the warehouse; empty for the others."""
    schema, comments = catalog(answer)
    return [label_of(comments.get(origin)) if origin else "" for origin in _traced(answer, schema)]


def show(answer: Answer) -> None:
    """Print the first rows side by side, or below each other where they are too wide for the screen."""
    wide = len(answer.columns) > _WIDEST
    rows = answer.first((_BLOCKS_SHOWN if wide else ROWS_SHOWN) + 1)
    schema, comments = catalog(answer)
    traced = _traced(answer, schema)
    labels = [label_of(comments.get(origin)) if origin else "" for origin in traced]
    numbers = [at for at, column in enumerate(answer.columns) if column.is_number]
    shown = rows[:ROWS_SHOWN]
    beside = grid(answer.names, shown, numbers=numbers, labels=labels)
    if not wide and (fits(beside) or not shown):
        out.print(beside)
    else:
        shown = rows[:_BLOCKS_SHOWN]
        print_blocks(answer.names, shown, labels)
    _say_more(answer, len(shown), more=len(rows) > len(shown))
    for line in legend((origin, [row[at] for row in shown]) for at, origin in enumerate(traced)):
        err.print(line, style="dim", markup=False)
    hint(answer.sql, schema)


def _say_more(answer: Answer, shown: int, *, more: bool) -> None:
    if not shown:
        err.print("no rows", style="dim")
    if more:
        total = answer.count(_COUNTING_SECONDS)
        rest = counted(total - shown, "more row") if total is not None else "more rows"
        err.print(f"… and {rest}; all of them: --format csv, json or md", markup=False)


def catalog(answer: Answer) -> tuple[Schema, dict[Origin, str]]:
    """Types and comments of all columns of the warehouse."""
    schema: dict[str, dict[str, dict[str, str]]] = {}
    comments = {}
    for space, table, column, kind, comment in answer.catalog(_CATALOG):
        schema.setdefault(space, {}).setdefault(table, {})[column] = kind
        comments[Origin(f"{space}.{table}", column)] = comment
    return schema, comments


def _traced(answer: Answer, schema: Schema) -> list[Origin | None]:
    """Origin of every column; none at all when sqlglot and DuckDB do not see the same columns."""
    found = origins(answer.sql, schema)
    differs = any(
        origin and name.casefold() != told.casefold() for (name, origin), told in zip(found, answer.names, strict=False)
    )
    if differs or len(found) != len(answer.columns):
        return [None] * len(answer.columns)
    return [origin for _, origin in found]


def hint(statement: str, schema: Schema) -> None:
    """Say which comparisons cannot be true: an enumerated column has no such value."""
    for wrong in wrong_literals(statement, schema):
        near = wrong.nearest(member_names(wrong.column))
        meant = f"did you mean '{near}'?" if near else f"it is one of {', '.join(wrong.members[:12])}" + (
            " …" if len(wrong.members) > 12 else ""
        )  # fmt: skip
        err.print(f"note: {wrong.column} is never '{clean(wrong.literal)}'; {meant}", markup=False)
